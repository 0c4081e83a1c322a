import Display
import SocketModel

/// What the options typed so far say: each row of the table writes here.
struct RawOptions {
  let tool: Tool
  var request = ListRequest()
  var presentation = Presentation()
  var script = ScriptOptions()
  var pace = Pace()
  var groupings: [Grouping] = []
  var sums: [GroupSum]?
  /// `--for`; nil where it was not typed.
  var sampling: Duration?
  var top: Int?
  var metrics = MetricsOptions()
  var check = CheckOptions()
  var serve = ServeOptions(target: Target(ports: []))
  var connect = ConnectOptions(target: Target(ports: []))
  var probe = ProbeOptions(target: Target(ports: []))
  var wait = WaitOptions(targets: [])
  var why = WhyOptions(target: Target(ports: []))
  var demo = DemoOptions()
  var ending = EndingOptions()
  var words: LiveWords?
  var wantsHelp = false
  var wantsVersion = false
  var families: FamilySet = []
  /// The last of `-a` and `-l`, and whether there was `-a` at all.
  var listening: Bool?
  var all = false
  var formats: [Format] = []
  var namespaces: [String] = []
  var isEverywhere = false

  init(tool: Tool) { self.tool = tool }

  /// The request with the scope that the flags and the tool's default give.
  var scopedRequest: ListRequest {
    var request = request
    if let sampling { request.sampling = sampling }
    if isEverywhere {
      request.reading.namespaces = .everywhere
    } else if !namespaces.isEmpty {
      request.reading.namespaces = .named(namespaces)
    }
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
