internal import LinuxSystem
internal import SocketModel

/// Finds threads that have a descriptor table of their own, /proc/<pid>/task/<tid>/fd.
enum ThreadTables {
  /// What threads hold, and how many processes could not be looked at.
  struct Found {
    var records: [OwnerIndex.Record] = []
    var refusing: Set<Int32> = []
  }

  /// Their sockets, under the pid of the process.
  static func read(of pids: [Int32], in root: borrowing Directory) -> Found {
    var worker = DescriptorWorker(root.rawValue, putsAside: false)
    var refusing: Set<Int32> = []
    for (process, pid) in pids.enumerated() {
      do throws(Errno) {
        for thread in try separateThreads(of: pid, root) {
          worker.look(in: "\(pid)/task/\(thread)/fd", of: pid, process: process)
        }
      } catch {
        if error != .noSuchFile, error != .noSuchProcess { refusing.insert(pid) }
      }
    }
    worker.closePart()
    return Found(
      records: worker.gathered.parts.flatMap(\.records),
      refusing: refusing.union(worker.gathered.refusing))
  }

  /// One thread for each table that is not the first thread's.
  private static func separateThreads(
    of pid: Int32, _ root: borrowing Directory
  ) throws(Errno) -> [Int32] {
    let path = "\(pid)/task"
    guard try DescriptorTables.subdirectoryCount(in: path, at: root.rawValue) > 1 else {
      return []
    }
    var threads: [Int32] = []
    var buffer: [UInt8] = []
    try Directory(path, at: root.rawValue).appendNumbers(to: &threads, buffer: &buffer)
    var known = [pid]
    for thread in threads
    where known.allSatisfy({ DescriptorTables.areShared($0, thread) == false }) {
      known.append(thread)
    }
    return Array(known.dropFirst())
  }
}
