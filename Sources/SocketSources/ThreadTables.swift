internal import LinuxSystem
internal import SocketModel

/// Finds threads that have a descriptor table of their own, /proc/<pid>/task/<tid>/fd.
enum ThreadTables {
  /// Their sockets, under the pid of the process.
  static func records(of pids: [Int32], in root: borrowing Directory) -> [OwnerIndex.Record] {
    var worker = DescriptorWorker(root.rawValue, putsAside: false)
    for (process, pid) in pids.enumerated() {
      for thread in separateThreads(of: pid, root) {
        worker.look(in: "\(pid)/task/\(thread)/fd", of: pid, process: process)
      }
    }
    worker.closePart()
    return worker.gathered.parts.flatMap(\.records)
  }

  /// One thread for each table that is not the first thread's. What ended, or refuses, has none.
  private static func separateThreads(of pid: Int32, _ root: borrowing Directory) -> [Int32] {
    do throws(Errno) {
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
    } catch {
      return []
    }
  }
}
