import Arguments
import Display
import LinuxSystem
import Watch

/// What the view writes, and where.
enum WatchForm {
  case screen
  case frames
  case events(EventForm)

  init(_ options: WatchOptions) throws(ExitError) {
    let format = options.presentation.format
    switch format.live {
    case .objects: self = .events(.ndjson)
    case .frames where options.pace.printsEvents: self = .events(.text)
    case .frames: self = Self.canDraw ? .screen : .frames
    case nil:
      throw ExitError(
        .wrongCommandLine, "watch: --\(format.rawValue) has one end; try --ndjson")
    }
  }

  var isScreen: Bool { if case .screen = self { true } else { false } }

  /// `dumb` and a terminal without a name can't move their cursors.
  private static var canDraw: Bool {
    let name = Environment["TERM"] ?? ""
    return isTerminal(1) && !name.isEmpty && name != "dumb"
  }
}
