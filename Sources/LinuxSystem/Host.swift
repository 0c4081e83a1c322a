internal import Glibc

/// What this host and its network interfaces are called.
public enum Host {
  /// gethostname(2).
  public static var name: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(rawCString: buffer)
  }

  /// if_indextoname(3); nil where no interface has this index.
  public static func interfaceName(_ index: UInt32) throws(Errno) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
    guard unsafe if_indextoname(index, &buffer) != nil else { return try expectNone() }
    return String(rawCString: buffer)
  }

  /// if_nametoindex(3); nil where no interface has this name.
  public static func interfaceIndex(_ name: String) throws(Errno) -> UInt32? {
    let index = unsafe name.withRawCString { unsafe if_nametoindex($0) }
    return index == 0 ? try expectNone() : index
  }

  /// Both calls ask over a socket of their own: where there is none to be had, the error number that
  /// they leave is that of their last try to get one.
  private static func expectNone<Answer>() throws(Errno) -> Answer? {
    let error = Errno.last
    if error.rawValue == ENODEV || error.rawValue == ENXIO { return nil }
    _ = try FileDescriptor.open("/")
    throw error
  }

  /// All interfaces (if_nameindex(3)).
  public static var interfaceNames: [String] {
    guard let list = unsafe if_nameindex() else { return [] }
    defer { unsafe if_freenameindex(list) }
    var names: [String] = []
    var entry = unsafe list
    while let name = unsafe entry.pointee.if_name {
      names.append(unsafe String(rawCString: name))
      unsafe entry += 1
    }
    return names
  }

  /// The release of the running kernel, as in `6.12.48+deb13-amd64`; nil where /proc does not tell.
  public static var kernel: String? {
    guard let text = try? FileDescriptor.contents(of: "/proc/sys/kernel/osrelease", chunk: 128)
    else { return nil }
    return String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
