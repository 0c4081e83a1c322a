internal import SocketModel

/// A field that the sockets of a group share, under its own name, as data.
struct GroupMember {
  enum Value {
    case null
    case flag(Bool)
    case number(UInt64)
    case text(String)
    /// Bytes that others chose.
    case name([UInt8])
  }

  let name: String
  let value: Value

  init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  fileprivate init(_ name: String, _ number: UInt32?) {
    self.init(name, number.map { .number(UInt64($0)) } ?? .null)
  }

  fileprivate init(_ name: String, _ text: String?) {
    self.init(name, text.map { .text($0) } ?? .null)
  }
}

extension GroupedListing {
  /// Each name once: two groupings may say the same of a group.
  func members(of group: SocketGroup) -> [GroupMember] {
    var members: [GroupMember] = []
    for (grouping, key) in zip(groupings, group.keys) {
      members += self.members(grouping, key).filter { new in
        !members.contains { $0.name == new.name }
      }
    }
    return members
  }

  private func members(_ grouping: Grouping, _ key: SocketGroup.Key) -> [GroupMember] {
    switch key {
    case .process(let name): [GroupMember("process", .name(name))]
    case .pid(let pid):
      [GroupMember("process", .null), GroupMember("pid", UInt32(bitPattern: pid))]
    case .owner(let process):
      [
        GroupMember("pid", UInt32(bitPattern: process.pid)),
        GroupMember("process", names.process(process).map { .name($0.name) } ?? .null),
      ]
    case .hidden(let uid): noOwner(grouping, "hidden") + user(uid)
    case .nobody: noOwner(grouping, "none")
    case .unheld: noOwner(grouping, "unheld")
    case .kernel: noOwner(grouping, "kernel")
    case .ownersNotAsked: noOwner(grouping, nil)
    case .user(let uid): user(uid)
    case .named(let name): [GroupMember(grouping.name, .name(name))]
    case .numbered(let id): [GroupMember(grouping.name, .text("\(id)"))]
    case .namespace(let inode):
      [GroupMember("netns", .number(inode)), GroupMember("netns_name", names.namespaces[inode])]
    case .unnamed, .unknown:
      [
        GroupMember(grouping.name, .null),
        GroupMember(isKnownName(grouping), .flag(key == .unnamed)),
      ]
    case .port(let port, let kind):
      [GroupMember("protocol", "\(kind.name)")]
        + (grouping == .service ? [GroupMember("service", names.services.name(port, kind))] : [])
        + [GroupMember(grouping == .service ? "port" : "local_port", UInt32(port))]
    case .address(let address): [GroupMember("remote_address", "\(address)")]
    case .state(let state, let kind):
      [
        GroupMember("protocol", "\(kind.name)"),
        GroupMember("state", state.name(kind).map { "\($0)" } ?? "\(state.rawValue)"),
      ]
    }
  }

  private func noOwner(_ grouping: Grouping, _ status: String?) -> [GroupMember] {
    (grouping == .pid ? [GroupMember("pid", .null)] : [])
      + [GroupMember("process", .null), GroupMember("owner_status", status)]
  }

  private func user(_ uid: UInt32?) -> [GroupMember] {
    [GroupMember("uid", uid), GroupMember("user", uid.flatMap { names.users[$0] })]
  }

  /// Of several groupings each may be unknown by itself.
  private func isKnownName(_ grouping: Grouping) -> String {
    groupings.count == 1 ? "is_known" : "\(grouping.name)_is_known"
  }

  /// The names that members may have, each once: the columns of CSV.
  var memberNames: [String] {
    var names: [String] = []
    for name in groupings.flatMap(memberNames) where !names.contains(name) { names.append(name) }
    return names
  }

  private func memberNames(_ grouping: Grouping) -> [String] {
    switch grouping {
    case .process: ["process", "pid", "owner_status", "uid", "user"]
    case .pid: ["pid", "process", "owner_status", "uid", "user"]
    case .user: ["uid", "user"]
    case .service: ["protocol", "service", "port"]
    case .localPort: ["protocol", "local_port"]
    case .remoteAddress: ["remote_address"]
    case .state: ["protocol", "state"]
    case .netns: ["netns", "netns_name"]
    case .unit, .container, .cgroup, .verdict: [grouping.name, isKnownName(grouping)]
    }
  }
}
