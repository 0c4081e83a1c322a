internal import LinuxSystem
public import SocketModel

/// Looks up owners through the links /proc/<pid>/fd/<n> -> `socket:[INODE]`, with several threads.
///
/// It sees what the user may see. A process that ended meanwhile is skipped, one that refuses is
/// counted.
public struct DescriptorScan: Sendable {
  private let root: String
  private let threadLimit: Int

  public init(root: String = "/proc") {
    self.init(root: root, threadLimit: 16)
  }

  init(root: String, threadLimit: Int) {
    self.root = ProcRoot.normalized(root)
    self.threadLimit = threadLimit
  }

  /// The processes that there are, without those that are hidden.
  func processes() throws(SourceError) -> Set<Int32> {
    do throws(Errno) {
      return Set(try DescriptorWalk(Directory(root), pids: nil).pids)
    } catch {
      throw .unreadable(path: root, error)
    }
  }

  /// Every descriptor that refers to a socket, by pid and descriptor; with `pids` those of these
  /// processes alone.
  public func read(only pids: [Int32]? = nil) throws(SourceError) -> OwnerRecords {
    let walk: DescriptorWalk
    do throws(Errno) {
      walk = try DescriptorWalk(Directory(root), pids: pids)
    } catch {
      throw .unreadable(path: root, error)
    }
    let found = walk.run(threads: min(threadLimit, usableProcessors()))
    return OwnerRecords(
      records: found.records,
      hiddenCause: ProcessVisibility.current(root: root).hiddenCause(refusals: found.refusals),
      processes: Set(walk.pids))
  }

  /// How many processes can't be looked at, without a look at what they hold: the kernel asks for the
  /// same right for each link of a process (`proc_fd_access_allowed`, fs/proc/base.c).
  func countRefusals() throws(SourceError) -> Int {
    do throws(Errno) {
      let walk = try DescriptorWalk(Directory(root), pids: nil)
      return Capabilities.lookingIntoProcesses.raised {
        walk.pids.count { Self.refuses($0, walk.directory) }
      }
    } catch {
      throw .unreadable(path: root, error)
    }
  }

  private static func refuses(_ pid: Int32, _ directory: borrowing Directory) -> Bool {
    do throws(Errno) {
      _ = try SymbolicLink.target(of: "\(pid)/cwd", at: directory.rawValue, limit: 1)
      return false
    } catch {
      return error != .noSuchFile && error != .noSuchProcess
    }
  }

  /// What threads hold that share no descriptors with their process: after unshare(2), or where the
  /// first thread has ended before the others. `read` does not see these.
  ///
  /// It costs a look at every process with several threads. Ask where a socket would else be called
  /// nobody's. Empty for a root that is not the running kernel's.
  public func readThreads(only pids: [Int32]? = nil) throws(SourceError) -> [OwnerIndex.Record] {
    try lookAtThreads(only: pids).records
  }

  /// The same, and which processes refused.
  func lookAtThreads(only pids: [Int32]? = nil) throws(SourceError) -> ThreadTables.Found {
    guard root == ProcRoot.host else { return ThreadTables.Found() }
    do throws(Errno) {
      let walk = try DescriptorWalk(Directory(root), pids: pids)
      return Capabilities.lookingIntoProcesses.raised {
        ThreadTables.read(of: walk.pids, in: walk.directory)
      }
    } catch {
      throw .unreadable(path: root, error)
    }
  }
}
