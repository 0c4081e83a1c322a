import TestSupport
import Testing

@testable import KernelFormats

@Suite struct ProcStatTests {
  private static let numbers = " S 1 0 0 0 -1 4194624 350 0 0 0 0 0 0 0 20 0 1 0 240404 19607552"

  @Test(arguments: [
    "nginx", "a) S 1 2 (b", ")))", "(((", "sleep (2) .sh", "bad) S 1 2 3 4 5", "tmux: server",
    "two\nlines", "\u{1b}[31mred", "\u{202e}gnp", "", " ", "fifteen bytes !",
  ])
  func nameEndsAtTheLastParenthesis(name: String) {
    let bytes = Array("812 (\(name))\(Self.numbers) 3180 18446744073709551615\n".utf8)
    #expect(
      ProcStat(bytes.span)
        == ProcStat(name: Array(name.utf8), state: UInt8(ascii: "S"), startTime: 240_404))
  }

  @Test func bytesThatAreNotText() {
    let bytes = Array("7 (".utf8) + [0xff, 0xfe] + Array(")\(Self.numbers)".utf8)
    #expect(ProcStat(bytes.span)?.name == [0xff, 0xfe])
  }

  @Test(arguments: ["", "812", "812 (nginx", "812 nginx) S 1", "812 )nginx(", "812 (nginx) S 1 2"])
  func noStat(text: String) { #expect(ProcStat(Array(text.utf8).span) == nil) }

  @Test(arguments: [2, 9, 10, 13, 15])
  func survivesAnything(pid: Int) throws {
    let bytes = try fixture("proc/\(pid)/stat")
    #expect(ProcStat(bytes.span) != nil)
    fuzz(bytes) { _ = ProcStat($0.span) }
  }
}
