import Display
import SocketModel

/// What the options typed so far say: each row of the table writes here.
struct RawOptions {
  var request = ListRequest()
  var presentation = Presentation()
  var script = ScriptOptions()
  var pace = Pace()
  var groupings: [Grouping] = []
  var sums: [GroupSum]?
  /// `--for`; nil where it was not typed.
  var sampling: Duration?
  var top: Int?
  var record = RecordOptions()
  var metrics = MetricsOptions()
  var check = CheckOptions()
  var serve = ServeOptions(target: Target(ports: []))
  var connect = ConnectOptions(target: Target(ports: []))
  var probe = ProbeOptions(target: Target(ports: []))
  var wait = WaitOptions(targets: [])
  var why = WhyOptions(target: Target(ports: []))
  var demo = DemoOptions()
  var ending = EndingOptions()
  var trace = TraceOptions()
  var words: LiveWords?
  var wantsHelp = false
  var wantsVersion = false
  var families: FamilySet = []
  /// The last of `-a` and `-l`.
  var listening: Bool?
  var formats: [Format] = []
  var namespaces: [String] = []
  var isEverywhere = false

  /// The request with the scope that the flags give.
  var scopedRequest: ListRequest {
    var request = request
    if let sampling { request.sampling = sampling }
    if isEverywhere {
      request.reading.namespaces = .everywhere
    } else if !namespaces.isEmpty {
      request.reading.namespaces = .named(namespaces)
    }
    request.scope.families = families.isEmpty ? .all : families
    if listening == true {
      request.scope.states = .listening
      request.scope.onlyListening = true
    }
    return request
  }
}
