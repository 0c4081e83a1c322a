internal import SocketModel

/// Colours that can be read on a light and on a dark background alike: those of xterm's 256, which no
/// theme changes, whose contrast is about the same against white and black (WCAG 2.2, 1.4.3). Of the
/// basic eight only red and magenta are. Nothing is said by colour alone.
public enum Colour: UInt8, CaseIterable, Sendable {
  case green = 28
  case teal = 30
  case orange = 130
  case red = 160
  case grey = 243

  private static let start: StaticASCII = "\u{1b}[38;5;"
  private static let greenEnd: StaticASCII = "28m"
  private static let tealEnd: StaticASCII = "30m"
  private static let orangeEnd: StaticASCII = "130m"
  private static let redEnd: StaticASCII = "160m"
  private static let greyEnd: StaticASCII = "243m"

  private var end: StaticASCII {
    switch self {
    case .green: Self.greenEnd
    case .teal: Self.tealEnd
    case .orange: Self.orangeEnd
    case .red: Self.redEnd
    case .grey: Self.greyEnd
    }
  }

  /// What turns a terminal's own colour into this one.
  var bytes: [UInt8] { Self.start.bytes + end.bytes }

  /// Appends it.
  @inline(__always)
  func write(to out: inout OutputSpan<UInt8>) {
    out.append(Self.start)
    out.append(end)
  }
}

/// Which colours a terminal gets: none, or those of `Colour`.
public enum Palette: Sendable {
  case none, ansi

  static let reset: StaticASCII = "\u{1b}[0m"
  private static let bold: StaticASCII = "\u{1b}[1m"

  /// A heading as it is written.
  func heading(_ text: [UInt8]) -> [UInt8] {
    self == .none ? text : Self.bold.bytes + text + Self.reset.bytes
  }

  /// The colour of a cell; nil for the terminal's own.
  func colour(_ column: Column, of socket: Socket, owner: OwnerStatus) -> Colour? {
    if self == .none { return nil }
    switch column {
    case .field(.state): return colour(socket.state, socket.kind)
    case .queue: return socket.isQueueFull ? .red : nil
    case .process: return owner == .hidden ? .grey : nil
    case .local, .remote, .field: return nil
    }
  }

  /// What needs a look is orange, what is over grey. A port that is bound and no more is neither.
  private func colour(_ state: TCPState, _ kind: SocketKind) -> Colour? {
    switch state {
    case .listening: .teal
    case .closed: kind.isDatagram ? .teal : .grey
    case .established: .green
    case .synSent, .synReceived, .newSynReceived, .closeWait, .lastAck, .closing: .orange
    case .finWait1, .finWait2, .timeWait: .grey
    default: nil
    }
  }
}
