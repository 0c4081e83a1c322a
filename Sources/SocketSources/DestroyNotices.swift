internal import KernelFormats
internal import LinuxSystem
public import SocketModel

/// A socket that the kernel destroyed, as it was last.
public struct DestroyNotice: Sendable {
  /// Joined to an earlier row by its cookie: the inode is 0 by now.
  public let socket: Socket
  /// The exact last counts; nil for UDP.
  public let tcpInfo: TCPInfo?
}

/// Listens for the kernel's own notices of destroyed sockets (`SKNLGRP_…_DESTROY`,
/// include/uapi/linux/sock_diag.h): the only source of a connection's last byte counts.
public struct DestroyNotices: ~Copyable, Sendable {
  private let socket: NetlinkSocket
  private var buffer = [UInt8](repeating: 0, count: 1 << 13)

  /// Each notice takes about 2 KiB while it waits.
  private static let waitingBytes: Int32 = 4 << 20
  /// How many are taken at once, so that keys stay alive among thousands.
  private static let batch = 512

  /// Joins the groups; `.refused` where the kernel or a sandbox has none for us.
  public init(_ protocols: SocketKindSet, families: FamilySet = .all) throws(SourceError) {
    do throws(Errno) {
      let socket = try NetlinkSocket.sockDiag()
      try socket.setReceiveBuffer(Self.waitingBytes)
      try socket.bind(groups: Self.groups(protocols, families))
      self.socket = socket
    } catch {
      throw .refused(error)
    }
  }

  private static func groups(_ protocols: SocketKindSet, _ families: FamilySet) -> [UInt32] {
    SocketKind.internet.filter(protocols.contains).flatMap { kind in
      IPAddress.Family.allCases.filter(families.contains).compactMap { family in
        InetDiagDestroy.group(kind, family)
      }
    }
  }

  /// For poll(2): readable when notices wait.
  public var descriptor: Int32 { socket.descriptor }

  /// Appends the notices that wait, a few hundred at most (the descriptor stays readable while there
  /// are more), without waiting for any. False where the kernel had to drop some, or one can't be
  /// read: there are ends that nobody tells.
  public mutating func receive(
    into notices: inout [DestroyNotice]
  ) throws(SourceError) -> Bool {
    var isComplete = true
    for _ in 0..<Self.batch {
      do throws(Errno) {
        let datagram = try socket.receive(into: &buffer, waiting: false)
        guard datagram.sender == 0 else { continue }
        let bytes = buffer
        let isWhole = Self.take(bytes.span.extracting(0..<datagram.count), into: &notices)
        if !isWhole || datagram.isTruncated { isComplete = false }
      } catch {
        switch error {
        case .wouldBlock: return isComplete
        case .noBufferSpace: isComplete = false
        default: throw .refused(error)
        }
      }
    }
    return isComplete
  }

  /// False where something in it can't be read.
  static func take(_ bytes: Span<UInt8>, into notices: inout [DestroyNotice]) -> Bool {
    var walk = NetlinkWalk()
    do throws(MalformedMessage) {
      while let message = try walk.next(in: bytes) {
        guard message.kind == .socketsByFamily else { continue }
        let (socket, info) = try InetDiagDestroy.decode(message, in: bytes)
        notices.append(DestroyNotice(socket: socket, tcpInfo: info))
      }
      return true
    } catch {
      return false
    }
  }
}
