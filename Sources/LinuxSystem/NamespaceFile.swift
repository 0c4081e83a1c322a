internal import CLinux
internal import Glibc
internal import SocketModel

/// An open file that is a network namespace (network_namespaces(7)): `/proc/PID/ns/net`, or what
/// `ip netns add` leaves in /run/netns. While it is open the namespace stays alive.
public struct NamespaceFile: ~Copyable, Sendable {
  private let file: FileDescriptor
  /// Its number in nsfs, as in the link `net:[4026531840]`. Another may get it once it is gone.
  public let inode: UInt64

  /// `.invalidArgument` for a file that is not a network namespace.
  public init(
    _ path: String, at directory: Int32 = FileDescriptor.workingDirectory
  ) throws(FileFailure) {
    let file = try FileDescriptor.open(named: path, at: directory)
    guard linux_ioctl(file.rawValue, Self.getType, nil) == Self.network else {
      throw .system(.invalidArgument)
    }
    inode = try FileFailure.of { () throws(Errno) in try FileStatus(of: file) }.inode
    self.file = file
  }

  /// That of a socket which a process holds, in whatever namespace that process is (pidfd_open(2),
  /// pidfd_getfd(2), socket(7) `SIOCGSKNS`). Takes CAP_SYS_PTRACE over the process and CAP_NET_ADMIN in
  /// the namespace; the socket is held for no longer than this takes.
  public init(ofSocket descriptor: Int32, of process: Int32) throws(Errno) {
    self = try Capabilities([.sysPtrace, .netAdmin]).raised { () throws(Errno) in
      try NamespaceFile(heldAs: descriptor, by: process)
    }
  }

  private init(heldAs descriptor: Int32, by process: Int32) throws(Errno) {
    let process = FileDescriptor(
      owning: Int32(try retrying { linux_syscall(Self.pidfdOpen, Int(process), nil, 0) }))
    let socket = FileDescriptor(
      owning: Int32(
        try retrying {
          unsafe linux_syscall(
            Self.pidfdGetfd, Int(process.rawValue),
            UnsafeMutableRawPointer(bitPattern: Int(descriptor)), 0)
        }))
    let file = FileDescriptor(
      owning: try retrying { linux_ioctl(socket.rawValue, Self.ofSocket, nil) })
    inode = try FileStatus(of: file).inode
    self.file = file
  }

  // The same on all machines (asm-generic/unistd.h), and SIOCGSKNS, include/uapi/linux/sockios.h.
  private static let pidfdOpen = 434
  private static let pidfdGetfd = 438
  private static let ofSocket: UInt = 0x894c

  // NS_GET_NSTYPE, include/uapi/linux/nsfs.h, and CLONE_NEWNET, include/uapi/linux/sched.h.
  private static let getType: UInt = 0xb703
  private static let network: Int32 = 0x4000_0000

  /// setns(2): the calling thread and those that it starts are in it from now on. Takes CAP_SYS_ADMIN
  /// here and in the user namespace that owns it.
  public func enter() throws(Errno) {
    let descriptor = file.rawValue
    _ = try Capabilities.sysAdmin.raised { () throws(Errno) in
      try retrying { setns(descriptor, Self.network) }
    }
  }
}

extension NetlinkSocket {
  /// A number for its network namespace that no other gets until the host starts again
  /// (`SO_NETNS_COOKIE`, Linux 5.14); nil where the kernel has none.
  public func namespaceCookie() -> UInt64? { NamespaceFile.cookie(ofSocket: descriptor) }
}

extension NamespaceFile {
  /// The same number of the network namespace that this thread is in, also where netlink is refused.
  public static func ownCookie() -> UInt64? {
    guard let pair = try? FileDescriptor.unixPair(.unixDatagram) else { return nil }
    return cookie(ofSocket: pair.one.rawValue)
  }

  fileprivate static func cookie(ofSocket descriptor: Int32) -> UInt64? {
    var value: UInt64 = 0
    var length = socklen_t(MemoryLayout<UInt64>.size)
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, 71, &value, &length)
    return result == 0 ? value : nil
  }
}
