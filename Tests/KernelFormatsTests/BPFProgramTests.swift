import KernelFormats
import Testing

struct BPFProgramTests {
  /// The distance of each jump of a program: bytes 2 and 3 of a conditional jump.
  private func distances(_ lines: [BPFProgram.Statement]) -> [Int] {
    let bytes = BPFProgram(lines).assembled()
    return stride(from: 0, to: bytes.count, by: 8).compactMap { at in
      bytes[at] == 0x15 ? Int(bytes[at + 2]) | Int(bytes[at + 3]) << 8 : nil
    }
  }

  private func jump(_ label: String) -> BPFProgram.Statement {
    .jump(if: .r1, .equal, 0, to: label)
  }
  private let nothing = BPFProgram.Statement.instruction(.move(.r0, 0))

  @Test func aJumpCountsTheInstructionsBetween() {
    #expect(distances([jump("end"), .label("end"), nothing]) == [0])
    #expect(distances([jump("end"), nothing, nothing, .label("end"), nothing]) == [2])
    #expect(
      distances([
        jump("far"), nothing, .label("near"), jump("far"), jump("last"), .label("far"), nothing,
        .label("last"), nothing,
      ]) == [3, 1, 1])
  }

  @Test func aJumpWithoutConditionCountsAsWell() {
    let bytes = BPFProgram([
      .continue(at: "end"), jump("end"), nothing, .label("end"), nothing,
    ]).assembled()
    #expect(Array(bytes.prefix(16)) == [5, 0, 2, 0, 0, 0, 0, 0, 0x15, 1, 1, 0, 0, 0, 0, 0])
  }

  @Test func aLabelThatIsNotBelowLeadsPastTheEnd() {
    #expect(distances([.label("above"), jump("above"), nothing]) == [1])
    let long = Array(repeating: nothing, count: 40_000)
    #expect(distances([jump("far")] + long + [.label("far"), nothing]) == [Int(Int16.max)])
  }
}
