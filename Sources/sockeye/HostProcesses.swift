import Arguments
import LinuxSystem
import SocketFilter
import SocketModel
import SocketSources
import Sockeye

/// The processes of this host that a filter asks for where it found no row: what else do they hold?
struct HostProcesses {
  private let filter: Filter
  private let protocols: SocketKindSet
  /// Nil where nothing is to be said of them, or what answers is not this host.
  private let host: Snapshot?

  init(_ runner: QueryRunner, _ listing: Listing, _ reading: Reading) {
    filter = runner.filter
    protocols = runner.query.protocols
    guard filter.asksForProcesses, listing.rows.isEmpty, reading.asksOwners, reading.isOfThisHost
    else {
      host = nil
      return
    }
    var builder = SnapshotBuilder()
    builder.names.processes = listing.snapshot.names.runningProcesses
    if builder.names.processes.isEmpty {
      builder.names.processes = (try? runner.collector.runningProcesses()) ?? [:]
    }
    host = builder.frozen()
  }

  // So many processes have a sentence each.
  private static let few = 3

  /// Says of the processes that were asked for and hold none of the sockets that were, which they hold.
  func sayWhatTheyHold() {
    guard let host else { return }
    for pid in filter.pidsAskedFor where !ProcessID.exists(pid) { Output.say("no process \(pid)") }
    var sum = HeldSockets()
    var sentences: [String] = []
    for pid in filter.processesAskedFor(in: host).sorted() {
      let name = host.names.processes[pid].map { "/" + String(decoding: $0.name, as: UTF8.self) }
      do throws(Errno) {
        let held = try HeldSockets(of: pid)
        if held.protocols.isDisjoint(with: protocols) {
          sentences.append("\(pid)\(name ?? "") \(held.words(besides: protocols, isOne: true))")
          sum.add(held)
        }
      } catch .noSuchFile, .noSuchProcess {
        continue
      } catch {
        let remedy = Accounts.effectiveUID == 0 ? "" : "; try it with sudo"
        sentences.append("\(pid)\(name ?? ""): what it holds can't be seen (\(error))\(remedy)")
      }
    }
    if sentences.count > Self.few {
      sentences = [
        "\(sentences.count) processes \(sum.words(besides: protocols, isOne: false))"
      ]
    }
    for sentence in sentences { Output.say(sentence) }
  }
}

extension HeldSockets {
  /// `holds no TCP socket, but 14 unix and 2 netlink sockets`.
  fileprivate func words(besides protocols: SocketKindSet, isOne: Bool) -> String {
    let verb = isOne ? "holds" : "hold"
    let counts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key)" }
    guard let last = counts.last else { return "\(verb) no socket" }
    let list = counts.dropLast().joined(separator: ", ")
    let isSingle = counts.count == 1 && self.counts.values.first == 1
    let others = self.protocols.subtracting(protocols)
    let hint =
      others.isEmpty ? "" : others == .udp ? "; -u lists UDP" : "; \(others.option) lists them"
    return "\(verb) no \(protocols.words) socket, but \(list)\(list.isEmpty ? "" : " and ")\(last) "
      + "socket\(isSingle ? "" : "s")\(hint)"
  }
}
