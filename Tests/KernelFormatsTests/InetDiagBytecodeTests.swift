import CLinux
import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct InetDiagBytecodeTests {

  private static let net10 = IPPrefix(IPAddress(v4: 0x0a00_0000), length: 8)

  @Test func oneLocalPortIsOneHostCondition() {
    let program = InetDiagBytecode.program(for: .port(.local, 80...80))
    #expect(program == [7, 12, 16, 0, 0, 0, 0, 0, 80, 0, 0, 0])
  }

  @Test func aPortAtEitherEndJumpsOverTheSecondCondition() {
    let program = InetDiagBytecode.program(
      for: .any([.port(.local, 80...80), .port(.remote, 80...80)]))
    #expect(
      program == [
        7, 12, 16, 0, 0, 0, 0, 0, 80, 0, 0, 0,
        1, 4, 16, 0,
        8, 12, 16, 0, 0, 0, 0, 0, 80, 0, 0, 0,
      ])
  }

  @Test func aPrefixHasItsFamilysBytes() throws {
    let program = InetDiagBytecode.program(for: .prefix(.remote, try #require(Self.net10)))
    #expect(program == [8, 16, 20, 0, 2, 8, 0, 0, 255, 255, 255, 255, 10, 0, 0, 0])
    let loopback = IPPrefix(.loopback(.ipv6))
    #expect(InetDiagBytecode.program(for: .prefix(.local, loopback)).count == 28)
  }

  @Test(
    arguments: [
      .everything, .all([]), .all([.everything, .everything]), .port(.local, 0...65535),
    ] as [Pushdown])
  func whatAdmitsEverythingIsNoProgram(pushdown: Pushdown) {
    #expect(InetDiagBytecode.program(for: pushdown).isEmpty)
  }

  @Test func aProgramTooLargeOrTooDeepIsNone() {
    let ports = (1...500).map { Pushdown.port(.local, $0...$0) }
    #expect(InetDiagBytecode.program(for: .any(ports)).isEmpty)
    #expect(!InetDiagBytecode.program(for: .any(Array(ports.prefix(200)))).isEmpty)
    let deep = (0..<10_000).reduce(Pushdown.port(.local, 1...1)) { inner, _ in .all([inner]) }
    #expect(InetDiagBytecode.program(for: deep).isEmpty)
  }

  /// The program passes exactly what the pushdown admits, and the kernel's audit takes it.
  @Test func programsSayWhatPushdownsSay() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let pushdown = randomPushdown(depth: 4, by: &generator)
      let program = InetDiagBytecode.program(for: pushdown)
      #expect(program.isEmpty || KernelModel.audit(program), "\(pushdown)")
      for _ in 0..<20 {
        let socket = randomSocket(by: &generator)
        let passes = program.isEmpty || KernelModel.run(program, socket)
        let admits = pushdown.admits(socket)
        // No program passes everything.
        #expect(passes == admits || program.isEmpty && passes, "\(pushdown) \(socket)")
      }
    }
  }

  private func randomAddress(by generator: inout SeededGenerator) -> IPAddress {
    let low = UInt32.random(in: 0...3, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return IPAddress(v4: 0x0a00_0000 | low)
    case 1: return IPAddress(v6: 0xffff_0a00_0000 | UInt128(low))
    case 2: return IPAddress(v6: UInt128(0xfe80) << 112 | UInt128(low))
    default: return .unspecified(low < 2 ? .ipv4 : .ipv6)
    }
  }

  private func randomSocket(by generator: inout SeededGenerator) -> Socket {
    let local = randomAddress(by: &generator)
    var remote = randomAddress(by: &generator)
    while remote.family != local.family { remote = randomAddress(by: &generator) }
    return Socket(
      .tcp, local: Endpoint(local, .random(in: 0...9, using: &generator)),
      remote: Endpoint(remote, .random(in: 0...9, using: &generator)), state: .established)
  }

  private func randomPushdown(depth: Int, by generator: inout SeededGenerator) -> Pushdown {
    let end: Pushdown.End = Bool.random(using: &generator) ? .local : .remote
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &generator) {
    case 0: return Bool.random(using: &generator) ? .everything : .nothing
    case 1...2:
      let low = UInt16.random(in: 0...9, using: &generator)
      let high = Bool.random(using: &generator) ? low : .random(in: low...12, using: &generator)
      return .port(end, low...(high == 12 ? .max : high))
    case 3...4:
      let address = randomAddress(by: &generator)
      let length = Int.random(in: 0...address.family.bitWidth, using: &generator)
      return IPPrefix(address, length: length).map { .prefix(end, $0) } ?? .everything
    case let kind:
      let parts = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        randomPushdown(depth: depth - 1, by: &generator)
      }
      return kind < 7 ? .all(parts) : .any(parts)
    }
  }

  @Test func numbersAreTheHeaders() {
    typealias Operation = InetDiagBytecode.Operation
    #expect(Operation.jump == UInt8(INET_DIAG_BC_JMP))
    #expect(Operation.localAtLeast == UInt8(INET_DIAG_BC_S_GE))
    #expect(Operation.localAtMost == UInt8(INET_DIAG_BC_S_LE))
    #expect(Operation.remoteAtLeast == UInt8(INET_DIAG_BC_D_GE))
    #expect(Operation.remoteAtMost == UInt8(INET_DIAG_BC_D_LE))
    #expect(Operation.localHost == UInt8(INET_DIAG_BC_S_COND))
    #expect(Operation.remoteHost == UInt8(INET_DIAG_BC_D_COND))
    #expect(MemoryLayout<inet_diag_bc_op>.size == 4)
  }
}
