import SocketModel

/// What stands before a comparison: a field, or a port or an address at either end.
enum Subject: Hashable {
  case field(Field)
  case port
  case address
  case reaches

  init?(_ name: String) {
    switch name.lowercased() {
    case "port": self = .port
    case "address", "addr", "host", "ip": self = .address
    case "reaches": self = .reaches
    case "fwmark": self = .field(.mark)
    default:
      guard let field = Field(name) else { return nil }
      self = .field(field)
    }
  }

  /// Every name, for suggestions and completions.
  static let names =
    Field.all.flatMap { [$0.name] + $0.aliases }
    + ["port", "address", "addr", "host", "ip", "reaches", "fwmark"]

  static func nearest(to name: String) -> String? { SocketModel.nearest(to: name, among: names) }

  /// Whether `<` and `>` mean something.
  var isOrdered: Bool {
    switch self {
    case .port: true
    case .address, .reaches: false
    case .field(let field):
      switch field {
      case .proto, .family, .localAddress, .remoteAddress, .interface, .state, .user, .ownerStatus,
        .process, .command, .timer, .v6only, .cgroup, .mark, .congestion:
        false
      default: true
      }
    }
  }

  /// A comparison to type, for the message about a field on its own.
  func example(_ name: String) -> String {
    switch self {
    case .port: "\(name)=443"
    case .address: "\(name)=10.0.0.0/8"
    case .reaches: "\(name)=10.0.0.5:8080"
    case .field(let field):
      switch field {
      case .localPort, .remotePort: "\(name)=443"
      case .localAddress, .remoteAddress: "\(name)=10.0.0.0/8"
      case .proto: "\(name)=udp"
      case .family: "\(name)=ipv6"
      case .interface: "\(name)=lo"
      case .state: "\(name)=established"
      case .user: "\(name)=www-data"
      case .uid: "\(name)=33"
      case .ownerStatus: "\(name)=hidden"
      case .process: "\(name)=nginx"
      case .command: "\(name)=*worker*"
      case .pid: "\(name)=812"
      case .timer: "\(name)=keepalive"
      case .v6only: "\(name)=true"
      case .cgroup: "\(name)=/system.slice"
      case .mark: "\(name)=0x10/0xff"
      case .congestion: "\(name)=bbr"
      default: "\(name)>\(Measure(field)?.example ?? "1000")"
      }
    }
  }
}

/// The words of ss(8) that take a value without a comparison.
enum SSWords {
  static func takesValue(_ word: String) -> Bool {
    ["src", "dst", "sport", "dport", "dev", "fwmark", "cgroup"].contains(word)
  }

  /// The fields whose address may be a short form without a mask: `src 10.0`.
  static func takesShortAddress(_ field: String) -> Bool { ["src", "dst"].contains(field) }
}
