import SocketModel
import Testing

@testable import SocketFilter

/// Fields that no test of addresses, states or owners asks for.
@Suite struct FilterFieldsTests {
  /// Three rows with attributes, and one without, in another network namespace.
  private static let snapshot: Snapshot = {
    var builder = SnapshotBuilder()
    for row in 0..<3 {
      var socket = tcp("10.0.0.5:80", "", .listening, inode: UInt64(row + 1))
      socket.interface = UInt32(row)
      socket.v6Only = [.yes, .no, .unknown][row]
      socket.timer = SocketTimer(
        kind: [.keepalive, .off, .init(rawValue: 9)][row], expires: 1500, retransmits: 2)
      var attributes = AttributeWriter()
      attributes.append(.mark, [UInt8(row + 1), 0, 0, 0].inNativeOrder)
      attributes.append(.cgroup, [UInt8(77 + row), 0, 0, 0, 0, 0, 0, 0].inNativeOrder)
      attributes.append(.congestion, Array(["cubic", "bbr", "cubicish"][row].utf8))
      attributes.append(.tos, [UInt8(row * 16)])
      builder.table.append(socket, attributes: attributes.bytes.span)
    }
    var elsewhere = tcp("10.0.0.5:80", "", .listening, inode: 0)
    elsewhere.interface = 1
    elsewhere.namespace = 1
    let none: [UInt8] = []
    builder.table.append(elsewhere, attributes: none.span)
    builder.namespaces = [NetworkNamespace(), NetworkNamespace()]
    builder.names.users = [0: "root"]
    builder.names.interfaces = [
      InterfaceKey(index: 1): "lo", InterfaceKey(index: 2): "eth0",
      InterfaceKey(namespace: 1, index: 1): "veth0",
    ]
    builder.names.cgroups = [77: CgroupName("/system.slice"), 78: CgroupName("/user.slice")]
    return builder.frozen()
  }()

  @Test(arguments: [
    ("v6only=true", [0]), ("v6only=false", [1]), ("v6only=true,false", [0, 1]),
    ("v6only!=true", [1, 2, 3]),
    ("timer=keepalive", [0]), ("timer=off,on", [1, 3]), ("timer_expires>1s", [0, 2]),
    ("timer_retransmits=2", [0, 1, 2]),
    ("congestion=cubic", [0]), ("congestion=cubic*", [0, 2]), ("cong=b?r", [1]),
    ("congestion!=cubic", [1, 2, 3]),
    ("mark=2", [1]), ("mark=0x1/0x1", [0, 2]), ("fwmark 3", [2]), ("mark!=2", [0, 2, 3]),
    ("cgroup=/system.slice", [0]), ("cgroup=/*.slice", [0, 1]), ("cgroup=7*", [2]),
    ("tos>0", [1, 2]), ("tos=16-", [1, 2]), ("tclass>=0", []),
    ("user=r*", [0, 1, 2]), ("uid=0", [0, 1, 2]), ("inode>=2", [1, 2]), ("cookie>=0", []),
    ("rtt>=0", []), ("drops>=0", []),
  ])
  func matches(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, in: Self.snapshot) == expected)
  }

  /// A name is looked up in our own namespace. In another its number is another interface.
  @Test(arguments: [
    ("dev lo", [1]), ("dev 1", [1]), ("dev != lo", [0, 2, 3]), ("dev eth0", [2]), ("dev 0", [0]),
    ("10.0.0.5%lo", [1]), ("src 10.0.0.5%eth0", [2]), ("dev veth*", [3]), ("dev *", [1, 2, 3]),
    ("dev *eth0", [2, 3]), ("reaches=[10.0.0.5%lo]:80", [1]),
  ])
  func anInterfaceIsThatOfItsNamespace(_ text: String, _ expected: [Int]) throws {
    #expect(try rows(text, in: Self.snapshot) == expected)
  }

  /// The list of all owners is a field of JSON; here it is a process like any other word.
  @Test func theListOfOwnersIsNoField() throws {
    #expect(try filter("owners").bareWords == ["owners"])
    #expect(!Subject.names.contains("owners"))
    let error = #expect(throws: FilterError.self) { try filter("owners=3") }
    guard case .unknownField("owners", _) = error?.reason else {
      Issue.record("\(error.debugDescription)")
      return
    }
  }

  /// What has no address is reached by nobody, is in no block and is exposed nowhere.
  @Test(arguments: ["exposed", "reaches=:0", "0.0.0.0/0", "::", "reaches=10.0.0.5", "ipv4", "ipv6"])
  func aSocketWithoutAddress(text: String) throws {
    let socket = Socket(
      .tcp, local: .name(1, isAbstract: false), remote: .none, state: .listening)
    #expect(try filter(text).matches(socket) == .no)
    #expect(try filter("listening").matches(socket) == .yes)
  }
}

extension [UInt8] {
  /// Bytes of a number, the lowest first, as this machine has them.
  fileprivate var inNativeOrder: [UInt8] { 1.littleEndian == 1 ? self : reversed() }
}
