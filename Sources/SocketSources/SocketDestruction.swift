internal import KernelFormats
public import LinuxSystem
public import SocketModel

/// Ends sockets by netlink's `SOCK_DESTROY` (sock_diag(7)), each by its ends and its cookie. It takes
/// CAP_NET_ADMIN over the network namespace.
///
/// What becomes of one (tcp_abort, net/ipv4/tcp.c): an established connection is reset, its owner gets
/// ECONNABORTED; one that is not accepted yet is accepted dead; a listener's blocked accept(2) gets
/// EINVAL, and its port stays bound; a UDP socket gets ECONNABORTED and stays bound.
public enum SocketDestruction {
  /// What the kernel said of one.
  public enum Answer: Hashable, Sendable {
    case destroyed
    /// There is none with these ends and this cookie.
    case notFound
    case notPermitted
    /// The kernel destroys no socket of the kind, or is built without that.
    case unsupported
    case failed(Errno)
  }

  /// Destroys these, each in its network namespace, an index into `namespaces`, of which the first is
  /// the caller's. The answers are in the sockets' order.
  public static func run(
    _ sockets: [Socket], in namespaces: [NetworkNamespace] = [NetworkNamespace()]
  ) -> [Answer] {
    var answers = [Answer](repeating: .notFound, count: sockets.count)
    let groups = Dictionary(grouping: sockets.indices) { sockets[$0].namespace }
    for (index, members) in groups {
      let part = members.map { sockets[$0] }
      let found =
        index == 0
        ? here(part, cookie: nil)
        : there(part, Int(index) < namespaces.count ? namespaces[Int(index)] : nil)
      for (member, answer) in zip(members, found) { answers[member] = answer }
    }
    return answers
  }

  /// In the calling thread's namespace. One that has another cookie than it should have is another one.
  private static func here(_ sockets: [Socket], cookie: UInt64?) -> [Answer] {
    do throws(Errno) {
      var channel = Channel(try NetlinkSocket.sockDiag())
      if let cookie, let own = channel.namespaceCookie, own != cookie {
        return sockets.map { _ in .notFound }
      }
      return sockets.map { channel.destroy($0) }
    } catch {
      return sockets.map { _ in Answer(error) }
    }
  }

  /// In another one, on a thread that ends afterwards: it can't come back.
  private static func there(_ sockets: [Socket], _ namespace: NetworkNamespace?) -> [Answer] {
    var containers = NamespaceContainers()
    let held = try? BPFHeldSockets.read()
    guard let inode = namespace?.inode,
      let place = (try? NetworkNamespaces.search(.everywhere, held, &containers))?.found.first(
        where: { $0.namespace.inode == inode })
    else { return sockets.map { _ in .notFound } }
    let cookie = namespace?.cookie
    let answers = Locked<[Answer]>([])
    do throws(Errno) {
      let thread = try Thread {
        var found: [Answer] = sockets.map { _ in .notFound }
        do throws(FileFailure) {
          if let file = try place.open() {
            do throws(Errno) { try file.enter() } catch { throw .system(error) }
            found = here(sockets, cookie: cookie)
          }
        } catch {
          found = sockets.map { _ in Answer(error) }
        }
        answers.withLock { $0 = found }
      }
      thread.join()
    } catch {
      return sockets.map { _ in Answer(error) }
    }
    return answers.withLock { $0 }
  }
}

extension SocketDestruction.Answer {
  fileprivate init(_ error: Errno) {
    self =
      switch error {
      case .noSuchFile: .notFound
      case .notPermitted, .accessDenied: .notPermitted
      case .notSupported: .unsupported
      default: .failed(error)
      }
  }

  fileprivate init(_ failure: FileFailure) {
    self =
      switch failure {
      case .system(let error): Self(error)
      case .kind, .tooLarge: .notFound
      }
  }
}

/// A netlink socket and the number of its last request.
private struct Channel: ~Copyable {
  private let socket: NetlinkSocket
  private var sequence: UInt32 = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 13)

  // Among so many sockets that share a port, each is found: the hash spreads them evenly.
  private static let attempts: UInt16 = 4096

  init(_ socket: consuming NetlinkSocket) { self.socket = socket }

  var namespaceCookie: UInt64? { socket.namespaceCookie() }

  mutating func destroy(_ socket: Socket) -> SocketDestruction.Answer {
    guard var request = InetDiagDestroyRequest(socket) else { return .unsupported }
    do throws(Errno) {
      var number = try ask(request)
      // Of sockets that share a port the kernel finds one, which may be another.
      if !socket.isConnected {
        while number == Errno.noSuchFile.rawValue, request.remotePort < Self.attempts {
          request.remotePort += 1
          number = try ask(request)
        }
      }
      return number == 0 ? .destroyed : SocketDestruction.Answer(Errno(rawValue: number))
    } catch {
      return SocketDestruction.Answer(error)
    }
  }

  /// The kernel's error number; 0 for none.
  private mutating func ask(_ request: InetDiagDestroyRequest) throws(Errno) -> Int32 {
    sequence &+= 1
    let message = request.message(sequence: sequence)
    try socket.send(message.span)
    while true {
      let datagram = try socket.receive(into: &buffer, waiting: true)
      if datagram.sender != 0 { continue }
      let bytes = buffer.span.extracting(0..<datagram.count)
      var messages = NetlinkWalk()
      do throws(MalformedMessage) {
        while let answer = try messages.next(in: bytes) {
          if answer.sequence == sequence { return answer.errorNumber(in: bytes) }
        }
      } catch {
        throw .invalidArgument
      }
    }
  }
}
