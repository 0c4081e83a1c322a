internal import LinuxSystem
internal import SocketModel

/// One connection attempt of a probe, reset when it is let go.
final class ProbeAttempt {
  private let socket: TCPSocket
  private let target: SocketAddress
  let begun: MonotonicInstant
  /// What connect(2) itself said; nil while the handshake goes on.
  private let immediate: ProbeResult.Finding?

  /// Throws where no socket can be had.
  init(_ target: SocketAddress) throws(Errno) {
    let socket = try TCPSocket(target.family)
    try socket.resetOnClose()
    socket.queueErrors()
    begun = .now()
    var immediate: ProbeResult.Finding?
    do throws(Errno) {
      if try socket.socket.connect(to: target) { immediate = Self.answered(socket) }
    } catch {
      immediate = ProbeResult.Finding(error, socket, to: target, after: .zero)
    }
    self.socket = socket
    self.target = target
    self.immediate = immediate
  }

  var rawValue: Int32 { socket.rawValue }

  /// There is nothing to wait for.
  var isDecided: Bool { immediate != nil }

  /// What is known by now.
  func finding(hasAnswer: Bool) -> ProbeResult.Finding? {
    if let immediate { return immediate }
    guard hasAnswer else { return nil }
    do throws(Errno) {
      if let error = try socket.socket.takeError() { throw error }
      // The error queue alone wakes poll(2) as well.
      if try socket.state() == .synSent {
        return ProbeResult.Finding(queuedAt: socket, to: target, after: begun.elapsed)
      }
    } catch {
      return ProbeResult.Finding(error, socket, to: target, after: begun.elapsed)
    }
    return Self.answered(socket)
  }

  /// A free port of this host may be given to the prober itself, which then answers its own SYN:
  /// nobody listens there.
  private static func answered(_ socket: borrowing TCPSocket) -> ProbeResult.Finding {
    do throws(Errno) {
      let isItself = try socket.socket.localAddress() == socket.socket.remoteAddress()
      return isItself ? .closed : .open
    } catch {
      // The peer has reset what it had accepted.
      return .open
    }
  }
}
