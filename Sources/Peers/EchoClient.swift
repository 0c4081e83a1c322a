public import LinuxSystem
internal import SocketModel

/// What came of an exchange over one connection.
public struct Exchange: Hashable, Sendable {
  public enum End: Hashable, Sendable {
    /// The server closed its side.
    case closed
    /// It did so before it had taken all that was sent, or did not wait for the end of a round trip.
    case closedEarly
    /// As many bytes came as were asked for; the connection stays open.
    case complete
    case timedOut
    /// Reset, or another error of the connection.
    case failed(Errno)
  }

  /// Bytes sent.
  public var sent = 0
  public var received: [UInt8] = []
  public var duration = Duration.zero
  public var end = End.closed
}

/// Test client's conversations over one connection. All are bounded in time and memory.
extension Connection {
  /// Sends a message, says that it is all (half-close), and reads until the server closes, at most
  /// `limit` bytes. What comes back is read while there is more to send.
  public func exchange(
    _ message: [UInt8], limit: Int = 1 << 24, timeout: Duration = .seconds(10)
  ) -> Exchange {
    converse(message, limit: limit, halfClose: true, timeout)
  }

  /// Sends a message and reads as many bytes; the connection stays open.
  public func roundTrip(_ message: [UInt8], timeout: Duration = .seconds(10)) -> Exchange {
    converse(message, limit: message.count, halfClose: false, timeout)
  }

  /// Reads so many bytes; the connection stays open.
  public func receive(_ count: Int, timeout: Duration = .seconds(10)) -> Exchange {
    converse([], limit: count, halfClose: false, timeout)
  }

  private func converse(
    _ message: [UInt8], limit: Int, halfClose: Bool, _ timeout: Duration
  ) -> Exchange {
    var exchange = Exchange()
    let start = MonotonicInstant.now()
    do throws(Errno) {
      exchange.end = try converse(message, limit, halfClose, start + timeout, &exchange)
    } catch {
      exchange.end = .failed(error)
    }
    exchange.duration = start.elapsed
    return exchange
  }

  private func converse(
    _ message: [UInt8], _ limit: Int, _ halfClose: Bool, _ deadline: MonotonicInstant,
    _ exchange: inout Exchange
  ) throws(Errno) -> Exchange.End {
    // A server may say that it sends no more, and go on reading.
    var serverHasEnded = false
    var hasEnded = false
    while true {
      do throws(Errno) {
        if exchange.sent < message.count { try sendMore(message, &exchange) }
      } catch {
        if serverHasEnded, [.brokenPipe, .connectionReset].contains(error) { return .closedEarly }
        throw error
      }
      let room = serverHasEnded ? 0 : limit - exchange.received.count
      if halfClose, !hasEnded, exchange.sent == message.count {
        // A server that turns clients away has closed by now.
        if room > 0, !message.isEmpty {
          serverHasEnded = try !receiveMore(min(room, 65536), &exchange)
        }
        try endSending()
        hasEnded = true
        if serverHasEnded { return try wasReset() ? .closedEarly : .closed }
        continue
      }
      if serverHasEnded, hasEnded { return try wasReset() ? .closedEarly : .closed }
      if room <= 0, exchange.sent == message.count { return .complete }
      var awaited: PollEvents = room > 0 ? .readable : []
      if exchange.sent < message.count { awaited.insert(.writable) }
      let left = deadline - .now()
      guard left > .zero,
        try !PollSet.wait(at: socket.rawValue, awaited, timeout: left).isEmpty
      else { return .timedOut }
      if room > 0, try !receiveMore(min(room, 65536), &exchange) {
        if !halfClose { return .closedEarly }
        if hasEnded { return .closed }
        serverHasEnded = true
      }
    }
  }

  /// Whether the server had gone before it took what was sent: its host then answers with a reset, in
  /// a round trip's time. After both ends' FIN poll(2) has nothing left to wait for.
  func wasReset(within limit: Duration = .milliseconds(200)) throws(Errno) -> Bool {
    let deadline = MonotonicInstant.now() + limit
    repeat {
      let isOver = try socket.state() == .closed
      if try socket.socket.takeError() != nil { return true }
      if isOver { return false }
      _ = try PollSet.wait(at: -1, timeout: .milliseconds(1))
    } while .now() < deadline
    return false
  }

  /// Half-closes. What the server sent before it was gone is still to be read, and then tells how it
  /// went.
  func endSending() throws(Errno) {
    do throws(Errno) {
      try socket.shutdown(.sending)
    } catch {
      if error != .notConnected { throw error }
    }
  }

  private func sendMore(_ message: [UInt8], _ exchange: inout Exchange) throws(Errno) {
    do throws(Errno) {
      exchange.sent += try socket.socket.send(message.span.extracting(exchange.sent...))
    } catch {
      if error != .wouldBlock { throw error }
    }
  }

  /// False at the server's end.
  private func receiveMore(_ count: Int, _ exchange: inout Exchange) throws(Errno) -> Bool {
    do throws(Errno) {
      return try socket.socket.receive(appendingTo: &exchange.received, atMost: count) > 0
    } catch {
      if error != .wouldBlock { throw error }
      return true
    }
  }
}
