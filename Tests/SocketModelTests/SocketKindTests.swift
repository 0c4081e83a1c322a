import SocketModel
import Testing

@Suite struct SocketKindTests {
  @Test func eachHasANumberOfItsOwn() {
    for kind in SocketKind.allCases {
      #expect(
        kind.ipProtocol.map { SocketKind(ipProtocol: $0) == kind }
          ?? (!kind.isInternet || kind == .ping))
    }
    let numbers = SocketKind.allCases.compactMap(\.ipProtocol)
    #expect(Set(numbers).count == numbers.count)
    let names = SocketKind.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(SocketKind(ipProtocol: 1) == nil)
  }

  /// What is kept by kind has an index for each.
  @Test func theRawValuesAreIndices() {
    #expect(SocketKind.allCases.map { Int($0.rawValue) } == Array(SocketKind.allCases.indices))
  }

  @Test func theSetsFollowFromTheKinds() {
    for kind in SocketKind.allCases {
      #expect(SocketKindSet.every.contains(kind))
      #expect(SocketKindSet.all.contains(kind) == SocketKind.internet.contains(kind))
      #expect(SocketKindSet.unix.contains(kind) == kind.isUnix)
      #expect(SocketKindSet.datagrams.contains(kind) == kind.isDatagram)
    }
    #expect(SocketKindSet.all == [.tcp, .udp])
  }

  @Test func whatIsNotTCPIsUnconnected() {
    for kind in SocketKind.allCases {
      let isTCP = kind == .tcp || kind == .mptcp
      #expect(TCPState.closed.name(kind) == (isTCP ? "CLOSED" : "UNCONNECTED"))
    }
  }
}
