import Foundation
import Glibc

/// The built command, run as a user runs it.
public enum Program {
  /// What a program left behind.
  public struct Outcome: Sendable {
    public let status: Int32
    public let output: String
    public let errors: String

    /// The output's lines without the last line's end.
    public var lines: [Substring] {
      output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }
  }

  /// The path of the `sockeye` that was built beside these tests.
  public static var sockeye: String {
    let tests = CommandLine.arguments[0]
    let directory = tests.split(separator: "/").dropLast().joined(separator: "/")
    let path = "/" + directory + "/sockeye"
    return FileManager.default.isExecutableFile(atPath: path)
      ? path : fixturePath("../.build/debug/sockeye")
  }

  /// Whether the tests, and so the program, are built with the address or the thread sanitizer.
  public static var isSanitized: Bool {
    unsafe dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
  }

  /// Runs sockeye with these arguments.
  public static func run(_ arguments: String..., environment: [String: String] = [:]) throws
    -> Outcome
  {
    try run([sockeye] + arguments, environment: environment)
  }

  /// Runs a shell command line; `$SOCKEYE` is the built binary.
  public static func shell(_ script: String) throws -> Outcome {
    try run(["/bin/sh", "-c", script], environment: ["SOCKEYE": sockeye])
  }

  /// Runs any program to its end and reads all that it writes.
  public static func run(_ arguments: [String], environment: [String: String] = [:]) throws
    -> Outcome
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    let gone = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in gone.signal() }
    try process.run()
    nonisolated(unsafe) var errorBytes = Data()
    let reading = DispatchQueue(label: "standard error")
    reading.async { unsafe errorBytes = errors.fileHandleForReading.readDataToEndOfFile() }
    let outputBytes = output.fileHandleForReading.readDataToEndOfFile()
    reading.sync {}
    gone.wait()
    // They are kept for longer than this lasts; Foundation reads past its buffer where a process has 1,365 files.
    for pipe in [output, errors] {
      try? pipe.fileHandleForReading.close()
      try? pipe.fileHandleForWriting.close()
    }
    return Outcome(
      status: process.terminationStatus, output: String(decoding: outputBytes, as: UTF8.self),
      errors: unsafe String(decoding: errorBytes, as: UTF8.self))
  }
}
