import Testing

@testable import SocketModel

@Suite struct RedactionTests {
  private func standIns(_ addresses: [String]) -> [String] {
    var redaction = Redaction()
    return addresses.compactMap { IPAddress($0) }.map { "\(redaction.standIn(for: $0))" }
  }

  @Test func whatAnAddressIsCanStillBeSeen() {
    let pairs = [
      ("10.8.2.2", "192.0.2.1"), ("172.31.0.9", "192.0.2.2"), ("192.168.7.7", "192.0.2.3"),
      ("100.64.0.1", "192.0.2.4"), ("9.8.7.6", "198.51.100.1"), ("10.8.2.2", "192.0.2.1"),
      ("::ffff:9.8.7.6", "::ffff:198.51.100.1"), ("172.32.0.1", "198.51.100.2"),
      ("127.0.0.1", "127.0.0.1"), ("127.1.2.3", "127.0.0.2"), ("0.0.0.0", "0.0.0.0"),
      ("::", "::"), ("::1", "::1"), ("169.254.3.4", "169.254.1.1"), ("224.0.0.251", "233.252.0.1"),
      ("255.255.255.255", "255.255.255.255"), ("2a00:1450::5", "2001:db8::1"),
      ("fd12:3456::7", "2001:db8:8000::1"), ("fe80::1234", "fe80::db8:0:1"),
      ("ff02::fb", "ff02::db8:0:1"),
    ]
    #expect(standIns(pairs.map(\.0)) == pairs.map { "\(IPAddress($0.1) ?? .loopback(.ipv4))" })
  }

  /// More than the ranges for documentation hold go on elsewhere, and none gets another's.
  @Test func everyAddressHasOneOfItsOwn() throws {
    var redaction = Redaction()
    let own = try #require(IPPrefix(IPAddress(v4: 0x0a00_0000), length: 8))
    var seen: Set<IPAddress> = []
    for number: UInt32 in 1...70_000 {
      seen.insert(redaction.standIn(for: IPAddress(v4: 0x0a00_0000 + number)))
      seen.insert(redaction.standIn(for: IPAddress(v4: 0x0800_0000 + number)))
    }
    #expect(seen.count == 140_000)
    #expect(!seen.contains { own.contains(Endpoint($0, 1)) })
    #expect(seen.contains(IPAddress(v4: 0xc612_0001)) && seen.contains(IPAddress(v4: 0xcb00_71fe)))
    #expect(seen.contains(IPAddress(v4: 0xf000_0000)))
  }

  @Test func namesGoWhereverTheyAre() {
    let name = "odd"
    let end = Endpoint(IPAddress(v4: 0x0a00_0001), 80)
    var socket = Socket(.tcp, local: end, remote: end, state: .established, rawUID: 1234, inode: 5)
    socket.interface = 3
    var builder = SnapshotBuilder(host: name, sockets: [socket])
    builder.identity = HostIdentity(machineID: name, bootID: name)
    builder.namespaces = [NetworkNamespace(inode: 9, name: name)]
    builder.addresses = [0: [IPAddress(v4: 0x0a00_0001)]]
    builder.listeners = [socket]
    builder.names.users = [1234: name, 0: "root"]
    builder.names.hosts = [IPAddress(v4: 0x0a00_0001): name]
    builder.names.interfaces = [InterfaceKey(index: 3): name, InterfaceKey(index: 1): "lo"]
    builder.names.namespaces = [9: name]
    builder.names.cgroups = [7: CgroupName("/system.slice/\(name).service") { _ in name }]
    builder.names.unix = [1: "/run/" + name, 2: "@" + name]
    builder.names.processes = [
      4: ProcessName(name: Array(name.utf8), command: Array(name.utf8)),
      5: ProcessName(name: Array(name.utf8)),
    ]
    var redaction = Redaction()
    let redacted = redaction.redact(builder.frozen())
    let names = redacted.names
    #expect(redacted.host == "host1" && redacted.identity == HostIdentity())
    #expect(redacted.namespaces == [NetworkNamespace(inode: 9, name: "netns1")])
    #expect(redacted.addresses == [0: [IPAddress(v4: 0xc000_0201)]])
    #expect(redacted[0].socket == redacted.listeners.first)
    #expect(redacted[0].socket.local == Endpoint(IPAddress(v4: 0xc000_0201), 80))
    #expect(redacted[0].socket.uid == 100_001)
    #expect(names.users == [100_001: "user1", 0: "root"])
    #expect(names.hosts == [IPAddress(v4: 0xc000_0201): "host1"])
    #expect(names.interfaces.values.sorted() == ["interface1", "lo"])
    #expect(names.namespaces == [9: "netns1"])
    #expect(names.cgroups[7]?.path == "/cgroup1" && names.cgroups[7]?.unit == "unit1.service")
    #expect(names.unix == [1: "/path1", 2: "@path2"] || names.unix == [1: "/path2", 2: "@path1"])
    #expect(names.process(ProcessKey(4))?.name == Array("process1".utf8))
    #expect(names.process(ProcessKey(4))?.command == Array("command1".utf8))
    #expect(names.process(ProcessKey(5))?.name == Array("process1".utf8))
    #expect(names.process(ProcessKey(5))?.command == nil)
    // A second look at the same.
    #expect(redaction.redact(builder.frozen())[0].socket == redacted[0].socket)
  }
}
