import SocketModel
import Testing

@Suite struct SocketKindTests {
  @Test func eachHasANumberOfItsOwn() {
    for kind in SocketKind.allCases {
      #expect(SocketKind(ipProtocol: kind.ipProtocol) == kind)
    }
    #expect(Set(SocketKind.allCases.map(\.ipProtocol)).count == SocketKind.allCases.count)
    #expect(SocketKind(ipProtocol: 1) == nil)
  }

  /// What is kept by kind has an index for each.
  @Test func theRawValuesAreIndices() {
    #expect(SocketKind.allCases.map { Int($0.rawValue) } == Array(SocketKind.allCases.indices))
  }

  @Test func theSetsFollowFromTheKinds() {
    for kind in SocketKind.allCases {
      #expect(SocketKindSet.all.contains(kind))
      #expect(SocketKindSet.datagrams.contains(kind) == kind.isDatagram)
    }
    #expect(SocketKindSet.all == [.tcp, .udp] && SocketKindSet.datagrams == .udp)
  }

  @Test func whoHasNoConnectionsIsUnconnected() {
    for kind in SocketKind.allCases {
      #expect(TCPState.closed.name(kind) == (kind.isDatagram ? "UNCONNECTED" : "CLOSED"))
    }
  }
}
