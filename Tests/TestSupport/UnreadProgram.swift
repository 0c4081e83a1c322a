import CLinux
import Foundation
import Glibc

/// The built command with its output in a small pipe, which is read on request alone.
public final class UnreadProgram {
  private let process = Process()
  private let output = Pipe()
  /// Foundation closes its own when the program runs.
  private let writing: Int32
  private let gone = DispatchSemaphore(value: 0)

  // F_SETPIPE_SZ, which Glibc's module map leaves out.
  private static let setPipeSize: Int32 = 1031

  public init(_ arguments: String...) throws {
    writing = dup(output.fileHandleForWriting.fileDescriptor)
    // Two pages: poll(2) calls it writable until the second is begun.
    _ = fcntl(writing, Self.setPipeSize, 8192)
    process.executableURL = URL(fileURLWithPath: Program.sockeye)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    let gone = gone
    process.terminationHandler = { _ in gone.signal() }
    try process.run()
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    close(writing)
  }

  /// The first line that it writes.
  public func readLine() -> String {
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n"),
      let byte = output.fileHandleForReading.readData(ofLength: 1).first
    {
      line.append(byte)
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// What is in the pipe.
  public var unread: String {
    let descriptor = output.fileHandleForReading.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let got = unsafe read(descriptor, &buffer, buffer.count), got > 0 {
      bytes += buffer.prefix(got)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public var pipeIsFull: Bool {
    var entry = pollfd(fd: writing, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&entry, 1, 0) == 0
  }

  /// The exit status, or the number of the signal that ended it; nil where it does not end.
  public func status(after signal: Int32) -> Int32? {
    kill(process.processIdentifier, signal)
    guard gone.wait(timeout: .now() + 60) == .success else { return nil }
    return process.terminationStatus
  }
}
