import Foundation
import LinuxSystem
import Peers
import SocketModel
import Synchronization
import TestSupport
import Testing

struct PumpTests {
  @Test func everyByteComesBackAndTheEndToo() throws {
    let server = try RunningServer()
    let message = pattern(1_000_000, seed: 11) + [0, 255, 10, 13]
    let (input, output) = (Pipe(), Pipe())
    feed(message, to: input)
    let connection = try server.connect()
    let received = collect(output)
    let totals = connection.pump(
      from: input.fileHandleForReading.fileDescriptor,
      to: output.fileHandleForWriting.fileDescriptor)
    try output.fileHandleForWriting.close()
    #expect(received() == message)
    #expect(totals.end == .closed)
    #expect(totals.sent == UInt64(message.count))
    #expect(totals.received == UInt64(message.count))
  }

  @Test func aServerThatEndsEndsIt() throws {
    var options = RunningServer.options
    options.idleTimeout = .milliseconds(50)
    let server = try RunningServer(options: options)
    let (input, output) = (Pipe(), Pipe())
    let totals = try server.connect().pump(
      from: input.fileHandleForReading.fileDescriptor,
      to: output.fileHandleForWriting.fileDescriptor, endsWithServer: true)
    #expect(totals.end == .closedEarly)
  }

  // Of 5,000,000 bytes such a server got 65,536.
  @Test func aServerThatSendsNothingStillGetsAll() throws {
    let (connection, server) = try halfClosed()
    let message = pattern(5_000_000, seed: 5)
    let (input, output) = (Pipe(), Pipe())
    feed(message, to: input)
    let received = drain(server)
    let totals = connection.pump(
      from: input.fileHandleForReading.fileDescriptor,
      to: output.fileHandleForWriting.fileDescriptor)
    #expect(totals.end == .closed && totals.sent == UInt64(message.count))
    #expect(received() == message)
  }

  @Test func soItDoesOfAMessage() throws {
    let (connection, server) = try halfClosed()
    let message = pattern(3_000_000, seed: 6)
    let received = drain(server)
    let exchange = connection.exchange(message)
    #expect(exchange.end == .closed && exchange.sent == message.count)
    #expect(received() == message)
  }

  // It looked like a server that takes all and answers nothing.
  @Test func whoIsTurnedAwayCanTell() throws {
    var options = RunningServer.options
    options.maximumConnections = 0
    let server = try RunningServer(options: options)
    let (input, output) = (Pipe(), Pipe())
    feed([1, 2, 3], to: input)
    let connection = try server.connect()
    _ = try PollSet.wait(at: connection.socket.rawValue, .readable)
    _ = try PollSet.wait(at: input.fileHandleForReading.fileDescriptor, .readable)
    let totals = connection.pump(
      from: input.fileHandleForReading.fileDescriptor,
      to: output.fileHandleForWriting.fileDescriptor)
    #expect(totals.end == .closedEarly && totals.sent == 3 && totals.received == 0)
  }

  @Test func aClosedOutputIsSaid() throws {
    // Caught, not ignored: a program that another test runs meanwhile would inherit that.
    signal(SIGPIPE) { _ in }
    let server = try RunningServer()
    let (input, output) = (Pipe(), Pipe())
    try output.fileHandleForReading.close()
    let totals = try server.connect().pump(
      from: input.fileHandleForReading.fileDescriptor,
      to: output.fileHandleForWriting.fileDescriptor)
    #expect(totals.end == .outputFailed(.brokenPipe))
  }

  @Test func anInputThatCantBeReadIsSaid() throws {
    let server = try RunningServer()
    let directory = try FileDescriptor.open("/", [.directory])
    let output = Pipe()
    let totals = try server.connect().pump(
      from: directory.rawValue, to: output.fileHandleForWriting.fileDescriptor)
    // EISDIR
    #expect(totals.end == .inputFailed(Errno(rawValue: 21)))
  }

  @Test func theCallerMayGiveUp() throws {
    let server = try RunningServer()
    let stop = try EventDescriptor()
    stop.signal()
    let (input, output) = (Pipe(), Pipe())
    let totals = try server.connect().pump(
      from: input.fileHandleForReading.fileDescriptor,
      to: output.fileHandleForWriting.fileDescriptor, stop: stop.rawValue)
    #expect(totals.end == .stopped)
  }
}

private func feed(_ bytes: [UInt8], to pipe: Pipe) {
  let thread = Foundation.Thread {
    pipe.fileHandleForWriting.write(Data(bytes))
    try? pipe.fileHandleForWriting.close()
  }
  thread.start()
}

/// A connection whose server has said that it sends no more, and its server.
private func halfClosed() throws -> (Connection, Accepted) {
  let listener = try TCPSocket(.ipv4)
  try listener.socket.bind(to: SocketAddress(.loopback(.ipv4), 0))
  try listener.listen()
  let connection = try Connector().connect(to: [try listener.socket.localAddress()])
  _ = try PollSet.wait(at: listener.rawValue)
  let server = Accepted(try listener.accept())
  try server.socket.shutdown(.sending)
  _ = try PollSet.wait(at: connection.socket.rawValue)
  return (connection, server)
}

private final class Accepted: Sendable {
  let socket: TCPSocket
  init(_ socket: consuming TCPSocket) { self.socket = socket }
}

/// Receives to the end on a thread; the result waits for it.
private func drain(_ server: Accepted) -> () -> [UInt8] {
  let done = DispatchSemaphore(value: 0)
  let box = Box()
  let thread = Foundation.Thread {
    var bytes: [UInt8] = []
    while (try? PollSet.wait(at: server.socket.rawValue)) != nil {
      guard let got = try? server.socket.socket.receive(appendingTo: &bytes, atMost: 65536),
        got > 0
      else { break }
    }
    let received = bytes
    box.bytes.withLock { $0 = received }
    done.signal()
  }
  thread.start()
  return {
    done.wait()
    return box.bytes.withLock { $0 }
  }
}

/// Reads a pipe to its end on a thread; the result waits for it.
private func collect(_ pipe: Pipe) -> () -> [UInt8] {
  let done = DispatchSemaphore(value: 0)
  let box = Box()
  let thread = Foundation.Thread {
    let bytes = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
    box.bytes.withLock { $0 = bytes }
    done.signal()
  }
  thread.start()
  return {
    done.wait()
    return box.bytes.withLock { $0 }
  }
}

private final class Box: Sendable {
  let bytes = Mutex<[UInt8]>([])
}
