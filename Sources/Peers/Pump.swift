public import LinuxSystem

/// What passed between a connection and two descriptors.
public struct PumpTotals: Hashable, Sendable {
  public enum End: Hashable, Sendable {
    /// The server closed its side, and all that it sent was written.
    case closed
    /// The same, before it had taken all of the input.
    case closedEarly
    /// The caller gave up, or the time was over.
    case stopped
    /// The side that failed: for the output, `.brokenPipe` means that nobody reads any more.
    case inputFailed(Errno)
    case outputFailed(Errno)
    case connectionFailed(Errno)
  }

  public var sent: UInt64 = 0
  public var received: UInt64 = 0
  public var duration = Duration.zero
  public var end = End.closed
}

extension Connection {
  /// Copies both ways, byte for byte, until both have ended: from `input` to the connection and
  /// from the connection to `output`. The end of the input closes the sending side alone, and a
  /// server that sends no more may go on reading; for an input that a person types, the server's end
  /// is the end (`endsWithServer`). Each direction holds at most 64 KiB; neither blocks the other.
  /// SIGPIPE must be ignored. Where it is to be held open, the end of the input closes nothing, and
  /// it ends when `limit` is over.
  public func pump(
    from input: Int32, to output: Int32, stop: Int32? = nil, endsWithServer: Bool = false,
    holdsOpen: Bool = false, atMost limit: Duration? = nil
  ) -> PumpTotals {
    let start = MonotonicInstant.now()
    var pump = Pump(connection: self, input: input, output: output)
    pump.endsWithServer = endsWithServer
    pump.holdsOpen = holdsOpen
    do throws(Pump.Failure) {
      pump.totals.end = try pump.run(stop: stop ?? -1, until: limit.map { start + $0 })
    } catch {
      pump.totals.end = error.end
    }
    pump.totals.duration = start.elapsed
    return pump.totals
  }
}

private struct Pump {
  struct Failure: Error {
    let end: PumpTotals.End
  }

  static let room = 65536

  let connection: Connection
  let input: Int32
  let output: Int32
  var endsWithServer = false
  var holdsOpen = false
  var totals = PumpTotals()
  private var upward = DirectionBuffer()
  private var downward = DirectionBuffer()

  init(connection: Connection, input: Int32, output: Int32) {
    self.connection = connection
    self.input = input
    self.output = output
  }

  /// One direction: bytes that were read and not yet written.
  struct DirectionBuffer {
    var bytes: [UInt8] = []
    var start = 0
    var hasEnded = false

    var isEmpty: Bool { start == bytes.count }
    /// Read again only when all was written: no bytes are moved about.
    var takesMore: Bool { isEmpty && !hasEnded }

    mutating func wrote(_ count: Int) {
      start += count
      if isEmpty {
        bytes.removeAll(keepingCapacity: true)
        start = 0
      }
    }
  }

  mutating func run(
    stop: Int32, until deadline: MonotonicInstant?
  ) throws(Failure) -> PumpTotals.End {
    var wasToldTheEnd = false
    var serverEndedFirst = false
    while true {
      if downward.hasEnded, downward.isEmpty {
        if wasToldTheEnd { return serverEndedFirst && wasReset ? .closedEarly : .closed }
        if endsWithServer || holdsOpen { return .closedEarly }
        serverEndedFirst = true
      }
      if upward.hasEnded, upward.isEmpty, !holdsOpen, !wasToldTheEnd {
        wasToldTheEnd = true
        try endSending()
        if serverEndedFirst { continue }
      }
      var set = PollSet()
      var socketEvents: PollEvents = downward.takesMore ? .readable : []
      if !upward.isEmpty { socketEvents.insert(.writable) }
      let places = (
        input: set.add(upward.takesMore ? input : -1),
        // Without events a hang-up that nobody may act on would be reported again and again. Once
        // the server sends no more, it tells that the server is gone altogether.
        socket: set.add(
          socketEvents.isEmpty && !serverEndedFirst ? -1 : connection.socket.rawValue, socketEvents),
        output: set.add(output, downward.isEmpty ? [] : .writable), stop: set.add(stop)
      )
      do throws(Errno) {
        if try set.wait(timeout: deadline.map { max(.zero, $0 - .now()) }) == 0 { return .stopped }
      } catch {
        throw Failure(end: .connectionFailed(error))
      }
      if !set[places.stop].isEmpty { return .stopped }
      // Also where there is always something to read.
      if let deadline, deadline <= .now() { return .stopped }
      if serverEndedFirst, set[places.socket].contains(.hangUp) { return .closedEarly }
      try moveUp(set[places.input], set[places.socket])
      try moveDown(set[places.socket], set[places.output])
    }
  }

  /// What can't be asked was no reset.
  private var wasReset: Bool { (try? connection.wasReset()) ?? false }

  private func endSending() throws(Failure) {
    do throws(Errno) {
      try connection.endSending()
    } catch {
      throw Failure(end: .connectionFailed(error))
    }
  }

  private mutating func moveUp(
    _ atInput: PollEvents, _ atSocket: PollEvents
  ) throws(Failure) {
    if !atInput.isEmpty {
      do throws(Errno) {
        let got = try FileDescriptor.read(input, appendingTo: &upward.bytes, atMost: Self.room)
        if got == 0 { upward.hasEnded = true }
      } catch {
        if error != .wouldBlock { throw Failure(end: .inputFailed(error)) }
      }
    }
    guard !upward.isEmpty, !atInput.isEmpty || !atSocket.isEmpty else { return }
    do throws(Errno) {
      let sent = try connection.socket.socket.send(upward.bytes.span.extracting(upward.start...))
      totals.sent += UInt64(sent)
      upward.wrote(sent)
    } catch {
      // The server had said that it sends no more: it had in fact gone.
      if downward.hasEnded, [.brokenPipe, .connectionReset].contains(error) {
        throw Failure(end: .closedEarly)
      }
      if error != .wouldBlock { throw Failure(end: .connectionFailed(error)) }
    }
  }

  private mutating func moveDown(
    _ atSocket: PollEvents, _ atOutput: PollEvents
  ) throws(Failure) {
    if !atSocket.isEmpty, downward.takesMore {
      do throws(Errno) {
        let got = try connection.socket.socket.receive(
          appendingTo: &downward.bytes, atMost: Self.room)
        if got == 0 { downward.hasEnded = true }
        totals.received += UInt64(got)
      } catch {
        if error != .wouldBlock { throw Failure(end: .connectionFailed(error)) }
      }
      return
    }
    if downward.isEmpty {
      // Nobody reads the output any more, and nothing is left to find it out by writing.
      if atOutput.contains(.error) { throw Failure(end: .outputFailed(.brokenPipe)) }
      return
    }
    guard !atOutput.isEmpty else { return }
    do throws(Errno) {
      let end = min(downward.bytes.count, downward.start + 4096)
      downward.wrote(
        try FileDescriptor.writeOnce(downward.bytes, downward.start..<end, to: output))
    } catch {
      if error != .wouldBlock { throw Failure(end: .outputFailed(error)) }
    }
  }
}
