import Arguments
import Display
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources
import Sockeye

extension Collector {
  /// What the options about sources mean.
  init(_ reading: Reading) throws(ExitError) {
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
    if Executable.raisesRights {
      // It would read for its user, and say what is there, what only the file's rights open.
      let option =
        reading.procRoot != nil ? "--proc-root" : reading.replay != nil ? "--replay" : nil
      if let option { throw ExitError.refused(option) }
    }
    if let root = reading.procRoot { procRoot = root }
    if let source = try SavedChoice(reading)?.sockets { sockets = source }
    guard let path = reading.replay else { return }
    do throws(FileFailure) {
      // Also from a pipe: `--replay <(xz -dc FILE)`.
      sockets = .recording(
        try FileDescriptor.contents(
          named: path, [.regular, .pipe], limit: Self.longestRecording, chunk: 1 << 20))
    } catch {
      throw ExitError(.unreadable, "can't read \(path): \(explained(error))")
    }
  }

  /// A million sockets with all that is told of them take half of it.
  private static let longestRecording = 1 << 30

  /// Makes the file of `--capture`, which is not there until it is committed: a command line that is
  /// wrong and a kernel that refuses leave the old one as it is.
  mutating func startRecording(_ reading: Reading) throws(ExitError) -> FileReplacement? {
    guard let path = reading.record else { return nil }
    do throws(FileFailure) {
      let file = try FileReplacement(of: path)
      recorder = { bytes throws(Errno) in try file.write(bytes) }
      return file
    } catch {
      throw ExitError(.unreadable, "can't write \(path): \(explained(error))")
    }
  }
}

/// Gives the file of `--capture` its name: the kernel has answered.
func commit(_ recording: FileReplacement?, _ reading: Reading) throws(ExitError) {
  guard let recording, let path = reading.record else { return }
  do throws(Errno) {
    try recording.commit()
  } catch {
    throw ExitError(.unreadable, "can't write \(path): \(error)")
  }
}

extension QueryRunner {
  /// What the command line asks for; `needs` is what columns, order and form want to know.
  init(
    _ request: ListRequest, needs: Projection, listeners: Pushdown = .nothing,
    takesBeginnings: Bool = false, ofOwnEnd: Bool = false
  ) throws {
    var asked = SocketQuery(request.terms, needs: needs)
    asked.listeners = listeners
    asked.takesBeginnings = takesBeginnings
    asked.ofOwnEnd = ofOwnEnd
    asked.protocols = request.scope.protocols
    asked.families = request.scope.families
    asked.states = request.scope.states
    asked.onlyListening = request.scope.onlyListening
    asked.namespaces = request.reading.namespacesFromInside
    do {
      let collector = try Collector(request.reading)
      if let kinds = collector.savedKinds { asked.defaultProtocols = kinds }
      try self.init(
        asked, collector: collector,
        names: HostFilterNames(
          spansNamespaces: asked.namespaces != .own, isOfThisHost: !collector.isSaved))
      sampling = request.sampling
      enteredNamespaces = request.reading.namespaces
    } catch QueryContradiction.protocols(let asked, let filter) {
      if asked.isSubset(of: .all) {
        throw ExitError(
          .wrongCommandLine,
          "the options ask for \(asked.words) alone, and '\(filter)' for the other protocol")
      }
      throw ExitError(
        .wrongCommandLine,
        "\(asked.option) asks for \(asked.words) sockets alone, and '\(filter)' for what they "
          + "don't have")
    } catch QueryContradiction.families(let asked) {
      throw ExitError(
        .wrongCommandLine,
        "-4 and -6 leave out every \(asked.words) socket; type: sockeye \(asked.option), or "
          + "sockeye -t4 \(asked.option)")
    } catch QueryContradiction.states(let filter) {
      throw ExitError(.wrongCommandLine, "'\(filter)' leaves no state that a socket could be in")
    } catch QueryContradiction.listening(let filter) {
      throw ExitError(.wrongCommandLine, "-l leaves out every socket that '\(filter)' asks for")
    }
  }

  /// A recording is of TCP and UDP.
  func refuseRecording(_ reading: Reading) throws(ExitError) {
    let option =
      reading.record != nil
      ? "--capture"
      : reading.replay != nil ? "--replay" : collector.isReplay ? "--from" : nil
    if !otherKinds.isEmpty, let option {
      throw ExitError(
        .wrongCommandLine,
        "\(option): a recording holds no \(otherKinds.words) sockets; list them without it")
    }
  }

  /// Reads, filters, names what is left, and says on stderr what no row says.
  mutating func find(
    _ reading: Reading, _ presentation: Presentation, ports: NumberStyle
  ) throws -> Listing {
    var naming = Naming()
    naming.services = ServicePorts(presentation, ports)
    naming.users = presentation.format != .table || presentation.numbers != .numeric
    naming.hostTimeout = presentation.resolveTimeout
    let recording = try collector.startRecording(reading)
    let listing: Listing
    do throws(SourceError) {
      listing = try run(naming)
    } catch {
      guard let path = reading.replay ?? reading.from, case .malformed = error else { throw error }
      throw ExitError(
        .unreadable, "\(path) is not a complete recording by --capture or ss -D: \(error)")
    }
    try commit(recording, reading)
    for notice in listing.snapshot.notices where notice.weight == .warning || reading.isVerbose {
      Output.say(notice.text)
    }
    return listing
  }

  /// That nothing is bound to the address that was asked for, and what serves it.
  var serverNotice: String? { filter.sentence(ofServers: servers) }
}

extension Reading {
  /// A recording tells nothing of owners.
  var asksOwners: Bool { owners != .none && replay == nil }
}

extension Presentation {
  /// A pipe gets ports as numbers, which scripts look for (`grep :443`); with `--services` names.
  var portNumbers: NumberStyle {
    switch numbers {
    case .wellKnown: isTerminal(1) ? .wellKnown : .numeric
    case .numeric, .all: numbers
    }
  }
}

extension ServicePorts {
  /// JSON and CSV have plain numbers.
  init(_ presentation: Presentation, _ numbers: NumberStyle) {
    self =
      switch numbers {
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
