internal import Glibc

/// An error number that the C library or the kernel returned (errno(3)).
public struct Errno: Error, RawRepresentable, Hashable, Sendable {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The calling thread's last error.
  static var last: Errno { Errno(rawValue: errno) }

  public static let notPermitted = Errno(rawValue: EPERM)
  public static let noSuchFile = Errno(rawValue: ENOENT)
  public static let noSuchProcess = Errno(rawValue: ESRCH)
  public static let interrupted = Errno(rawValue: EINTR)
  public static let wouldBlock = Errno(rawValue: EAGAIN)
  public static let accessDenied = Errno(rawValue: EACCES)
  public static let invalidArgument = Errno(rawValue: EINVAL)
  public static let tooManyFiles = Errno(rawValue: EMFILE)
  public static let tooManyFilesOnHost = Errno(rawValue: ENFILE)
  public static let brokenPipe = Errno(rawValue: EPIPE)
  public static let noSpace = Errno(rawValue: ENOSPC)
  public static let notDirectory = Errno(rawValue: ENOTDIR)
  public static let inProgress = Errno(rawValue: EINPROGRESS)
  public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
  public static let connectionReset = Errno(rawValue: ECONNRESET)
  public static let timedOut = Errno(rawValue: ETIMEDOUT)
  public static let hostUnreachable = Errno(rawValue: EHOSTUNREACH)
  public static let networkUnreachable = Errno(rawValue: ENETUNREACH)
  public static let addressInUse = Errno(rawValue: EADDRINUSE)
  public static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
  public static let familyNotSupported = Errno(rawValue: EAFNOSUPPORT)
  public static let protocolNotSupported = Errno(rawValue: EPROTONOSUPPORT)
  public static let notSupported = Errno(rawValue: EOPNOTSUPP)
  public static let noBufferSpace = Errno(rawValue: ENOBUFS)
  public static let notConnected = Errno(rawValue: ENOTCONN)
  public static let outOfMemory = Errno(rawValue: ENOMEM)
  public static let badDescriptor = Errno(rawValue: EBADF)
}

extension Errno: CustomStringConvertible {
  /// The C library's words (strerror_r(3)), such as `Permission denied`.
  public var description: String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard unsafe strerror_r(rawValue, &buffer, buffer.count) == 0 else {
      return "error \(rawValue)"
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// Calls until a signal no longer interrupts, and turns -1 into the error (signal(7)).
func retrying<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    if Errno.last != .interrupted { throw Errno.last }
  }
}
