public import SocketModel

/// A column of the table: a field, or one of four that put several together for the eye.
///
/// `local` and `remote` are whole ends (address and port, names in place of numbers), `queue` both
/// queues, `owner` pid and name. Their parts are the fields `local_address`, `local_port`,
/// `recv_q`, `pid`, `name` and so on, under the one name that JSON, filters and sort keys use.
public enum Column: Hashable, Sendable {
  case local, remote, queue, process
  case field(Field)

  public static let composite: [Column] = [.local, .remote, .queue, .process]

  /// The four composite ones first, then every field.
  public static let all: [Column] =
    composite + Field.all.map { .field($0) }

  /// What `--columns` takes, as the manual lists it.
  public var name: String {
    switch self {
    case .local: "local"
    case .remote: "remote"
    case .queue: "queue"
    case .process: "owner"
    case .field(.process): "name"
    case .field(let field): field.name
    }
  }

  /// Other words for the column.
  public var aliases: [String] {
    switch self {
    case .local: ["src"]
    case .remote: ["dst", "peer", "foreign"]
    case .queue: []
    case .process: ["process"]
    case .field(let field):
      field.aliases.filter { !Self.compositeNames.contains($0) && $0 != name }
    }
  }

  /// The column of a name or alias, in any case, `-` taken for `_`.
  public init?(_ name: String) {
    let wanted = String(name.lowercased().map { $0 == "-" ? "_" : $0 })
    if let column = Self.composite.first(where: { ([$0.name] + $0.aliases).contains(wanted) }) {
      self = column
    } else if let field = Field(wanted) {
      self = .field(field)
    } else {
      return nil
    }
  }

  private static let compositeNames: Set<String> = [
    "local", "remote", "queue", "process", "src", "dst", "peer", "foreign", "owner",
  ]

  /// The words above the column.
  public var title: String {
    switch self {
    case .local: Field.localAddress.title
    case .remote: Field.remoteAddress.title
    case .queue: "Queue"
    case .process: "PID/Process"
    case .field(let field): field.title
    }
  }

  /// Whether the column holds bare numbers, which are aligned at its right edge.
  var isNumeric: Bool {
    switch self {
    case .local, .remote, .queue, .process: false
    case .field(let field): field.kind == .number
    }
  }

  /// What a Query must ask for so that the column is there.
  public var needs: Projection {
    switch self {
    case .local, .remote, .queue: []
    // A hidden owner is shown by the row's user and unit, any other with its container.
    case .process: [.owners, .processNames, .userNames, .cgroupIDs]
    case .field(let field): field.needs
    }
  }
}
