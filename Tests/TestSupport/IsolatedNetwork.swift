import Foundation
import Glibc
import LinuxSystem
import Synchronization

// unshare(2) is declared under _GNU_SOURCE alone.
@_silgen_name("unshare")
private func unshare(_ flags: Int32) -> Int32

/// A network namespace of a test's own: interfaces, routes, firewall rules and sockets that touch
/// nothing else. It is gone when the last reference and the last socket in it are.
public final class IsolatedNetwork: Sendable {
  private let descriptor: FileDescriptor

  /// A path that `ip link … netns` and `nsenter --net=` take.
  public let path: String

  private init() throws {
    descriptor = try FileDescriptor.open("/proc/thread-self/ns/net")
    path = "/proc/\(getpid())/fd/\(descriptor.rawValue)"
  }

  /// Makes a new namespace and moves the calling thread into it: sockets that it opens from now on
  /// are there. Only for a thread made by `onThreadOfItsOwn`; the last one made is where it stays.
  public static func enterNew() throws -> IsolatedNetwork {
    // CLONE_NEWNET
    guard unshare(0x4000_0000) == 0 else { throw Errno(rawValue: errno) }
    let namespace = try IsolatedNetwork()
    try namespace.run("ip link set lo up")
    return namespace
  }

  /// Runs shell commands, without single quotes, in it; throws what they wrote where one fails.
  public func run(_ script: String) throws {
    // Foundation's Process waits on a run loop, which never ends on a thread of another namespace.
    let command = "nsenter --net=\(path) sh -e -c '\(script)' 2>&1"
    guard let stream = unsafe popen(command, "r") else { throw Errno(rawValue: errno) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let got = unsafe fread(&buffer, 1, buffer.count, stream), got > 0 {
      output += buffer.prefix(got)
    }
    if unsafe pclose(stream) != 0 {
      throw CommandFailure(command: script, output: String(decoding: output, as: UTF8.self))
    }
  }

  public struct CommandFailure: Error {
    public let command: String
    public let output: String
  }

  /// Whether tests may make namespaces: root, iproute2, nftables, and a kernel that lets us.
  public static let isAvailable: Bool = {
    let tools = ["/usr/bin/nsenter", "/usr/sbin/nft", "/usr/sbin/ip"]
    guard geteuid() == 0, tools.allSatisfy({ unsafe access($0, X_OK) == 0 }) else { return false }
    return (try? onThreadOfItsOwn { try enterNew().run("nft list ruleset") }) != nil
  }()

  public static let neededFor: String = "needs root, iproute2, nftables and network namespaces"
}

/// Runs a test's body on a thread that nothing else uses, and waits for it.
public func onThreadOfItsOwn<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) throws -> Value {
  let done = DispatchSemaphore(value: 0)
  let box = ResultBox<Value>()
  let thread = Foundation.Thread {
    box.set(Result { try body() })
    done.signal()
  }
  thread.start()
  done.wait()
  return try box.get()
}

private final class ResultBox<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

  func get() throws -> Value {
    guard let value = result.withLock({ $0 }) else { throw Errno.timedOut }
    return try value.get()
  }
}
