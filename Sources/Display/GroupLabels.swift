internal import SocketModel

extension Grouping {
  /// The words above its column.
  var title: String {
    switch self {
    case .pid: "PID/Process"
    case .process, .user, .service, .state, .unit, .container, .cgroup, .netns, .verdict,
      .localPort, .remoteAddress:
      name.prefix(1).uppercased() + name.dropFirst().map { $0 == "_" ? " " : $0 }
    }
  }
}

extension GroupedListing {
  /// What each of the groups that are shown has in common, a text for each grouping, escaped. Groups that
  /// would look the same say more where they differ.
  func labels(_ numbers: NumberStyle) -> [[String]] {
    let texts = groupings.indices.map { column in
      // A state of two protocols would be two equal labels.
      let isMixed = Set(groups.compactMap { $0.keys[column].kind }).count > 1
      return GroupLabel(names: names, numbers: numbers, namesProtocol: isMixed)
    }
    var labels = shown.map { group in zip(texts, group.keys).map { $0.short($1) } }
    var alike: [[String]: [Int]] = [:]
    for (index, label) in labels.enumerated() { alike[label, default: []].append(index) }
    for indexes in alike.values where indexes.count > 1 {
      for column in groupings.indices
      where Set(indexes.map { groups[$0].keys[column] }).count > 1 {
        for index in indexes {
          labels[index][column] = texts[column].long(groups[index].keys[column])
        }
      }
    }
    return labels
  }
}

extension SocketGroup.Key {
  /// The protocol that it is of.
  fileprivate var kind: SocketKind? {
    switch self {
    case .port(_, let kind), .state(_, let kind): kind
    case .process, .pid, .owner, .hidden, .nobody, .unheld, .kernel, .ownersNotAsked, .user,
      .address,
      .namespace, .named, .numbered, .unnamed, .unknown:
      nil
    }
  }
}

/// What a group has in common, in words.
private struct GroupLabel {
  let names: Names
  let numbers: NumberStyle
  let namesProtocol: Bool

  func short(_ key: SocketGroup.Key) -> String {
    switch key {
    case .process(let name), .named(let name): return escaped(name)
    case .pid(let pid): return "\(pid)"
    case .owner(let process):
      return "\(process.pid)" + (names.process(process).map { "/" + escaped($0.name) } ?? "")
    case .hidden(let uid): return uid.map { "? (\(user($0)))" } ?? "?"
    case .nobody, .unnamed: return "-"
    case .unheld: return "no descriptor"
    case .kernel: return "kernel"
    case .ownersNotAsked, .unknown: return "?"
    case .user(let uid): return uid.map { user($0) } ?? "-"
    case .port(let port, let kind):
      return "\(service(port, kind) ?? "\(port)")/\(kind.name)"
    case .address(let address):
      if address.isUnspecified { return "*" }
      return names.hosts[address].map { escaped($0) } ?? "\(address)"
    case .state(let state, let kind):
      let name = state.name(kind).map { "\($0)" } ?? "\(state.rawValue)"
      return namesProtocol ? "\(name)/\(kind.name)" : name
    case .namespace(let inode): return names.namespaces[inode].map { escaped($0) } ?? "\(inode)"
    case .numbered(let id): return "\(id)"
    }
  }

  /// The same where another one looks like it.
  func long(_ key: SocketGroup.Key) -> String {
    let more: String
    switch key {
    case .process, .named: more = "name"
    case .pid: more = "pid"
    case .owner(let process): more = "pid \(process.pid)"
    case .hidden(let uid): more = uid.map { "uid \($0)" } ?? "hidden"
    case .nobody: more = "nobody"
    case .unnamed: more = "none"
    case .unheld: more = "unheld"
    case .kernel: more = "the kernel's own"
    case .ownersNotAsked: more = "not asked"
    case .unknown, .user(nil): more = "unknown"
    case .user(let uid?): more = "uid \(uid)"
    case .port(let port, _): more = "\(port)"
    case .address(let address): more = "\(address)"
    case .state(let state, let kind): more = "\(kind.name) \(state.rawValue)"
    case .namespace(let inode): more = "\(inode)"
    case .numbered: more = "id"
    }
    return "\(short(key)) (\(more))"
  }

  private func service(_ port: UInt16, _ kind: SocketKind) -> String? {
    guard Int(port) < numbers.firstNumericPort else { return nil }
    return names.services.name(port, kind).map { escaped($0) }
  }

  private func user(_ uid: UInt32) -> String { escaped(names.users[uid] ?? "\(uid)") }
}
