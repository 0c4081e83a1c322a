import Arguments
import Display
import LinuxSystem
import Sockeye
import SocketModel
import SocketSources

/// `sockeye metrics`: counts for Prometheus, printed, written to a file, or as the answer to one request.
struct MetricsCommand {
  let options: MetricsOptions

  func run() throws -> ExitCode {
    if options.answersHTTP { return try answer() }
    let page = try measure()
    guard let path = options.textfile else {
      try Output.write(page.span)
      return .answered
    }
    try write(page, to: path)
    return .answered
  }

  private func write(_ page: [UInt8], to path: String) throws(ExitError) {
    let file: FileReplacement
    do throws(FileFailure) {
      file = try FileReplacement(of: path, forOthers: true)
    } catch {
      throw ExitError(.unreadable, "can't write \(path): \(explained(error))")
    }
    do throws(Errno) {
      try file.write(page.span)
      try file.commit()
    } catch {
      throw ExitError(.unreadable, "can't write \(path): \(explained(error))")
    }
  }

  private func measure() throws -> [UInt8] {
    let start = MonotonicInstant.now()
    let reading = options.request.reading
    var needs: Projection = [.owners, .processNames, .cgroups, .memory]
    let spansNamespaces = reading.namespacesFromInside != .own
    if spansNamespaces { needs.insert(.namespace) }
    if options.countsVerdicts { needs.formUnion(Field.verdict.needs) }
    var runner = try QueryRunner(options.request, needs: needs)
    let listing = try runner.find(reading, options.presentation, ports: .numeric)

    var metrics = SocketMetrics()
    metrics.top = options.top
    metrics.remotePorts = options.remotePorts
    metrics.namesNamespaces = spansNamespaces
    metrics.countsVerdicts = options.countsVerdicts
    metrics.countsClientPorts = startsWithOwn
    metrics.clientPorts = LocalPortSettings.forClients()
    if startsWithOwn && metrics.clientPorts == nil {
      Output.say("sockeye_ephemeral_ports is left out: can't read \(LocalPortSettings.rangePath)")
    }
    var families = metrics.families(listing)
    var duration = MetricFamily(
      "sockeye_scrape_duration_seconds", help: "How long it took to read and count all this.")
    duration.add(start.elapsed / .seconds(1))
    var build = MetricFamily("sockeye_build_info", help: "Which sockeye this is.")
    build.add(1, [MetricFamily.Label("version", version)])
    families += [duration, build]
    return families.prometheusText
  }

  /// Whether the first namespace of the listing is the caller's, of which it can be told which ports the
  /// kernel chooses from.
  private var startsWithOwn: Bool {
    switch options.request.reading.namespacesFromInside {
    case .own, .everywhere: true
    case .named: false
    }
  }
}

// MARK: Over HTTP

extension MetricsCommand {
  /// What Prometheus 3 insists on.
  private static let type = "text/plain; version=0.0.4; charset=utf-8"

  private func answer() throws -> ExitCode {
    let request: HTTPRequest
    do {
      request = try HTTPRequest(from: 0, timeout: .seconds(5))
    } catch let failure as HTTPRequest.Failure {
      switch failure {
      case .closed: return .answered
      case .timeout: return try refuse("408 Request Timeout", "no request came within 5 seconds")
      case .tooLarge:
        return try refuse("431 Request Header Fields Too Large", "the request is too large")
      case .malformed: return try refuse("400 Bad Request", "this is not a request of HTTP/1")
      }
    }
    let hasBody = request.method != "HEAD"
    guard request.method == "GET" || !hasBody else {
      var answer = HTTPAnswer("405 Method Not Allowed", "only GET and HEAD are answered")
      answer.fields = ["Allow: GET, HEAD"]
      try Output.write(answer.bytes(withBody: true).span)
      return .answered
    }
    guard request.path == "/metrics" else {
      let answer = HTTPAnswer("404 Not Found", "there is /metrics and nothing else")
      try Output.write(answer.bytes(withBody: hasBody).span)
      return .answered
    }
    let page: [UInt8]
    do {
      page = try measure()
    } catch {
      // Why is in the journal: whoever asks need not know this host's paths and rights.
      let answer = HTTPAnswer("503 Service Unavailable", "the sockets could not be read")
      try Output.write(answer.bytes(withBody: hasBody).span)
      throw error
    }
    try Output.write(HTTPAnswer(page: page, type: Self.type).bytes(withBody: hasBody).span)
    return .answered
  }

  private func refuse(_ status: String, _ sentence: String) throws -> ExitCode {
    try Output.write(HTTPAnswer(status, sentence).bytes(withBody: true).span)
    return .answered
  }
}
