extension Endpoint {
  var value: Value { address.map { .address($0) } ?? .absent }

  var portValue: Value { isIP ? .number(UInt64(port)) : .absent }
}

extension Socket {
  static let unixFamily: ShortText = "unix"

  static let linkFamily: ShortText = "link"
  static let netlinkFamily: ShortText = "netlink"

  var familyName: ShortText? {
    switch kind.domain {
    case .internet: family?.name
    case .unix: Self.unixFamily
    case .link: Self.linkFamily
    case .netlink: Self.netlinkFamily
    }
  }

  /// /proc tells no queues of unix sockets.
  func queueValue(_ length: UInt32) -> Value {
    isOfUnixTable ? .unknown : .number(UInt64(length))
  }

  /// In place of a user where there is none, or none is told.
  var noUser: Value { kind.isInternet ? .absent : .unknown }

  /// Raw sockets have addresses alone.
  func portValue(_ end: Endpoint) -> Value { kind == .raw ? .absent : end.portValue }
}

extension IPAddress.Family {
  /// As in JSON.
  public var name: ShortText {
    switch self {
    case .ipv4: Self.ipv4Name
    case .ipv6: Self.ipv6Name
    }
  }

  private static let ipv4Name: ShortText = "ipv4"
  private static let ipv6Name: ShortText = "ipv6"
}

extension Sections {
  /// Their fields, in the order of all.
  public var fields: [Field] {
    Field.all.filter { !$0.section.isEmpty && isSuperset(of: $0.section) }
  }

  /// What a Query must ask for so that the sections are there.
  public var needs: Projection { fields.reduce(into: []) { $0.formUnion($1.needs) } }
}
