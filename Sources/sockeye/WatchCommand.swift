import Arguments
import Display
import LinuxSystem
import SocketFilter
import Sockeye
import SocketModel
import SocketSources
import Watch

/// `sockeye watch`: on a terminal the live view, else frames or a line for each change.
struct WatchCommand {
  let options: WatchOptions

  func run() throws -> ExitCode {
    let spans = options.request.reading.namespacesFromInside != .own
    let isOfThisHost = options.request.reading.from == nil
    let filter = try Filter(
      parsing: options.request.terms,
      names: HostFilterNames(spansNamespaces: spans, isOfThisHost: isOfThisHost))
    let state = WatchState(try settings(filter), filter: filter, text: text) {
      text throws(FilterError) in
      // Each key would look a host up again, and wait for the answer.
      try Filter(
        parsing: text,
        names: HostFilterNames(
          resolvesHosts: false, spansNamespaces: spans, isOfThisHost: isOfThisHost))
    }
    var reading = options.request.reading
    let saved = try SavedChoice(reading)
    reading.from = nil
    var collector = try Collector(reading)
    if let saved { collector.sockets = try saved.following }
    let form = try WatchForm(options)
    let recording = try collector.startRecording(options.request.reading)
    var loop = try WatchLoop(
      state, collector, form: form,
      count: options.pace.count ?? (form.isScreen ? nil : saved?.countFollowing),
      hasColour: Palette(options.presentation.color) == .ansi,
      isVerbose: options.request.reading.isVerbose)
    let result = Result { try loop.run() }
    // What came before a failure is worth as much.
    if recording?.writes ?? 0 > 1 { try commit(recording, options.request.reading) }
    return try result.get()
  }

  /// The filter as shown after `/`.
  private var text: String { options.request.terms.joined(separator: " ") }

  private func settings(_ filter: Filter) throws(ExitError) -> WatchSettings {
    if options.request.reading.replay != nil {
      throw ExitError(.wrongCommandLine, "watch: a recording is one moment; list it with --replay")
    }
    let scope = options.request.scope
    var request = SocketQuery()
    request.states = scope.states
    var query = Query(
      families: scope.families, states: request.states(for: filter),
      onlyListening: scope.onlyListening && !filter.replacesStates)
    query.namespaces = options.request.reading.namespacesFromInside
    query.checksBound = true
    if options.presentation.format == .ndjson { query.needs = [.namespace, .joining] }
    var settings = WatchSettings(query, protocols: scope.protocols)
    settings.interval = options.pace.interval
    settings.numbers = options.presentation.portNumbers
    settings.asksOwners = options.request.reading.asksOwners
    settings.showsProcesses = settings.asksOwners
    settings.isRedacted = options.presentation.isRedacted
    // Nobody is asked about what they can't recognise.
    settings.mayEnd = options.request.reading.isOfThisHost && !settings.isRedacted
    if options.request.reading.from != nil, try !WatchForm(options).isScreen {
      settings.interval = .milliseconds(1)
    }
    settings.secondsFromUTC = LocalTime.secondsFromUTC(at: .now())
    let order = try ListPlan(options.presentation, options.request.reading).order
    if !order.keys.isEmpty { settings.sort = .fields(order) }
    return settings
  }
}
