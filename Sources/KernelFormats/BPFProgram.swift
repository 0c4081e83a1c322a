/// A program for the kernel's virtual machine, line by line.
public struct BPFProgram: Hashable, Sendable {
  public let lines: [Statement]

  public enum Statement: Hashable, Sendable {
    case instruction(BPFInstruction)
    /// A jump forward to a label.
    case jump(
      if: BPFInstruction.Register, BPFInstruction.Condition, Int32, to: String)
    /// A jump forward to a label, whatever is in the registers.
    case `continue`(at: String)
    /// A name for the instruction that follows.
    case label(String)
  }

  public init(_ lines: [Statement]) { self.lines = lines }

  /// The instructions with each jump's distance filled in, as bpf(2) takes them. A label that is not
  /// below its jump leads past the end, where the verifier refuses the program.
  public func assembled() -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, line) in lines.enumerated() {
      switch line {
      case .instruction(let instruction): instruction.append(to: &bytes)
      case .jump(let register, let condition, let value, let label):
        BPFInstruction.jump(if: register, condition, value, over: distance(from: index, to: label))
          .append(to: &bytes)
      case .continue(let label):
        BPFInstruction.skip(distance(from: index, to: label)).append(to: &bytes)
      case .label: break
      }
    }
    return bytes
  }

  private func distance(from index: Int, to label: String) -> Int16 {
    let skipped = lines[(index + 1)...].prefix { $0 != .label(label) }
    return Int16(clamping: skipped.count { !$0.isLabel })
  }
}

extension BPFProgram.Statement {
  fileprivate var isLabel: Bool { if case .label = self { true } else { false } }
}
