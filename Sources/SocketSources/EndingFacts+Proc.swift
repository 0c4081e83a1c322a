internal import KernelFormats
internal import LinuxSystem
public import SocketModel

extension EndingFacts {
  /// What /proc and the environment say of this process and of those that may be ended.
  public static func current(about pids: [Int32]) -> EndingFacts {
    var facts = EndingFacts(ownPID: ProcessID.own)
    if let text = Environment[Self.variable] { facts.addConnection(text[...]) }
    var pid = ProcessID.own
    while pid > 0, facts.lineage.insert(pid).inserted {
      // sudo takes it out of the environment: whoever called that has it still.
      facts.addConnections(ofEnvironment: "/proc/\(pid)/environ")
      pid = kinship(pid)?.parent ?? 0
    }
    let own = try? SymbolicLink.target(of: "/proc/self/ns/pid")
    for pid in pids {
      if kinship(pid)?.isKernelThread ?? false { facts.kernelThreads.insert(pid) }
      if let other = try? SymbolicLink.target(of: "/proc/\(pid)/ns/pid"), other != own {
        facts.foreignProcesses.insert(pid)
      }
    }
    // The proc filesystem may be another namespace's: then its numbers mean nobody here.
    let me = try? SymbolicLink.target(of: "/proc/self")
    if me != Array("\(ProcessID.own)".utf8) { facts.foreignProcesses.formUnion(pids) }
    return facts
  }

  private static let variable = "SSH_CONNECTION"

  private static func kinship(_ pid: Int32) -> ProcKinship? {
    (try? FileDescriptor.contents(of: "/proc/\(pid)/stat", chunk: 4096)).flatMap {
      ProcKinship($0.span)
    }
  }

  private mutating func addConnections(ofEnvironment path: String) {
    let prefix = Array("\(Self.variable)=".utf8)
    for entry in ((try? FileDescriptor.contents(of: path)) ?? []).split(separator: 0)
    where entry.starts(with: prefix) {
      addConnection(String(decoding: entry.dropFirst(prefix.count), as: UTF8.self)[...])
    }
  }

  private mutating func addConnection(_ text: Substring) {
    if let connection = SSHConnection(text) { sshConnections.insert(connection) }
  }
}
