internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// A recorded dump: each request followed by its answers, as netlink messages. `ss -D` writes the
/// answers alone: a file that begins with one is read as answers to a request for all TCP sockets.
///
/// A request that comes again (the kernel's table had changed under the first) replaces what the
/// first one got, and one that was refused counts for nothing, as when it was recorded. What no request
/// asked for is a gap of the table: nobody knows whether there were such rows.
public enum Recording {
  /// The rows of the recording that the query admits. Errors say the byte at which they are.
  public static func replay(
    _ bytes: Span<UInt8>, _ query: Query
  ) throws(SourceError) -> SocketTable {
    var replay = Replay(query)
    var walk = NetlinkWalk()
    do throws(MalformedMessage) {
      while let message = try walk.next(in: bytes) { try replay.take(message, in: bytes) }
    } catch {
      throw malformed(at: error.offset, "\(error.problem)")
    }
    return try replay.finish(at: bytes.count)
  }

  fileprivate static func malformed(at offset: Int, _ problem: String) -> SourceError {
    .malformed(at: "byte \(offset) of the recording", problem)
  }
}

extension NetlinkMessage {
  /// A row, or the end of all rows.
  fileprivate var answersDump: Bool {
    kind == .tcpSockets || kind == .socketsByFamily || kind == .done
  }
}

/// How far a replay is.
private struct Replay {
  private enum Dump {
    case none
    case underWay
    case ended(Int32)
  }

  private var rows: DiagRows
  private var request: InetDiagRequest?
  private var sequence: UInt32 = 0
  private var dump = Dump.none
  private var answered = RecordedRequests()
  private let query: Query

  init(_ query: Query) {
    rows = DiagRows(query)
    self.query = query
  }

  mutating func take(
    _ message: NetlinkMessage, in bytes: Span<UInt8>
  ) throws(MalformedMessage) {
    if let next = try InetDiagRequest(message, in: bytes) {
      begin(next, sequence: message.sequence)
      return
    }
    if request == nil && message.answersDump { beginUnasked(sequence: message.sequence) }
    if case .underWay = dump, message.sequence == sequence {
      if case .ended(let number) = rows.take(message, in: bytes) { dump = .ended(number) }
    }
  }

  /// `ss -D` leaves the requests out. The answers for another family follow the end of the first.
  private mutating func beginUnasked(sequence: UInt32) {
    switch dump {
    case .none: break
    case .underWay: return
    case .ended(0): accept()
    case .ended: rows.discard()
    }
    rows.begin(InetDiagRequest(.tcp))
    self.sequence = sequence
    dump = .underWay
  }

  private mutating func begin(_ next: InetDiagRequest, sequence: UInt32) {
    if case .ended(0) = dump, next != request { accept() } else { rows.discard() }
    rows.begin(next)
    request = next
    self.sequence = sequence
    dump = .underWay
  }

  consuming func finish(at end: Int) throws(SourceError) -> SocketTable {
    switch dump {
    case .none: throw Recording.malformed(at: end, "there is no request in it")
    case .underWay: throw Recording.malformed(at: end, "it ends before the answers do")
    case .ended(0): accept()
    case .ended(let number): throw .refused(Errno(rawValue: number))
    }
    var table = rows.finish("the recording")
    table.gap = answered.gap(for: query) ?? table.gap
    table.unknown = answered.unknown(for: query)
    return table
  }

  private mutating func accept() {
    rows.accept()
    answered.add(request)
  }
}
