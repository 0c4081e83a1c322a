import CLinux
import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct InetDiagRequestTests {
  private static let requests = [
    InetDiagRequest(.tcp),
    InetDiagRequest(.tcp, states: StateSet(.listening), extensions: 0x7a),
    InetDiagRequest(.byFamily(.tcp, .ipv6), states: StateSet(.bound), extensions: 2),
    InetDiagRequest(.byFamily(.udp, .ipv4), bytecode: [1, 4, 8, 0]),
    InetDiagRequest(.byFamily(.raw, .ipv4)), InetDiagRequest(.byFamily(.udpLite, .ipv6)),
    InetDiagRequest(.byFamily(.mptcp, .ipv6), extensions: 8, bytecode: [1, 4, 8, 0]),
  ]

  private func first(_ bytes: [UInt8]) throws -> NetlinkMessage {
    var walk = NetlinkWalk()
    return try #require(try walk.next(in: bytes.span))
  }

  @Test(arguments: requests)
  func comesBackFromItsMessage(request: InetDiagRequest) throws {
    let bytes = request.message(sequence: 9)
    let message = try first(bytes)
    #expect(message.flags == [.request, .dump])
    #expect(message.sequence == 9)
    #expect(message.payload.upperBound == bytes.count)
    #expect(try InetDiagRequest(message, in: bytes.span) == request)
  }

  @Test func theBytesAreTheKernelsStructs() {
    let old = InetDiagRequest(.tcp, states: StateSet(.listening), extensions: 2)
    let states = NetlinkBytes.native(UInt32(1 << 10))
    #expect(
      Array(old.message(sequence: 1).dropFirst(16)) == [0, 0, 0, 2] + zeros(48) + states + zeros(4))
    let new = InetDiagRequest(.byFamily(.udp, .ipv6), states: StateSet(.listening), extensions: 64)
    #expect(
      Array(new.message(sequence: 1).dropFirst(16)) == [10, 17, 64, 0] + states + zeros(48))
  }

  @Test func aNumberBeyondAByteIsAnAttribute() {
    let bytes = InetDiagRequest(.byFamily(.mptcp, .ipv4), states: StateSet(.listening))
      .message(sequence: 1)
    let attribute = NetlinkBytes.attribute(3, NetlinkBytes.native(UInt32(262)))
    #expect(Array(bytes.suffix(8)) == attribute && bytes[17] == 6 && bytes.count == 80)
  }

  /// MPTCP's is `struct mptcp_info`, under the number of `tcp_info`.
  @Test func whatMPTCPTellsOfItselfIsNotAskedFor() {
    #expect(InetDiagRequest.extensions(for: [.tcpInfo, .memory], of: .mptcp) == 0x40)
    #expect(InetDiagRequest.extensions(for: .traffic, of: .mptcp) == 0)
  }

  @Test(arguments: [1, 0x10006, UInt32.max])
  func refusesAProtocolThatIsNoneOfOurs(number: UInt32) {
    let attribute = NetlinkBytes.attribute(3, NetlinkBytes.native(number))
    let bytes = NetlinkBytes.message(20, flags: 1, [2, 6] + zeros(54) + attribute)
    #expect(throws: MalformedMessage(at: 76, .ipProtocol(number))) {
      try InetDiagRequest(first(bytes), in: bytes.span)
    }
  }

  @Test func anAnswerIsNoRequest() throws {
    let bytes = NetlinkBytes.message(20, NetlinkBytes.row())
    #expect(try InetDiagRequest(first(bytes), in: bytes.span) == nil)
  }

  @Test(
    arguments: [
      (NetlinkBytes.message(18, flags: 1, zeros(59)), .shortPayload(59)),
      (NetlinkBytes.message(20, flags: 1, zeros(55)), .shortPayload(55)),
      (NetlinkBytes.message(20, flags: 1, [2, 1] + zeros(54)), .ipProtocol(1)),
      (NetlinkBytes.message(20, flags: 1, [3, 6] + zeros(54)), .family(3)),
    ] as [([UInt8], MalformedMessage.Problem)])
  func refusesWhatIsNoRequestOfOurs(bytes: [UInt8], problem: MalformedMessage.Problem) {
    #expect(throws: MalformedMessage(at: 0, problem)) {
      try InetDiagRequest(first(bytes), in: bytes.span)
    }
  }

  @Test func needsBecomeExtensionBits() {
    #expect(InetDiagRequest.extensions(for: [.owners, .cgroups, .marks, .shutdown]) == 0)
    #expect(InetDiagRequest.extensions(for: .tcpInfo) == 1 << (INET_DIAG_INFO - 1))
    #expect(InetDiagRequest.extensions(for: .congestion) == 1 << (INET_DIAG_CONG - 1))
    #expect(InetDiagRequest.extensions(for: .memory) == 1 << (INET_DIAG_SKMEMINFO - 1))
    #expect(
      InetDiagRequest.extensions(for: .tos)
        == 1 << (INET_DIAG_TOS - 1) | 1 << (INET_DIAG_TCLASS - 1))
  }

  @Test func numbersAreTheHeaders() {
    #expect(InetDiagRequest.tcpSize == MemoryLayout<inet_diag_req>.size)
    #expect(InetDiagRequest.byFamilySize == MemoryLayout<inet_diag_req_v2>.size)
    #expect(InetDiagRequest.bytecodeAttribute == UInt16(INET_DIAG_REQ_BYTECODE))
    #expect(MemoryLayout<inet_diag_req>.offset(of: \.idiag_states) == 52)
    #expect(MemoryLayout<inet_diag_req_v2>.offset(of: \.idiag_states) == 4)
  }

  @Test func attributesAreTheHeaders() {
    #expect(SocketAttribute.tcpInfo.rawValue == UInt16(INET_DIAG_INFO))
    #expect(SocketAttribute.congestion.rawValue == UInt16(INET_DIAG_CONG))
    #expect(SocketAttribute.tos.rawValue == UInt16(INET_DIAG_TOS))
    #expect(SocketAttribute.trafficClass.rawValue == UInt16(INET_DIAG_TCLASS))
    #expect(SocketAttribute.memory.rawValue == UInt16(INET_DIAG_SKMEMINFO))
    #expect(SocketAttribute.shutdown.rawValue == UInt16(INET_DIAG_SHUTDOWN))
    #expect(SocketAttribute.ipProtocol.rawValue == UInt16(INET_DIAG_PROTOCOL))
    #expect(SocketAttribute.v6Only.rawValue == UInt16(INET_DIAG_SKV6ONLY))
    #expect(SocketAttribute.mark.rawValue == UInt16(INET_DIAG_MARK))
    #expect(SocketAttribute.cgroup.rawValue == UInt16(INET_DIAG_CGROUP_ID))
  }

  @Test func memoryIsInTheHeadersOrder() {
    #expect(
      MemoryMember.allCases.map { Int($0.rawValue) }
        == [
          SK_MEMINFO_RMEM_ALLOC, SK_MEMINFO_RCVBUF, SK_MEMINFO_WMEM_ALLOC, SK_MEMINFO_SNDBUF,
          SK_MEMINFO_FWD_ALLOC, SK_MEMINFO_WMEM_QUEUED, SK_MEMINFO_OPTMEM, SK_MEMINFO_BACKLOG,
          SK_MEMINFO_DROPS,
        ].map { Int($0) })
  }
}
