import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources
import Sockeye

/// `netstat …`
struct NetstatCommand {
  private let arguments: NetstatArguments

  init(_ arguments: NetstatArguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    for name in arguments.otherProtocols where (try? FileStatus(of: "/proc/net/\(name)")) != nil {
      throw NotAnswered("\(name)")
    }
    repeat {
      for name in arguments.otherTables where Self.hasRows("/proc/net/\(name)") {
        throw NotAnswered("\(name)")
      }
      try list()
    } while arguments.isContinuous && Self.sleep()
    return 0
  }

  private func list() throws {
    let form = arguments.form
    var naming = Naming()
    naming.users = form.showsUsers && form.hasUserNames
    naming.services = form.hasServices ? .all : .none
    naming.hostTimeout = .seconds(120)
    var listing = try ToolRows(arguments.query, needs: form.needs, .proc).read(naming)
    // The order of its tables: TCP, UDP, unix, of each IPv4 before IPv6.
    listing.rows.sort()
    try Output.write(form.rendering(listing))
  }

  /// A table without a row is its header alone.
  private static func hasRows(_ path: String) -> Bool {
    guard let text = try? FileDescriptor.contents(of: path, chunk: 4096) else { return false }
    return text.count { $0 == UInt8(ascii: "\n") } > 1
  }

  private static func sleep() -> Bool {
    var set = PollSet()
    return (try? set.wait(timeout: .seconds(1))) != nil
  }
}
