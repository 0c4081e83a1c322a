import Arguments
import SocketFilter
import SocketModel

/// A filter is read or refused; what is read is printed so that it is read again as the same, and has an answer
/// to every row.
func fuzzFilter(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  do throws(FilterError) {
    let filter = try Filter(parsing: [text], names: FuzzNames())
    let again = try? Filter(parsing: [filter.description], names: FuzzNames())
    require(again == filter, "\(filter) is printed as it is read")
    var query = Query(protocols: filter.protocols ?? .all)
    filter.narrow(&query)
    // Others for a text of another length.
    for row in stride(from: bytes.count % 11, to: SampleRows.snapshot.count, by: 11) {
      let socket = SampleRows.snapshot[row].socket
      let isLeftOut = !query.admits(socket) || !query.pushdown.admits(socket)
      if isLeftOut && (filter.protocols ?? .all).contains(socket.kind) {
        require(
          filter.matches(SampleRows.snapshot[row]) == .no, "\(filter) leaves out what it matches")
      }
    }
    _ = (filter.ofOwnEnd.description, filter.clientsOf, filter.askingForServers, filter.bareWords)
  } catch {
    require(error.description.split(separator: "\n").count == 3, "an error is three lines")
  }
}

/// sockeye's own command line, a word after each NUL.
func fuzzCommandLine(_ bytes: [UInt8]) {
  do throws(ArgumentError) {
    _ = try Invocation(words(bytes))
  } catch {
    require(!error.description.isEmpty, "an error has words")
  }
}

/// Those of ss, netstat and lsof.
func fuzzToolLines(_ bytes: [UInt8]) {
  let words = words(bytes)
  if let ss = try? SSArguments(words) {
    _ = try? Filter(parsing: ss.query.terms, names: FuzzNames())
  }
  _ = try? NetstatArguments(words)
  if let lsof = try? LsofArguments(words) {
    for row in 0..<SampleRows.snapshot.count {
      let socket = SampleRows.snapshot[row].socket
      _ = lsof.places.contains { $0.contains(socket) }
    }
  }
}

private func words(_ bytes: [UInt8]) -> [String] {
  bytes.isEmpty
    ? []
    : bytes.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
}

/// A row of every kind and state, over both families.
enum SampleRows {
  static let snapshot = SnapshotBuilder(sockets: sockets).frozen()
  static let few = SnapshotBuilder(sockets: Array(sockets.prefix(20))).frozen()

  private static let sockets: [Socket] = {
    var sockets: [Socket] = []
    let ends = [
      (Endpoint(.loopback(.ipv4), 8080), Endpoint(.unspecified(.ipv4), 0)),
      (Endpoint(.loopback(.ipv6), 443), Endpoint(IPAddress(v6: 0x2001_0db8 << 96 | 5), 40_000)),
      (Endpoint(IPAddress(v6: 0xffff_0a00_0005), 22), Endpoint(IPAddress(v4: 0x0a00_0001), 50_000)),
    ]
    for kind in SocketKind.internet {
      for state in TCPState.named {
        for (local, remote) in ends {
          sockets.append(
            Socket(
              kind, local: local, remote: remote, state: state, receiveQueue: 1, sendQueue: 2,
              rawUID: 33, inode: UInt64(sockets.count), cookie: 0))
        }
      }
    }
    return sockets
  }()
}

/// Names that need no lookup.
struct FuzzNames: FilterNames {
  func ports(service: String) -> Set<UInt16> { service == "https" ? [443] : [] }
  var serviceNames: [String] { ["https"] }
  func uid(user: String) -> UInt32? { user == "root" ? 0 : nil }
  var userNames: [String] { ["root"] }
  func interface(_ name: String) -> UInt32? { name == "lo" ? 1 : nil }
  var interfaceNames: [String] { ["lo"] }
  func addresses(host: String) -> [IPAddress] { host == "db" ? [.loopback(.ipv4)] : [] }
  func cgroup(path: String) -> UInt64? { path == "/a" ? 77 : nil }
  func localPortRange() -> ClosedRange<UInt16> { 32768...60999 }
}
