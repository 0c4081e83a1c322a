import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources

extension SnapshotReader {
  /// What the options about sources mean.
  init(_ reading: Reading) throws(Stop) {
    self.init()
    sockets =
      switch reading.source {
      case .auto: .auto
      case .proc: .proc
      case .diag: .diag
      }
    owners =
      switch reading.owners {
      case .auto: .auto
      case .bpf: .bpf
      case .proc: .proc
      case .none: .none
      }
    if let root = reading.procRoot { procRoot = root }
    if let path = reading.record { recorder = try Self.recorder(to: path) }
  }
}

extension SnapshotReader {
  private final class RecordingFile: Sendable {
    let file: FileDescriptor

    init(_ path: String) throws(Errno) {
      file = try FileDescriptor.open(path, [.writeOnly, .create, .truncate])
    }
  }

  private static func recorder(to path: String) throws(Stop) -> DiagRecorder {
    do throws(Errno) {
      let recording = try RecordingFile(path)
      return { bytes throws(Errno) in try recording.file.write(bytes) }
    } catch {
      throw Stop(.unreadable, "can't write \(path): \(error)")
    }
  }
}

extension SnapshotReader.Services {
  /// JSON and CSV have plain numbers.
  init(_ presentation: Presentation) {
    self =
      switch presentation.numbers {
      case _ where presentation.format != .table: .none
      case .numeric: .none
      case .wellKnown: .wellKnown
      case .all: .all
      }
  }
}

extension Palette {
  /// `auto` is colour on a terminal that has it and where NO_COLOR (no-color.org) is not set.
  init(_ choice: ColorChoice) {
    let isWanted =
      switch choice {
      case .always: true
      case .never: false
      case .auto:
        isTerminal(1) && (Environment["NO_COLOR"] ?? "").isEmpty
          && !["", "dumb"].contains(Environment["TERM"] ?? "")
      }
    self = isWanted ? .ansi : .none
  }
}
