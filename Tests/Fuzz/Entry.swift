import Glibc

/// Hostile bytes for every parser, by libFuzzer: `Scripts/fuzz` builds and runs this, and no target of the
/// package does. A trap or an error of the address sanitizer ends it with the input that led there.
enum FuzzTarget: String, CaseIterable {
  case netlink
  case inetDiag = "inet-diag"
  case unixDiag = "unix-diag"
  case otherDiag = "other-diag"
  case tcpInfo = "tcp-info"
  case btf
  case procTables = "proc-tables"
  case procFiles = "proc-files"
  case recording
  case json
  case saved
  case diff
  case events
  case filter
  case commandLine = "command-line"
  case toolLines = "tool-lines"
  case keys

  func run(_ bytes: [UInt8]) {
    switch self {
    case .netlink: fuzzNetlink(bytes)
    case .inetDiag: fuzzInetDiag(bytes)
    case .unixDiag: fuzzUnixDiag(bytes)
    case .otherDiag: fuzzOtherDiag(bytes)
    case .tcpInfo: fuzzTCPInfo(bytes)
    case .btf: fuzzBTF(bytes)
    case .procTables: fuzzProcTables(bytes)
    case .procFiles: fuzzProcFiles(bytes)
    case .recording: fuzzRecording(bytes)
    case .json: fuzzJSON(bytes)
    case .saved: fuzzSaved(bytes)
    case .diff: fuzzDiff(bytes)
    case .events: fuzzEvents(bytes)
    case .filter: fuzzFilter(bytes)
    case .commandLine: fuzzCommandLine(bytes)
    case .toolLines: fuzzToolLines(bytes)
    case .keys: fuzzKeys(bytes)
    }
  }
}

/// The one that `SOCKEYE_FUZZ_TARGET` names: libFuzzer has the command line for itself.
private let target: FuzzTarget = {
  let name = unsafe getenv("SOCKEYE_FUZZ_TARGET").map { unsafe String(cString: $0) }
  if let target = name.flatMap(FuzzTarget.init) { return target }
  print("SOCKEYE_FUZZ_TARGET is one of", FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))
  exit(2)
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // In memory of its own size, so that the sanitizer sees a byte beyond its end.
  target.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// What each change of an input changes: it chooses what else is asked, where all of it would take too long.
func lot(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 + Int($1) } }

/// What a parser promises, beside not to trap.
func require(_ condition: Bool, _ promise: @autoclosure () -> String) {
  if !condition { fatalError(promise()) }
}
