import Foundation
import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct TCPInfoBytesTests {
  private static let header = "/usr/include/linux/tcp.h"

  private func decode(_ bytes: [UInt8]) -> TCPInfo {
    TCPInfoBytes.decode(bytes.span, at: bytes.indices)
  }

  @Test func everyFieldHasOnePlaceInOrder() {
    #expect(TCPInfoBytes.places.map(\.field) == TCPInfo.Field.allCases)
    for (a, b) in zip(TCPInfoBytes.places, TCPInfoBytes.places.dropFirst()) {
      #expect(a.offset + a.width <= b.offset || a.offset == b.offset && a.shift + a.bits <= b.shift)
    }
  }

  /// The members of `struct tcp_info` as the header on this machine has them: older or newer than
  /// the table, but where both know a field they agree.
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
      if let place = TCPInfoBytes.places.first(where: { $0.field.name == match.2 }) {
        seen += 1
        #expect(
          (place.offset, place.width, place.shift, place.bits) == (offset, width, shift, bits),
          "\(match.2)")
      }
      if bits == 64 { offset += width } else { shift += bits }
    }
    #expect(seen >= 40)
  }

  @Test func aShorterStructLeavesFieldsAbsent() {
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
    let present = TCPInfo.Field.allCases.filter { info[$0] != nil }
    #expect(present == [.snd_cwnd, .reordering, .pacing_rate, .max_pacing_rate])
  }
}
