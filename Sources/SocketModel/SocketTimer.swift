/// The timer that runs on a socket (`idiag_timer`, the `tr` column of /proc/net/tcp).
public struct SocketTimer: Hashable, Sendable {
  /// A struct, so that a kind which the kernel adds later is shown as its number.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let off = Kind(rawValue: 0)
    public static let retransmit = Kind(rawValue: 1)
    public static let keepalive = Kind(rawValue: 2)
    public static let timeWait = Kind(rawValue: 3)
    /// The zero window probe.
    public static let persist = Kind(rawValue: 4)
    /// An acknowledgement is held back; netlink alone says so, and newer kernels only.
    public static let delayedACK = Kind(rawValue: 5)

    /// The kinds that have a name.
    public static let named: [Kind] = [
      .off, .retransmit, .keepalive, .timeWait, .persist, .delayedACK,
    ]

    /// As in JSON; nil for a number without a name.
    public var name: ShortText? {
      Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : nil
    }

    /// In the order of their numbers.
    private static let names: [ShortText] = [
      "off", "on", "keepalive", "timewait", "persist", "delayed_ack",
    ]
  }

  /// Milliseconds until it fires.
  public var expires: UInt32
  public var kind: Kind
  /// Retransmissions or probes without an answer so far.
  public var retransmits: UInt8

  @inlinable
  public init(kind: Kind, expires: UInt32, retransmits: UInt8) {
    self.expires = expires
    self.kind = kind
    self.retransmits = retransmits
  }

  public static let off = SocketTimer(kind: .off, expires: 0, retransmits: 0)
}
