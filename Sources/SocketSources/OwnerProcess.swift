internal import KernelFormats
public import LinuxSystem
internal import SocketModel

/// A process that was seen to hold sockets, and is held on to: whatever becomes of its pid, what is sent
/// here reaches it or nobody.
public struct OwnerProcess: ~Copyable, Sendable {
  /// Why it is not the one that was seen.
  public enum Failure: Error, Hashable, Sendable {
    case ended
    /// Its pid has gone to another process.
    case replaced
    /// It holds none of the sockets any more.
    case letGo
    case system(Errno)
  }

  public let pid: Int32
  private let startTime: UInt64?
  private let inodes: Set<UInt64>
  private let handle: ProcessHandle

  /// Opens it and checks that it is the one: that it started then (clock ticks since the host's start)
  /// and holds one of these sockets. One whose start nobody knows is checked by its sockets alone.
  public init(pid: Int32, startTime: UInt64?, inodes: Set<UInt64>) throws(Failure) {
    let handle = try Self.open(pid)
    try Self.check(pid, startTime, inodes, handle)
    self.pid = pid
    self.startTime = startTime
    self.inodes = inodes
    self.handle = handle
  }

  /// Whether it is still there, and holds one of its sockets.
  public func check() throws(Failure) { try Self.check(pid, startTime, inodes, handle) }

  private static func open(_ pid: Int32) throws(Failure) -> ProcessHandle {
    do throws(Errno) { return try ProcessHandle(pid) } catch { throw Failure(error) }
  }

  private static func check(
    _ pid: Int32, _ startTime: UInt64?, _ inodes: Set<UInt64>, _ handle: borrowing ProcessHandle
  ) throws(Failure) {
    if handle.hasEnded { throw .ended }
    let isSame: Bool
    let holds: Bool
    do throws(Errno) {
      let root = try Directory(ProcRoot.host)
      let bytes = try FileDescriptor.contents(of: "\(pid)/stat", at: root.rawValue, chunk: 4096)
      isSame = startTime == nil || ProcStat(bytes.span)?.startTime == startTime
      holds = try Capabilities.lookingIntoProcesses.raised { () throws(Errno) in
        try Self.holds(inodes, pid, root)
      }
    } catch {
      if handle.hasEnded || error == .noSuchProcess || error == .noSuchFile { throw .ended }
      throw .system(error)
    }
    if handle.hasEnded { throw .ended }
    if !isSame { throw .replaced }
    if !holds { throw .letGo }
  }

  public func send(_ signal: Signal) throws(Failure) {
    do throws(Errno) { try handle.send(signal) } catch { throw Failure(error) }
  }

  /// For poll(2): readable once it has ended.
  public var descriptor: Int32 { handle.descriptor }

  public var hasEnded: Bool { handle.hasEnded }

  /// Also through a thread that has descriptors of its own.
  private static func holds(
    _ inodes: Set<UInt64>, _ pid: Int32, _ root: borrowing Directory
  ) throws(Errno) -> Bool {
    let directory = try Directory("\(pid)/fd", at: root.rawValue)
    var descriptors: [Int32] = []
    var buffer: [UInt8] = []
    try directory.appendNumbers(to: &descriptors, buffer: &buffer)
    var target: [UInt8] = []
    for descriptor in descriptors {
      do throws(Errno) {
        try SymbolicLink.read(descriptor, at: directory.rawValue, into: &target)
      } catch .noSuchFile {
        continue
      }
      if let inode = FdLink.socketInode(target.span), inodes.contains(inode) { return true }
    }
    return ThreadTables.read(of: [pid], in: root).records.contains { inodes.contains($0.inode) }
  }
}

extension OwnerProcess.Failure {
  fileprivate init(_ error: Errno) { self = error == .noSuchProcess ? .ended : .system(error) }
}
