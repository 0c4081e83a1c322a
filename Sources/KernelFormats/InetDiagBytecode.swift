public import SocketModel

/// Turns a pushdown into the program that the kernel runs on each socket of a dump
/// (`INET_DIAG_REQ_BYTECODE`, `struct inet_diag_bc_op` in include/uapi/linux/inet_diag.h).
///
/// An instruction that holds goes on with the next; one that does not jumps `no` bytes forward.
/// A program that ends at its last byte passes the socket, a jump to four bytes beyond refuses it.
/// The audit in net/ipv4/inet_diag.c wants `yes` to be the instruction's own length. Only what every
/// kernel with the audit takes is used: no `INET_DIAG_BC_S_EQ`, say.
public struct InetDiagBytecode {
  /// Each row runs the program: beyond this many bytes it is cheaper to pass every row.
  public static let maximumSize = 4096
  private static let maximumDepth = 64

  enum Operation {
    static let jump: UInt8 = 1
    static let localAtLeast: UInt8 = 2
    static let localAtMost: UInt8 = 3
    static let remoteAtLeast: UInt8 = 4
    static let remoteAtMost: UInt8 = 5
    static let localHost: UInt8 = 7
    static let remoteHost: UInt8 = 8
  }

  private struct Instruction {
    var code: UInt8
    /// What follows the four bytes of `inet_diag_bc_op`.
    var argument: [UInt8] = []
    var failure: Label

    var size: Int { 4 + argument.count }
  }

  /// A place to jump to, by number.
  private typealias Label = Int
  private static let refusal: Label = 0

  private var instructions: [Instruction] = []
  private var size = 0
  /// Where each label is, in bytes from the start.
  private var places: [Int] = [0]

  /// The program; empty where none is needed or it would be too large, so that every row passes.
  public static func program(for pushdown: Pushdown) -> [UInt8] {
    var program = InetDiagBytecode()
    guard program.emit(pushdown, failure: refusal, depth: 0) else { return [] }
    program.places[refusal] = program.size + 4
    return program.assembled()
  }

  /// False where the program would be too large or too deep.
  private mutating func emit(_ pushdown: Pushdown, failure: Label, depth: Int) -> Bool {
    guard size <= Self.maximumSize, depth <= Self.maximumDepth else { return false }
    switch pushdown {
    case .everything: break
    case .nothing: append(Operation.jump, failure: failure)
    case .port(let end, let range): emitPort(end, range, failure: failure)
    case .prefix(let end, let prefix):
      append(
        end == .local ? Operation.localHost : Operation.remoteHost,
        Self.host(prefix, port: nil), failure: failure)
    case .all(let parts):
      for part in parts where !emit(part, failure: failure, depth: depth + 1) { return false }
    case .any(let parts): return emitAny(parts, failure: failure, depth: depth)
    }
    return size <= Self.maximumSize
  }

  private mutating func emitAny(_ parts: [Pushdown], failure: Label, depth: Int) -> Bool {
    guard let last = parts.last else { return emit(.nothing, failure: failure, depth: depth + 1) }
    let end = newLabel()
    for part in parts.dropLast() {
      let next = newLabel()
      guard emit(part, failure: next, depth: depth + 1) else { return false }
      append(Operation.jump, failure: end)
      places[next] = size
    }
    guard emit(last, failure: failure, depth: depth + 1) else { return false }
    places[end] = size
    return true
  }

  private mutating func emitPort(
    _ end: Pushdown.End, _ range: ClosedRange<UInt16>, failure: Label
  ) {
    let isLocal = end == .local
    if range.count == 1 {
      append(
        isLocal ? Operation.localHost : Operation.remoteHost,
        Self.host(nil, port: range.lowerBound), failure: failure)
      return
    }
    if range.lowerBound > 0 {
      append(
        isLocal ? Operation.localAtLeast : Operation.remoteAtLeast,
        Self.port(range.lowerBound), failure: failure)
    }
    if range.upperBound < .max {
      append(
        isLocal ? Operation.localAtMost : Operation.remoteAtMost,
        Self.port(range.upperBound), failure: failure)
    }
  }

  private mutating func append(_ code: UInt8, _ argument: [UInt8] = [], failure: Label) {
    let instruction = Instruction(code: code, argument: argument, failure: failure)
    instructions.append(instruction)
    size += instruction.size
  }

  private mutating func newLabel() -> Label {
    places.append(0)
    return places.count - 1
  }
}

extension InetDiagBytecode {
  /// A second `inet_diag_bc_op`, whose `no` is the port.
  private static func port(_ port: UInt16) -> [UInt8] {
    [UInt8](capacity: 4) { out in
      out.append(native: UInt16(0))
      out.append(native: port)
    }
  }

  /// `struct inet_diag_hostcond`: family (0 for any), prefix length, port (-1 for any) and as many
  /// bytes of address as the family has.
  private static func host(_ prefix: IPPrefix?, port: UInt16?) -> [UInt8] {
    [UInt8](capacity: 24) { out in
      let isV4 = prefix?.address.family == .ipv4
      out.append(prefix == nil ? 0 : isV4 ? InetDiagMessage.inet : InetDiagMessage.inet6)
      out.append(UInt8(truncatingIfNeeded: prefix?.length ?? 0))
      out.append(native: UInt16(0))
      out.append(native: port.map { UInt32($0) } ?? .max)
      guard let address = prefix?.address else { return }
      for shift in stride(from: address.family.bitWidth - 8, through: 0, by: -8) {
        out.append(UInt8(truncatingIfNeeded: address.bits >> UInt128(shift)))
      }
    }
  }

  private func assembled() -> [UInt8] {
    [UInt8](capacity: size) { out in
      var position = 0
      for instruction in instructions {
        out.append(instruction.code)
        out.append(UInt8(truncatingIfNeeded: instruction.size))
        out.append(native: UInt16(truncatingIfNeeded: places[instruction.failure] - position))
        for byte in instruction.argument { out.append(byte) }
        position += instruction.size
      }
    }
  }
}
