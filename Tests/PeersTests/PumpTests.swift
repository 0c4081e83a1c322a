import Foundation
import LinuxSystem
import Peers
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
      to: output.fileHandleForWriting.fileDescriptor)
    #expect(totals.end == .closedEarly)
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
    Signal.pipe.ignore()
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
