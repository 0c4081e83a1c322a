import SocketModel

/// What a comparison is of: a field, or a port or an address at either end. The list of all owners
/// is none: `pid`, `process` and others ask about any of them.
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
      guard let field = Field(name), Self.fields.contains(field) else { return nil }
      self = .field(field)
    }
  }

  /// What is the same for all rows is none.
  private static let fields = Field.all.filter { $0 != .owners && $0.subject != .snapshot }

  /// Every name, for suggestions and completions.
  static let names =
    fields.flatMap { [$0.name] + $0.aliases }
    + ["port", "address", "addr", "host", "ip", "reaches", "fwmark"]

  static func nearest(to name: String) -> String? { SocketModel.nearest(to: name, among: names) }

  /// Whether `<` and `>` mean something.
  var isOrdered: Bool {
    switch self {
    case .port: true
    case .address, .reaches: false
    case .field(let field): field.isOrdered
    }
  }

  /// A comparison to type, for the message about a field on its own.
  func example(_ name: String) -> String {
    switch self {
    case .port: "\(name)=443"
    case .address: "\(name)=10.0.0.0/8"
    case .reaches: "\(name)=10.0.0.5:8080"
    case .field(let field): name + (field.example ?? ">" + (field.unit.example ?? "1000"))
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
