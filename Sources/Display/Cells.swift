public import SocketModel

/// Which ports are shown by their service's name.
public enum NumberStyle: Sendable {
  /// None (`-n`).
  case numeric
  /// Ports below 1024, so that who asks for 8080 sees 8080.
  case wellKnown
  /// All that have a name (`--services`).
  case all

  var firstNumericPort: Int {
    switch self {
    case .numeric: 0
    case .wellKnown: 1024
    case .all: 65536
    }
  }
}

/// A listing's cells: what stands in each column of each row, as text.
///
/// Made once a listing: names are escaped and owners resolved once a row, before the first cell is
/// written. A row is named by its position in `Listing.rows`.
public struct Cells: Sendable {
  public let listing: Listing
  public let columns: ColumnSet

  var names = LabelPool()
  var commands = LabelPool()
  var owners: [RowOwner] = []
  var services = ServiceLabels(.numeric)
  var hosts = Labels<IPAddress>()
  var labels = Labels<NamedThing>()
  var texts = Labels<ShortText>()
  var processes = Labels<Int32>()
  var commandLines = Labels<Int32>()
  var descriptors: [LabelPool.ID] = []
  /// One for each column.
  private let renderers: [Renderer]

  /// What writes a column's cells. The default columns' are written by hand; the others are what the
  /// catalogue reads.
  enum Renderer {
    case proto, local, remote, queue, state, process, timer
    case field(FieldReader)

    init(_ column: Column) {
      switch column {
      case .local: self = .local
      case .remote: self = .remote
      case .queue: self = .queue
      case .process: self = .process
      case .field(.proto): self = .proto
      case .field(.state): self = .state
      case .field(.timer): self = .timer
      case .field(let field): self = .field(FieldReader(field))
      }
    }
  }

  /// A row's first owner; pid 0 where none is known.
  struct RowOwner {
    var pid: Int32 = 0
    var others: UInt32 = 0
    var name: LabelPool.ID?
    let status: OwnerStatus
  }

  func ownerStatus(_ row: Int) -> OwnerStatus { owners.isEmpty ? .notAsked : owners[row].status }

  /// Only what the columns need is resolved.
  public init(_ listing: Listing, _ columns: ColumnSet, numbers: NumberStyle = .wellKnown) {
    self.listing = listing
    self.columns = columns
    renderers = columns.columns.map(Renderer.init)
    resolve(numbers)
  }

  public var count: Int { listing.rows.count }

  var hasHosts: Bool { !listing.snapshot.names.hosts.isEmpty }

  /// The most bytes that a cell of the column takes, its colour included.
  public func capacity(_ column: Column) -> Int {
    column == .field(.command) ? 16 + commands.longest : 96 + 3 * names.longest
  }

  /// Appends a cell; returns the columns of a terminal that it takes.
  public func write(_ column: Column, row: Int, to out: inout OutputSpan<UInt8>) -> Int {
    let socket = listing[row].socket
    guard let index = columns.columns.firstIndex(of: column) else { return 0 }
    return write(at: index, row: row, socket, to: &out)
  }

  /// The same for the column at a position.
  @inline(__always)
  func write(
    at column: Int, row: Int, _ socket: Socket, to out: inout OutputSpan<UInt8>
  ) -> Int {
    switch renderers[column] {
    case .proto: return writeProtocol(socket, to: &out)
    case .local: return writeLocal(socket, to: &out)
    case .remote: return writeRemote(socket, to: &out)
    case .queue: return writeQueue(socket, to: &out)
    case .state: return writeState(socket, to: &out)
    case .process: return writeProcess(row, to: &out)
    case .timer: return writeTimer(socket.timer, to: &out)
    case .field(let field): return write(field, row, to: &out)
    }
  }

  /// A cell's bytes and the columns of a terminal that it takes.
  public func cell(
    _ column: Column, row: Int, in palette: Palette = .none
  ) -> (text: [UInt8], width: Int) {
    var width = 0
    let text = [UInt8](capacity: capacity(column)) {
      width = write(column, row: row, in: palette, to: &$0)
    }
    return (text, width)
  }
}
