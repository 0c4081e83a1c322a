import SocketModel
import Testing

@testable import Arguments

/// `-A` and `-f` as in ss(8), and the options of one kind.
@Suite struct KindOptionsTests {
  private func scope(_ line: String) throws -> Scope? {
    guard case .list(let options) = try Command(line.split(separator: " ").map(String.init)) else {
      return nil
    }
    return options.request.scope
  }

  @Test(
    arguments: [
      ("-w", .raw), ("-0", .packet), ("-M", .mptcp), ("-U", .udpLite), ("--netlink", .netlink),
      ("-tx0", [.tcp, .unix, .packet]), ("-A tcp,unix", [.tcp, .unix]), ("-A all", .every),
      ("-A inet", .withAddresses),
      ("--query=packet_raw,nl", [.init(SocketKind.packetRaw), .netlink]),
      ("-A unix_dgram -u", [.unixDatagram, .udp]),
      ("--socket u_seq", .init(SocketKind.unixSeqpacket)),
      ("-A !tcp,udp", SocketKindSet.every.subtracting(.all)), ("-f unix", .unix),
      ("-f link", .packet),
      ("-f netlink -t", [.netlink, .tcp]),
    ] as [(String, SocketKindSet)])
  func kinds(line: String, kinds: SocketKindSet) throws {
    #expect(try scope(line)?.protocols == kinds)
  }

  @Test func families() throws {
    #expect(try scope("-f inet6")?.families == .ipv6 && scope("-f inet6")?.protocols == nil)
    #expect(try scope("-f inet -f inet6")?.families == .all)
  }

  @Test(
    arguments: [
      ("-A sctp", "-A: sctp sockets are not listed here; type: ss -S"),
      ("-A tcp,vsock", "-A: vsock sockets are not listed here; type: ss --vsock"),
      ("-f ipx", "-f takes inet, inet6, unix, link or netlink, not 'ipx'"),
    ])
  func whatIsNotListedIsSaid(line: String, sentence: String) {
    let error = #expect(throws: ArgumentError.self) { try scope(line) }
    #expect(error.map { "\($0)" } == sentence)
  }

  @Test(arguments: ["-A tpc", "-A tcp,,udp", "-A !", "-A ,"])
  func aWordThatIsNoneIsRefusedWithAllThatAre(line: String) {
    let error = #expect(throws: ArgumentError.self) { try scope(line) }
    #expect(error.map { "\($0)".contains("unix_stream") } == true)
  }
}
