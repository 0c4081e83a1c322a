import Display
import SocketModel

/// What the options typed so far say: each row of the table writes here.
struct RawOptions {
  let tool: Tool
  var request = ListRequest()
  var presentation = Presentation()
  var script = ScriptOptions()
  var pace = Pace()
  var grouping: Grouping?
  var top: Int?
  var serve = ServeOptions(target: Target(ports: []))
  var connect = ConnectOptions(target: Target(ports: []))
  var probe = ProbeOptions(target: Target(ports: []))
  var wait = WaitOptions(targets: [])
  var demo = DemoOptions()
  var words: LiveWords?
  var wantsHelp = false
  var wantsVersion = false
  var families: FamilySet = []
  /// The last of `-a` and `-l`, and whether there was `-a` at all.
  var listening: Bool?
  var all = false
  var formats: [Format] = []

  init(tool: Tool) { self.tool = tool }

  /// The request with the scope that the flags and the tool's default give.
  private var scopedRequest: ListRequest {
    var request = request
    request.scope.families = families.isEmpty ? .all : families
    // ss obeys the last of the two, netstat shows all if it was told to at all.
    let listensOnly = tool == .netstat ? listening != nil && !all : listening == true
    if listensOnly {
      request.scope.states = .listening
      request.scope.onlyListening = true
    } else if listening == nil, tool != .sockeye {
      request.scope.states = tool.defaultStates
      request.scope.statesAreDefault = true
    }
    if tool != .sockeye, request.scope.protocols == nil { request.scope.protocols = .all }
    return request
  }
}

extension RawOptions {
  /// Settles which option each name means for the line's verb, and what they say together.
  init(_ line: ArgumentList) throws(ArgumentError) {
    self.init(tool: line.tool)
    let verb = Self.verb(of: line)
    for item in line.items {
      guard let option = item.options.first(where: { $0.verbs.contains(verb) }) else {
        let verbs = Verb.allCases.filter { verb in
          item.options.contains { $0.verbs.contains(verb) }
        }
        throw .wrongVerb(option: item.spelling, verb: verb, belongsTo: verbs)
      }
      try option.effect(
        &self, ParsedOption(option: option, spelling: item.spelling, text: item.text))
    }
    try checkForms()
    try checkReading()
    if let top, grouping == nil {
      throw .refused(
        "--top \(top)", instead: "it cuts groups; say which: sockeye stats --by FIELD --top \(top)")
    }
  }

  /// The verb typed, or the one that `-c` or `-s` stands for.
  static func verb(of line: ArgumentList) -> Verb {
    if let verb = line.verb, verb != .list { return verb }
    let names = Set(line.items.flatMap { $0.options.map(\.name) })
    return names.contains("watch") ? .watch : names.contains("stats") ? .stats : .list
  }
}

extension RawOptions {
  private func checkForms() throws(ArgumentError) {
    for (one, other) in zip(formats, formats.dropFirst()) where one != other {
      throw .exclusive("--\(one)", "--\(other)")
    }
    guard script.printsPIDs else { return }
    if let format = formats.first { throw .exclusive("--pids", "--\(format)") }
    if request.reading.owners == .none { throw .exclusive("--pids", "--no-process") }
    if request.reading.replay != nil { throw .exclusive("--pids", "--replay") }
  }

  /// A recording is netlink's own messages; another /proc has no netlink and no BPF.
  private func checkReading() throws(ArgumentError) {
    let reading = request.reading
    let forcing: [(String, Bool)] = [
      ("--replay", reading.replay != nil), ("--record", reading.record != nil),
      ("--proc-root", reading.procRoot != nil), ("--source proc", reading.source == .proc),
    ]
    let typed = forcing.filter(\.1).map(\.0)
    if typed.count > 1, typed[0] != "--proc-root" { throw .exclusive(typed[0], typed[1]) }
    guard reading.procRoot != nil else { return }
    if reading.source == .diag { throw .exclusive("--proc-root", "--source diag") }
    if reading.owners == .bpf { throw .exclusive("--proc-root", "--owners bpf") }
  }

  private var finishedPresentation: Presentation {
    var finished = presentation
    finished.format = formats.last ?? .table
    return finished
  }

  func list(_ words: [String]) -> ListOptions {
    ListOptions(request: request(words), presentation: finishedPresentation, script: script)
  }

  func watch(_ words: [String]) -> WatchOptions {
    WatchOptions(request: request(words), presentation: finishedPresentation, pace: pace)
  }

  func stats(_ words: [String]) -> StatsOptions {
    // What another tool leaves out of its list it counts in its totals.
    var request = request(words)
    if request.scope.statesAreDefault {
      request.scope.states = .all
      request.scope.statesAreDefault = false
    }
    return StatsOptions(
      request: request, presentation: finishedPresentation, grouping: grouping, top: top)
  }

  var demonstration: DemoOptions {
    var options = demo
    options.request.reading = request.reading
    options.presentation = finishedPresentation
    return options
  }

  private func request(_ words: [String]) -> ListRequest {
    var request = scopedRequest
    request.terms = words
    return request
  }
}
