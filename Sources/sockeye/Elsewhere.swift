import Arguments
import Display
import LinuxSystem
import Sockeye
import SocketModel

/// Says of a question that found nothing here in which other network namespaces it would.
struct Elsewhere {
  private let listing: Listing

  /// Nil where nobody can look there, or nothing is there.
  init?(_ runner: QueryRunner, _ reading: Reading) {
    guard Accounts.effectiveUID == 0, reading.isOfThisHost, reading.namespaces == .own,
      let listing = try? runner.listeningElsewhere(), !listing.isEmpty
    else { return nil }
    self.listing = listing
  }

  private static let few = 3

  /// `nothing here; 27527/python3 listens on 0.0.0.0:8091 in the network namespace 'pod': sockeye -N pod
  /// 8091`.
  func say(_ arguments: [String]) {
    for row in listing.prefix(Self.few) {
      let owner = row.ownerLabel ?? "somebody"
      let command = Self.name(row).map { ": sockeye " + shellWords(["-N", $0] + arguments) } ?? ""
      let place = row.namespace.name.map { "the network namespace '\($0)'" }
      Output.say(
        "nothing here; \(owner) listens on \(row.socket.local) in "
          + (place ?? "another network namespace") + command)
    }
    if listing.count > Self.few {
      let command = "sockeye " + shellWords(["--everywhere"] + arguments)
      Output.say("\(listing.count - Self.few) more: \(command)")
    }
  }

  /// What `-N` takes for it.
  private static func name(_ row: Row) -> String? {
    row.namespace.name ?? row.firstPID.map { "\($0)" }
  }
}
