internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// Reads what processes are called, from /proc/<pid>/stat and cmdline.
public struct ProcessReader: Sendable {
  private let root: String

  public init(root: String = "/proc") { self.root = ProcRoot.normalized(root) }

  /// What was read of some processes.
  public struct Named: Sendable {
    /// A process that ended has no entry.
    public var names: [Int32: ProcessName] = [:]
    /// Processes that have a name which could not be read.
    public var unread: UnreadProcesses?
    /// Pids that now belong to another process than the one that was seen with the sockets.
    public var replaced: Set<Int32> = []
    public var notices: [Notice] = []
  }

  /// Clock ticks since the host was started. Ask before an owner lookup begins.
  public static func now() -> UInt64 { bootTicks() }

  /// Names processes that an owner lookup saw, with their command lines where these are asked.
  ///
  /// A pid may have gone to a new process since. One that started before the lookup began, at
  /// `lookup` ticks, is the one that was seen. A younger one must hold a socket of its pid in
  /// `owners` still, or it is `replaced`: no process is named for a socket that it did not hold.
  ///
  /// What a docker-proxy forwards to is read in any case, and whether programs are there still only where
  /// `executables` asks for it.
  public func read(
    _ pids: some Sequence<Int32>, commands: Bool, executables: Bool = false,
    seenIn owners: OwnerIndex, since lookup: UInt64
  ) throws(SourceError) -> Named {
    let directory: Directory
    do throws(Errno) { directory = try Directory(root) } catch {
      throw .unreadable(path: root, error)
    }
    var named = Named()
    var buffer: [UInt8] = []
    var held: SocketsByProcess?
    var room = Self.roomForForeign
    for pid in pids {
      do throws(FileFailure) {
        try read("\(pid)/stat", at: directory, into: &buffer)
      } catch {
        if !hasEnded(pid, error) {
          named.note(
            pid,
            error.isMissing
              ? "\(root) hides other users' processes" : "\(root)/\(pid)/stat: \(error)",
            error.isMissing ? .rights : error.obstacle)
        }
        continue
      }
      guard let stat = ProcStat(buffer.span) else {
        named.notices.append(.warning("\(root)/\(pid)/stat: no process's name in parentheses"))
        named.note(pid, "\(root)/\(pid)/stat is malformed", .other)
        continue
      }
      // Ticks of another host can't be compared with ours.
      if root == ProcRoot.host, stat.startTime >= lookup {
        let sockets = held ?? SocketsByProcess(owners)
        held = sockets
        do throws(FileFailure) {
          if try !Self.stillHolds(sockets[pid], pid, directory) {
            named.replaced.insert(pid)
            continue
          }
        } catch {
          if hasEnded(pid, error) {
            named.replaced.insert(pid)
          } else {
            named.note(pid, "\(root)/\(pid)/fd: \(error)", error.obstacle)
          }
          continue
        }
      }
      var name = ProcessName(name: stat.name, startTime: stat.startTime)
      let isProxy = stat.name.elementsEqual(Self.dockerProxy.utf8)
      if (commands || isProxy) && room > 0 {
        readCommand(pid, directory, &buffer, into: &name)
        if isProxy { name.forwardsTo = name.command.flatMap(ProcessName.forwarding) }
        if !commands { (name.command, name.commandIsUnread) = (nil, false) }
      }
      if executables { name.exeIsDeleted = exeIsDeleted(pid, directory) }
      if root != ProcRoot.host { room -= name.command?.count ?? 0 }
      named.names[pid] = name
    }
    return named
  }

  /// Names all processes that there are.
  public func readAll(commands: Bool) throws(SourceError) -> Named {
    try read(
      DescriptorScan(root: root).processes(), commands: commands, seenIn: OwnerIndex(), since: .max)
  }

  /// Those of some processes that are stopped, by a signal or by a debugger.
  public func stopped(among pids: some Sequence<Int32>) -> Set<Int32> {
    Set(
      pids.filter { pid in
        let bytes = try? FileDescriptor.contents(of: "\(root)/\(pid)/stat", chunk: 4096)
        guard let state = bytes.flatMap({ ProcStat($0.span) })?.state else { return false }
        return state == UInt8(ascii: "T") || state == UInt8(ascii: "t")
      })
  }

  private static let dockerProxy = "docker-proxy"

