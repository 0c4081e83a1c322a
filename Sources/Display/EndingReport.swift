public import SocketModel

/// What was ended, and what was not: of the sockets that match each, or of the processes that hold them.
public struct EndingReport: Sendable {
  public enum Outcome: String, CaseIterable, Sendable {
    /// Nothing was done (`--dry-run`).
    case wouldEnd = "would_end"
    case ended
    /// A signal that need not end it was sent.
    case signalled
    case alreadyGone = "already_gone"
    case stillThere = "still_there"
    case notPermitted = "not_permitted"
    /// The kernel can't.
    case notSupported = "not_supported"
    /// It is one of those that are never ended.
    case refused
    /// It was not meant: a listener without `--listeners`, or for who ends owners what nobody holds.
    case left
  }

  /// A socket, or a process with its sockets.
  public struct Target: Sendable {
    /// Positions in the listing.
    public let rows: [Int]
    /// Of a socket the owner with the lowest pid.
    public let pid: Int32?
    public let name: [UInt8]?
    public var outcome: Outcome
    public var reason: String?

    public init(
      rows: [Int], pid: Int32?, name: [UInt8]?, outcome: Outcome, reason: String? = nil
    ) {
      self.rows = rows
      self.pid = pid
      self.name = name
      self.outcome = outcome
      self.reason = reason
    }

    /// `812/nginx`, escaped; empty where it is not known.
    public var owner: String {
      pid.map { pid in "\(pid)" + (name.map { "/" + escaped($0) } ?? "") } ?? ""
    }

    /// Whether it is there no more, or was not meant to go.
    var isDone: Bool {
      switch outcome {
      case .wouldEnd, .ended, .signalled, .alreadyGone, .left: true
      case .stillThere, .notPermitted, .notSupported, .refused: false
      }
    }
  }

  public let listing: Listing
  /// Whether targets are processes.
  public let isOfProcesses: Bool
  /// `TERM`; nil for sockets.
  public let signal: String?
  public let isDryRun: Bool
  public var targets: [Target] = []

  public init(_ listing: Listing, ofProcesses: Bool, signal: String? = nil, isDryRun: Bool = false)
  {
    self.listing = listing
    isOfProcesses = ofProcesses
    self.signal = signal
    self.isDryRun = isDryRun
  }

  /// Whether all that was meant is gone, and something was.
  public var isComplete: Bool {
    targets.allSatisfy(\.isDone) && targets.contains { $0.outcome != .left }
  }

  /// A line for each target that something was tried with.
  public func text(_ palette: Palette = .none) -> [UInt8] {
    let tried = targets.filter { $0.outcome != .refused && $0.outcome != .left }
    if tried.isEmpty { return [] }
    let hasReasons = tried.contains { $0.reason != nil }
    let reason = hasReasons ? ["REASON"] : []
    var grid = TextGrid(
      header: ["RESULT"] + (isOfProcesses ? ["PROCESS"] : ["LOCAL", "REMOTE"]) + reason,
      areWords: true)
    let cells = Cells(listing, ColumnSet([.local, .remote]))
    for target in tried {
      let words = String(target.outcome.rawValue.map { $0 == "_" ? " " : $0 })
      let what =
        isOfProcesses
        ? [target.owner]
        : target.rows.prefix(1).flatMap { row in
          [Column.local, .remote].map {
            String(decoding: cells.cell($0, row: row).text, as: UTF8.self)
          }
        }
      grid.add([words] + what + (hasReasons ? [escaped(target.reason ?? "")] : []))
    }
    return grid.text(palette)
  }
}

extension EndingRefusal {
  /// Why, as it follows `not closed: ` or `not killed: ` and the name of what it is about.
  public var words: String {
    switch self {
    case .listener: "it listens; --listeners closes it too, but its port stays bound"
    case .sshConnection: "it is the ssh connection that you sit in"
    case .heldByAncestor(let pid): "process \(pid) holds it, of which this command is a descendant"
    case .heldByInit: "it listens for process 1"
    case .boundOnly: "it is only bound, and the kernel destroys no such socket; kill ends its owner"
    case .otherKind: "the kernel destroys TCP and UDP sockets alone; kill ends its owner"
    case .multipath:
      "it is a part of an MPTCP connection, which the kernel can't end; kill ends its owner"
    case .withoutCookie: "netlink is refused, and /proc does not tell it from a later one"
    case .isInit: "it is process 1"
    case .isSockeye: "it is this command itself"
    case .isAncestor: "this command is a descendant of it"
    case .isKernelThread: "it is a thread of the kernel"
    case .isForeign: "it is in another pid namespace; end it from there"
    case .holdsLogin: "it holds the ssh connection that you sit in"
    case .hiddenOwner: "its owner is hidden; try it with sudo"
    case .noOwner: "no process holds it; close ends the socket itself"
    case .queued: "no process has accepted it yet; close ends the socket itself"
    }
  }
}
