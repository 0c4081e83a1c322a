/// What a field of one row holds. It has no `String` and no reference: to read one allocates nothing
/// and counts nothing.
public enum Value: Sendable {
  /// Unknown, or the row has none.
  case absent
  /// The row may have one, and what it is cannot be known: shown as `absent` is, but a filter can't tell.
  case unknown
  case number(UInt64)
  case flag(Bool)
  case address(IPAddress)
  /// A word of our own.
  case word(ShortText)
  /// A text that the kernel keeps beside the socket.
  case text(ShortText)
  /// What has a name that is looked up elsewhere.
  case name(NamedThing)
  /// The first owner's descriptors; the place is that of the owners.
  case descriptors(OwnerIndex.Slot)
  /// Every owner.
  case owners(OwnerIndex.Slot)
}

extension Value {
  /// Absent for nil.
  @inlinable
  public init(_ number: (some UnsignedInteger & FixedWidthInteger)?) {
    self = number.map { .number(UInt64($0)) } ?? .absent
  }

  @inlinable
  public init(_ word: ShortText?) { self = word.map { .word($0) } ?? .absent }
}

/// Something that rows hold as a number and `Names` may have a name for. Users and processes are the
/// host's; an interface's number means nothing outside its namespace.
public enum NamedThing: Hashable, Sendable {
  case user(UInt32)
  case interface(InterfaceKey)
  case cgroup(UInt64)
  /// The unit and the container of a cgroup.
  case unit(UInt64)
  case container(UInt64)
  /// A network namespace, by its inode.
  case namespace(UInt64)
  case process(ProcessKey)
  case command(ProcessKey)
  /// What a process forwards to.
  case forward(ProcessKey)
  /// A unix socket's name, by its number.
  case unix(UInt64)
  /// What is the matter with a connection.
  case verdict(Verdict)
  case origin(Origin)

  /// What is written for it in text where it has no name; nil where nothing does.
  public var number: UInt64? {
    switch self {
    case .user(let uid): UInt64(uid)
    case .interface(let interface): UInt64(interface.index)
    case .cgroup(let id), .namespace(let id): id
    case .unit, .container, .process, .command, .forward, .unix, .verdict, .origin: nil
    }
  }

  /// What data has for it where it has no name: a user's number has a field of its own.
  public var numberInData: UInt64? {
    switch self {
    case .interface, .cgroup: number
    // A namespace's number has a field of its own, too.
    case .user, .unit, .container, .namespace, .process, .command, .forward, .unix, .verdict,
      .origin:
      nil
    }
  }
}

/// An interface's number, and the network namespace in which it means something, as an index into the
/// snapshot's table.
public struct InterfaceKey: Hashable, Sendable {
  public let namespace: UInt16
  public let index: UInt32

  public init(namespace: UInt16 = 0, index: UInt32) {
    self.namespace = namespace
    self.index = index
  }
}
