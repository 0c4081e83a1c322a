internal import SocketModel

/// Which colours a terminal gets: none, or the basic ones of ECMA-48, which every terminal draws
/// readably on its own background. Nothing is said by colour alone.
public enum Palette: Sendable {
  case none, ansi

  static let reset: StaticASCII = "\u{1b}[0m"
  static let heading: StaticASCII = "\u{1b}[1m"
  private static let cyan: StaticASCII = "\u{1b}[36m"
  private static let green: StaticASCII = "\u{1b}[32m"
  private static let yellow: StaticASCII = "\u{1b}[33m"
  private static let red: StaticASCII = "\u{1b}[31m"
  private static let dim: StaticASCII = "\u{1b}[2m"

  /// The colour of a cell; nil for the terminal's own.
  func style(_ column: Column, of socket: Socket, owner: OwnerStatus) -> StaticASCII? {
    if self == .none { return nil }
    switch column {
    case .field(.state): return style(socket.state, socket.kind)
    case .queue: return socket.isQueueFull ? Self.red : nil
    case .process: return owner == .hidden ? Self.dim : nil
    case .local, .remote, .field: return nil
    }
  }

  private func style(_ state: TCPState, _ kind: SocketKind) -> StaticASCII? {
    switch state {
    case .listening: Self.cyan
    case .closed: kind.isDatagram ? Self.cyan : Self.dim
    case .established: Self.green
    case .synSent, .synReceived, .newSynReceived, .closeWait, .lastAck, .closing: Self.yellow
    case .finWait1, .finWait2, .timeWait, .bound: Self.dim
    default: nil
    }
  }
}

extension Cells {
  /// Appends a cell in its colour; returns the columns of a terminal that it takes.
  public func write(
    _ column: Column, row: Int, in palette: Palette, to out: inout OutputSpan<UInt8>
  ) -> Int {
    guard let index = columns.columns.firstIndex(of: column) else { return 0 }
    let socket = listing[row].socket
    return write(at: index, row: row, socket, in: palette, to: &out)
  }

  @inline(__always)
  func write(
    at column: Int, row: Int, _ socket: Socket, in palette: Palette,
    to out: inout OutputSpan<UInt8>
  ) -> Int {
    if palette == .none { return write(at: column, row: row, socket, to: &out) }
    let style = palette.style(columns.columns[column], of: socket, owner: ownerStatus(row))
    guard let style else { return write(at: column, row: row, socket, to: &out) }
    out.append(style)
    let width = write(at: column, row: row, socket, to: &out)
    out.append(Palette.reset)
    return width
  }
}
