import Glibc
import LinuxSystem
import Testing

@testable import SocketSources

/// Netlink sockets at whose other end somebody has written already all that will be answered.
final class FakeKernel: Sendable {
  private let answers: [[UInt8]]
  private let ends = Locked<[Int32]>([])

  /// The datagrams that each socket gets.
  init(answering answers: [[UInt8]]) { self.answers = answers }

  deinit { for end in ends.withLock({ $0 }) { close(end) } }

  /// How many sockets were asked for.
  var count: Int { ends.withLock { $0.count } }

  @Sendable func open() throws(SourceError) -> NetlinkSocket {
    var pair: [Int32] = [-1, -1]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &pair) == 0 else {
      throw .refused(Errno(rawValue: errno))
    }
    ends.withLock { [end = pair[1]] in $0.append(end) }
    for answer in answers { _ = unsafe send(pair[1], answer, answer.count, 0) }
    return NetlinkSocket(owning: FileDescriptor(owning: pair[0]))
  }
}
