import KernelFormats
import TestSupport
import Testing

/// What the program does is seen by `CollectorTests`, in the running kernel.
struct BoundSocketProgramTests {
  @Test func theFirstThingMissingIsNamed() {
    let bytes = BTFWriter.kernel().file
    #expect(throws: BTFError(offset: 24, .missing("struct socket"))) {
      try BoundSocketLayout(btf: bytes.span)
    }
  }

  @Test func hostileBytesEnd() {
    fuzz(BTFWriter.kernel().file) { _ = try BoundSocketLayout(btf: $0.span) }
  }
}
