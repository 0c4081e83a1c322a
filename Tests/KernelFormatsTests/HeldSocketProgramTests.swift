import KernelFormats
import TestSupport
import Testing

/// What the program does is seen by `CollectorTests`, in the running kernel.
struct HeldSocketProgramTests {
  @Test func theFirstThingMissingIsNamed() {
    let bytes = BTFWriter.kernel().file
    #expect(throws: BTFError(offset: 24, .missing("struct socket"))) {
      try HeldSocketLayout(btf: bytes.span)
    }
  }

  @Test func hostileBytesEnd() {
    fuzz(BTFWriter.kernel().file) { _ = try HeldSocketLayout(btf: $0.span) }
  }
}
