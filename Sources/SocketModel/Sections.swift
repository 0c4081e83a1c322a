/// What is told of a socket beyond the basics: the options `-o -e -i -m`, and in JSON whatever the
/// columns ask for. Fields of one section come together.
public struct Sections: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let timer = Sections(rawValue: 1 << 0)
  public static let identity = Sections(rawValue: 1 << 1)
  public static let cgroup = Sections(rawValue: 1 << 2)
  public static let mark = Sections(rawValue: 1 << 3)
  public static let tos = Sections(rawValue: 1 << 4)
  public static let shutdown = Sections(rawValue: 1 << 5)
  public static let congestion = Sections(rawValue: 1 << 6)
  public static let tcpInfo = Sections(rawValue: 1 << 7)
  public static let memory = Sections(rawValue: 1 << 8)
  /// Each owner's command line.
  public static let commands = Sections(rawValue: 1 << 9)

  /// Whether each owner's program is there still.
  public static let executables = Sections(rawValue: 1 << 10)
  /// The network namespace, where several are asked about.
  public static let namespace = Sections(rawValue: 1 << 11)
  /// The names and the other ends of unix sockets, where they are asked for.
  public static let unix = Sections(rawValue: 1 << 12)
  /// What raw, packet and netlink sockets speak, where they are asked for.
  public static let special = Sections(rawValue: 1 << 13)
  /// What is known of connections from other rows: where they came from, and their other ends.
  public static let ends = Sections(rawValue: 1 << 14)

  /// Both ends without a v4-mapped form: in JSON always.
  public static let unmapped = Sections(rawValue: 1 << 16)

  /// How old a socket is.
  public static let age = Sections(rawValue: 1 << 20)
  /// What is the matter with a connection.
  public static let verdict = Sections(rawValue: 1 << 21)

  /// When a connection moved last.
  public static let idle = Sections(rawValue: 1 << 22)

  /// What happened to a connection, where that is told.
  public static let event = Sections(rawValue: 1 << 23)

  /// What `-e` shows.
  public static let extended: Sections = [.identity, .cgroup, .mark, .tos, .shutdown]
  /// What `-i` shows.
  public static let internals: Sections = [.congestion, .tcpInfo]
}
