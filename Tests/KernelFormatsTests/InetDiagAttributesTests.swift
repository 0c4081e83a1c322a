import SocketModel
import Testing
import TestSupport

@testable import KernelFormats

@Suite struct InetDiagAttributesTests {
  private static let fixed = zeros(InetDiagMessage.size)

  /// A message with nothing but a `tcp_info` in which each byte is another.
  private func message(info count: Int) -> [UInt8] {
    Self.fixed
      + NetlinkBytes.attribute(2, (0..<count).map { $0 == 0 ? 1 : UInt8($0 & 127) })
  }

  private func traffic(
    of state: TCPState = .established, _ bytes: [UInt8]
  ) throws(MalformedMessage) -> SocketTraffic {
    try InetDiagAttributes.traffic(of: state, in: bytes.span, at: bytes.indices).traffic
  }

  @Test func areKeptAsTheKernelWroteThem() throws {
    let attributes =
      NetlinkBytes.attribute(200, [1, 2, 3]) + NetlinkBytes.attribute(4, Array("cubic".utf8) + [0])
    let bytes = Self.fixed + attributes
    let range = try InetDiagAttributes.checked(in: bytes.span, at: bytes.indices)
    #expect(Array(bytes[range]) == attributes)
    // What the model reads of them is what was written.
    var table = SocketTable()
    table.append(
      Socket(.tcp, local: .none, remote: .none, state: .established),
      attributes: bytes.span.extracting(range))
    #expect(SnapshotBuilder(table).frozen()[0].text(.congestion) == "cubic")
  }

  @Test func theCgroupAloneIsRead() {
    func cgroup(_ attributes: [UInt8]) -> UInt64? {
      let bytes = Self.fixed + attributes
      return InetDiagAttributes.cgroup(in: bytes.span, at: bytes.indices)
    }
    let id = NetlinkBytes.attribute(21, NetlinkBytes.native(UInt64(77)))
    #expect(cgroup(NetlinkBytes.attribute(8, [0]) + id) == 77)
    #expect(cgroup([]) == nil)
    #expect(cgroup(NetlinkBytes.attribute(21, [1, 0, 0, 0, 0, 0, 0])) == nil)
    for broken: [UInt8] in [
      [200, 0, 21, 0, 1], [0, 0, 0, 0], [3, 0, 8, 0], [4, 0], [8, 0, 8, 0],
    ] {
      #expect(cgroup(broken + id) == nil)
    }
  }

  @Test func noneIsAnEmptyRange() throws {
    let bytes = Self.fixed
    #expect(try InetDiagAttributes.checked(in: bytes.span, at: bytes.indices).isEmpty)
    let short = zeros(40)
    #expect(try InetDiagAttributes.checked(in: short.span, at: short.indices).isEmpty)
  }

  @Test(
    arguments: [
      ([0x34, 0x12, 0, 0], MalformedMessage(at: 72, .overlong(length: 0x1234, remaining: 4))),
      ([0, 0, 0, 0], MalformedMessage(at: 72, .lengthTooSmall(0))),
      ([5, 0, 1, 0, 9, 0, 0, 0, 4, 0], MalformedMessage(at: 80, .shortHeader(remaining: 2))),
    ] as [([UInt8], MalformedMessage)])
  func aBadAttributeIsAnError(attributes: [UInt8], error: MalformedMessage) {
    let bytes = Self.fixed + attributes
    #expect(throws: error) {
      _ = try InetDiagAttributes.checked(in: bytes.span, at: bytes.indices)
    }
    #expect(throws: error) { try traffic(bytes) }
  }

  /// The short way says what the long way does, whatever the kernel's age.
  @Test(arguments: [1, 104, 192, 215, 216, 232, 248, 280])
  func trafficIsWhatTheWholeSays(count: Int) throws {
    let bytes = message(info: count)
    let structure = Array(bytes.dropFirst(InetDiagMessage.size + 4).prefix(count))
    let whole = TCPInfo(structure.span)
    for state in TCPState.named {
      let traffic = try traffic(of: state, bytes)
      #expect(traffic == SocketTraffic(whole, in: state))
      #expect((traffic.sent != nil) == (count >= 216 && state != .listening))
    }
  }

  @Test func trafficIsUnknownWithoutTheAttribute() throws {
    #expect(try traffic(Self.fixed) == SocketTraffic())
    #expect(try traffic(Self.fixed + NetlinkBytes.attribute(2, [])) == SocketTraffic())
    #expect(try traffic(Self.fixed + NetlinkBytes.attribute(4, [65, 0])) == SocketTraffic())
  }

  @Test func nothingTraps() {
    fuzz(message(info: 248)) { bytes in
      _ = try? InetDiagAttributes.checked(in: bytes.span, at: bytes.indices)
      _ = try? traffic(bytes)
    }
  }
}
