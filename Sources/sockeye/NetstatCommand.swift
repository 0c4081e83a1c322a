import Arguments
import Display
import LinuxSystem
import SocketModel
import SocketSources
import Sockeye

/// `netstat …`
struct NetstatCommand {
  private let arguments: NetstatArguments
  private let isRedacted: Bool

  init(_ arguments: NetstatArguments, _ isRedacted: Bool) {
    self.arguments = arguments
    self.isRedacted = isRedacted
  }

  func run() throws -> Int32 {
    for name in arguments.otherProtocols where (try? FileStatus(of: "/proc/net/\(name)")) != nil {
      throw NotAnswered("\(name)")
    }
    repeat {
      try list()
    } while arguments.isContinuous && Self.sleep()
    return 0
  }

  private func list() throws {
    var form = arguments.form
    var naming = Naming()
    naming.users = form.showsUsers && form.hasUserNames
    naming.services = form.hasServices ? .all : .none
    naming.hostTimeout = .seconds(120)
    var listing = try ToolRows(arguments.query, needs: form.needs, .proc).read(naming)
    if form.hasServices { form.protocols = IPProtocols.names(of: listing.rawProtocols) }
    // The order of its tables: TCP, UDP, UDP-Lite, raw, unix, of each IPv4 before IPv6.
    listing.rows.sort()
    try Output.write(form.rendering(isRedacted ? listing.redacted : listing))
  }

  private static func sleep() -> Bool {
    var set = PollSet()
    return (try? set.wait(timeout: .seconds(1))) != nil
  }
}
