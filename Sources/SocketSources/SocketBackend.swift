internal import LinuxSystem
internal import SocketModel

/// Where rows come from: netlink, /proc, a recording.
protocol SocketBackend: Sendable {
  /// Begins to read the rows that a query asks for. The table's memory is used again. What listens
  /// has been read when this returns, where the backend gives that first.
  func begin(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> any SocketReading

  /// For `--verbose`: where the rows are from.
  var origin: String { get }
}

/// Rows that are being read.
protocol SocketReading: AnyObject {
  /// The rows that have been read so far.
  var rows: [Socket] { get }

  /// Reads the rest.
  func finish() throws(SourceError) -> SocketTable
}

/// A backend that can only give all at once.
final class FinishedReading: SocketReading {
  private var table: SocketTable

  init(_ table: consuming SocketTable) { self.table = table }

  var rows: [Socket] { table.sockets }

  func finish() -> SocketTable {
    let whole = table
    table = SocketTable()
    return whole
  }
}

/// A recording in the place of the kernel.
struct RecordingSource: SocketBackend {
  let bytes: [UInt8]

  var origin: String { "a recording" }

  func begin(
    _ query: Query, reusing table: consuming SocketTable
  ) throws(SourceError) -> any SocketReading {
    var query = query
    // Nobody can make a socket on the recorded host any more.
    query.checksBound = false
    return FinishedReading(try Recording.replay(bytes.span, query))
  }
}