  /// What `exe` points to ends so where its file is gone (proc_pid_exe(5)). A file may be called so as
  /// well, and a program that never had one, of memfd_create(2), was not replaced. Nil where the link
  /// can't be read: for lack of rights, or there is none.
  private func exeIsDeleted(_ pid: Int32, _ directory: borrowing Directory) -> Bool? {
    let link = "\(pid)/exe"
    guard let target = try? SymbolicLink.target(of: link, at: directory.rawValue) else {
      return nil
    }
    let mark = " (deleted)"
    guard target.suffix(mark.utf8.count).elementsEqual(mark.utf8),
      !target.starts(with: "/memfd:".utf8)
    else { return false }
    guard root == ProcRoot.host,
      let running = try? FileStatus(of: link, at: directory.rawValue),
      let named = try? FileStatus(of: String(raw: target))
    else { return true }
    return running != named
  }

  /// None for kernel threads and zombies.
  private func readCommand(
    _ pid: Int32, _ directory: borrowing Directory, _ buffer: inout [UInt8],
    into name: inout ProcessName
  ) {
    do throws(FileFailure) {
      try read("\(pid)/cmdline", at: directory, into: &buffer)
      if !buffer.isEmpty { name.command = Array(buffer) }
    } catch {
      name.commandIsUnread = !hasEnded(pid, error)
    }
  }

  private func read(
    _ path: String, at directory: borrowing Directory, into buffer: inout [UInt8]
  ) throws(FileFailure) {
    buffer.removeAll(keepingCapacity: true)
    if root != ProcRoot.host {
      // Whoever made this directory may have put anything there.
      buffer += try FileDescriptor.contents(
        named: path, at: directory.rawValue, limit: Self.longestForeign, chunk: 4096)
      return
    }
    do throws(Errno) {
      let file = try FileDescriptor.open(path, at: directory.rawValue)
      try file.readToEnd(appendingTo: &buffer, chunk: 4096)
    } catch {
      throw .system(error)
    }
  }

  /// Whether a file is missing because its process has ended. With hidepid that of one that is hidden
  /// is missing as well.
  private func hasEnded(_ pid: Int32, _ failure: FileFailure) -> Bool {
    guard failure.isMissing else { return false }
    return root != ProcRoot.host || !ProcessID.exists(pid)
  }

  /// The kernel gives a command line a quarter of the stack's limit at most, which is 8 MiB.
  private static let longestForeign = 2 << 20
  /// The bytes that the command lines of another directory's processes may take together.
  private static let roomForForeign = 256 << 20

  /// Whether it holds one of these. It may have closed the others since; another process with its pid
  /// has none of them at the same number.
  private static func stillHolds(
    _ sockets: ArraySlice<OwnerIndex.Record>, _ pid: Int32, _ directory: borrowing Directory
  ) throws(FileFailure) -> Bool {
    do throws(Errno) {
      let descriptors = try Directory("\(pid)/fd", at: directory.rawValue)
      var target: [UInt8] = []
      for socket in sockets {
        do throws(Errno) {
          try SymbolicLink.read(socket.descriptor, at: descriptors.rawValue, into: &target)
        } catch .noSuchFile {
          continue
        }
        if FdLink.socketInode(target.span) == socket.inode { return true }
      }
      return false
    } catch {
      throw .system(error)
    }
  }
}

extension ProcessReader.Named {
  fileprivate mutating func note(
    _ pid: Int32, _ reason: String, _ obstacle: UnreadProcesses.Obstacle
  ) {
    var unread = unread ?? UnreadProcesses([], reason: reason, obstacle)
    unread.pids.insert(pid)
    self.unread = unread
  }
}

extension FileFailure {
  fileprivate var isMissing: Bool {
    self == .system(.noSuchFile) || self == .system(.noSuchProcess)
  }

  fileprivate var obstacle: UnreadProcesses.Obstacle {
    switch self {
    case .system(.accessDenied), .system(.notPermitted): .rights
    case .system(.tooManyFiles), .system(.tooManyFilesOnHost): .limit
    case .system, .kind, .tooLarge: .other
    }
  }
}

/// The records of an owner index by process.
private struct SocketsByProcess {
  private let records: [OwnerIndex.Record]

  init(_ index: OwnerIndex) { records = Array(index.all) }

  /// The index has them by pid.
  subscript(pid: Int32) -> ArraySlice<OwnerIndex.Record> {
    let start = position { $0.pid >= pid }
    return records[start..<position { $0.pid > pid }]
  }

  private func position(_ isBehind: (OwnerIndex.Record) -> Bool) -> Int {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(records[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
