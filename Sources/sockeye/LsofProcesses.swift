import Arguments
import LinuxSystem
import SocketModel
import SocketSources

/// What `-p`, `-u` and `-c` of lsof name, each of which a process must be.
struct LsofProcesses {
  let pids: [Int32]
  let uids: [UInt32]
  let commands: [[UInt8]]

  /// Whether lsof found each of them: it counts one where any process is it, whatever that one holds.
  func areFound() throws -> Bool {
    if pids.isEmpty && uids.isEmpty && commands.isEmpty { return true }
    var (missingPIDs, missingUIDs) = (Set(pids), Set(uids))
    var missingCommands = Set(commands.indices)
    for (pid, process) in try ProcessReader().readAll(commands: false).names {
      let isOfPID = pids.isEmpty || pids.contains(pid)
      missingPIDs.remove(pid)
      var isOfUser = uids.isEmpty
      if !uids.isEmpty, let uid = try? FileStatus(of: "/proc/\(pid)").user {
        isOfUser = uids.contains(uid)
        missingUIDs.remove(uid)
      }
      // Only then it looks at the name, and the last option that fits has the process.
      guard isOfPID, isOfUser, !missingCommands.isEmpty else { continue }
      if let index = commands.lastIndex(where: { process.name.starts(with: $0) }) {
        missingCommands.remove(index)
      }
    }
    guard missingPIDs.isEmpty, missingCommands.isEmpty else { return false }
    // lsof 4.95 goes by memory that it did not set then.
    if let uid = missingUIDs.first { throw NotAnswered("-u \(uid)") }
    return true
  }
}
