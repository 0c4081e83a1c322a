import SocketModel

/// What net/ipv4/inet_diag.c does with a program, written down again from its rules.
enum KernelModel {
  private static func word(_ program: [UInt8], _ at: Int) -> Int {
    Int(program[at]) | Int(program[at + 1]) << 8
  }

  /// The audit: every instruction whole, every jump forward and onto an instruction, the end, or
  /// four bytes beyond it.
  static func audit(_ program: [UInt8]) -> Bool {
    var starts: Set<Int> = [program.count, program.count + 4]
    var jumps: [Int] = []
    var at = 0
    while at < program.count {
      guard program.count - at >= 4 else { return false }
      let yes = Int(program[at + 1]), no = word(program, at + 2)
      guard let minimum = minimumSize(program, at), program.count - at >= minimum else {
        return false
      }
      guard yes >= minimum, yes & 3 == 0, no >= minimum, no & 3 == 0 else { return false }
      starts.insert(at)
      jumps.append(at + no)
      at += yes
    }
    return at == program.count && jumps.allSatisfy { starts.contains($0) }
  }

  private static func minimumSize(_ program: [UInt8], _ at: Int) -> Int? {
    switch program[at] {
    case 1: return 4
    case 2...5: return 8
    case 7, 8:
      guard program.count - at >= 12 else { return nil }
      switch program[at + 4] {
      case 0: return program[at + 5] == 0 ? 12 : nil
      case 2: return program[at + 5] <= 32 ? 16 : nil
      case 10: return program[at + 5] <= 128 ? 28 : nil
      default: return nil
      }
    default: return nil
    }
  }

  /// Whether the program passes the socket.
  static func run(_ program: [UInt8], _ socket: Socket) -> Bool {
    var at = 0
    while at < program.count {
      at += holds(program, at, socket) ? Int(program[at + 1]) : word(program, at + 2)
    }
    return at == program.count
  }

  private static func holds(_ program: [UInt8], _ at: Int, _ socket: Socket) -> Bool {
    switch program[at] {
    case 2: Int(socket.local.port) >= word(program, at + 6)
    case 3: Int(socket.local.port) <= word(program, at + 6)
    case 4: Int(socket.remote.port) >= word(program, at + 6)
    case 5: Int(socket.remote.port) <= word(program, at + 6)
    case 7: hostHolds(program, at + 4, socket.local)
    case 8: hostHolds(program, at + 4, socket.remote)
    default: false
    }
  }

  private static func hostHolds(_ program: [UInt8], _ at: Int, _ end: Endpoint) -> Bool {
    let anyPort = program[at + 4..<at + 8].allSatisfy { $0 == 255 }
    if !anyPort && word(program, at + 4) != Int(end.port) { return false }
    let family = program[at], length = Int(program[at + 1])
    if family == 0 { return true }
    guard var address = end.address else { return false }
    if address.family != (family == 2 ? .ipv4 : .ipv6) {
      guard family == 2, address.isV4Mapped else { return false }
      address = address.unmapped
    }
    let width = address.family.bitWidth
    let wanted = program[at + 8..<at + 8 + width / 8].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    return length == 0 || (address.bits ^ wanted) >> UInt128(width - length) == 0
  }
}
