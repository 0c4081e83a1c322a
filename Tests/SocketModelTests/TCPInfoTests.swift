import Foundation
import TestSupport
import Testing

@testable import SocketModel

@Suite struct TCPInfoTests {
  private static let header = "/usr/include/linux/tcp.h"

  private func decode(_ bytes: [UInt8]) -> TCPInfo { TCPInfo(bytes.span) }

  private func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

  @Test func everyMemberHasOnePlaceInOrder() {
    let places = TCPInfoMember.allCases.map(\.place)
    for (a, b) in zip(places, places.dropFirst()) {
      #expect(
        a.offset + UInt16(a.width) <= b.offset
          || a.offset == b.offset && a.shift + a.bits <= b.shift)
    }
  }

  /// The members of `struct tcp_info` as the header on this machine has them: older or newer than
  /// the table, but where both know a member they agree.
  @Test(.enabled("needs the kernel's headers") { FileManager.default.fileExists(atPath: header) })
  func placesAreTheHeaders() throws {
    let text = try String(contentsOfFile: Self.header, encoding: .utf8)
    let body = try #require(text.split(separator: "struct tcp_info {").last).split(separator: "};")
    let member = /(?:__u(8|16|32|64)\s+|,\s*)tcpi_(\w+)(?:\s*:\s*(\d+))?/
    var offset = 0, width = 1, shift = 0, seen = 0
    for match in try #require(body.first).matches(of: member) {
      if let bits = match.1.flatMap({ Int($0) }) { width = bits / 8 }
      let bits = match.3.flatMap { Int($0) } ?? 64
      if shift == 8 || shift > 0 && bits == 64 { (offset, shift) = (offset + 1, 0) }
      offset = (offset + width - 1) / width * width
      if let member = TCPInfoMember.allCases.first(where: { "\($0)" == match.2 }) {
        seen += 1
        let place = member.place
        #expect(
          (Int(place.offset), Int(place.width), Int(place.shift), Int(place.bits))
            == (offset, width, shift, bits),
          "\(match.2)")
      }
      if bits == 64 { offset += width } else { shift += bits }
    }
    #expect(seen >= 40)
  }

  @Test func aShorterStructureLeavesMembersAbsent() {
    let old = decode(zeros(104))
    #expect(old[.total_retrans] == 0)
    #expect(old[.pacing_rate] == nil)
    #expect(decode(zeros(107))[.pacing_rate] == nil)
    #expect(decode([])[.ca_state] == nil)
    #expect(decode(zeros(400))[.total_rto_time] == 0)
  }

  @Test func bitsAndWordsAreReadInPlace() {
    var bytes = (0..<248).map { UInt8($0) }
    bytes[0] = 1
    let info = decode(bytes)
    #expect(info[.snd_wscale] == 6)
    #expect(info[.rcv_wscale] == 0)
    #expect(info[.delivery_rate_app_limited] == 1)
    #expect(info[.fastopen_client_fail] == 3)
    #expect(info[.rtt] == 0x4746_4544)
    #expect(info[.bytes_acked] == 0x7f7e_7d7c_7b7a_7978)
    #expect(info[.total_rto] == 0xf1f0)
  }

  @Test func theKernelsWordsForUnsetAreAbsent() {
    let info = decode([1] + [UInt8](repeating: 0xff, count: 247))
    #expect(info[.pacing_rate] == nil)
    #expect(info[.max_pacing_rate] == nil)
    #expect(info[.min_rtt] == nil)
    #expect(info[.snd_ssthresh] == 0xffff_ffff)
    var bytes = zeros(248)
    bytes.replaceSubrange(76..<80, with: [0xff, 0xff, 0xff, 0x7f])
    #expect(decode(bytes)[.snd_ssthresh] == nil)
  }

  /// A listener's `unacked` and `sacked` are its accept queue: another meaning under the same name.
  @Test func aListenerHasOnlyWhatIsTrueOfIt() {
    let info = decode([10] + [UInt8](repeating: 1, count: 247))
    let present = TCPInfoMember.allCases.filter { info[$0] != nil }
    #expect(present == [.snd_cwnd, .reordering, .pacing_rate, .max_pacing_rate])
  }

  /// The kernel counts the peer's FIN as a byte.
  @Test func aFINIsNoPayload() {
    let info = TCPInfo(members: [
      .bytes_received: 8, .bytes_sent: 100, .bytes_retrans: 101,
    ])
    #expect(info.payloadReceived(in: .established) == 8)
    #expect(info.payloadReceived(in: .closeWait) == 7)
    #expect(info.payloadSent == 0)
    #expect(TCPInfo(members: [:] as [TCPInfoMember: UInt64]).payloadSent == nil)
  }

  // MARK: Traffic

  /// A structure in which each byte is another.
  private func structure(_ count: Int) -> [UInt8] {
    (0..<count).map { $0 == 0 ? 1 : UInt8($0 & 127) }
  }

  /// The short way says what the long way does, whatever the kernel's age.
  @Test(arguments: [1, 104, 192, 215, 216, 232, 248, 280])
  func trafficIsWhatTheWholeSays(count: Int) {
    let bytes = structure(count)
    for state in TCPState.named {
      let traffic = SocketTraffic(info: bytes.span, in: state)
      #expect(traffic == SocketTraffic(decode(bytes), in: state))
      #expect((traffic.sent != nil) == (count >= 216 && state != .listening))
    }
  }

  @Test func trafficIsUnknownWithoutTheStructure() {
    let none: [UInt8] = []
    let traffic = SocketTraffic(info: none.span, in: .established)
    #expect(traffic == SocketTraffic())
    #expect(traffic.received == nil && traffic.sent == nil)
    #expect(traffic.rtt == nil && traffic.retransmits == nil)
  }

  @Test func nothingTraps() {
    fuzz(structure(248)) { bytes in
      _ = SocketTraffic(info: bytes.span, in: .established)
      for member in TCPInfoMember.allCases { _ = decode(bytes)[member] }
    }
  }
}
