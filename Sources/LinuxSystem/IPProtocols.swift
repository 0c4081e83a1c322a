internal import Glibc

/// Names of IP protocols, as protocols(5) has them.
public enum IPProtocols {
  /// Of some numbers those that have a name.
  public static func names(of numbers: Set<UInt8>) -> [UInt8: [UInt8]] {
    var names: [UInt8: [UInt8]] = [:]
    for number in numbers { names[number] = name(number) }
    return names
  }

  /// getprotobynumber_r(3); nil where it has none.
  static func name(_ number: UInt8) -> [UInt8]? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer -> [UInt8]? in
      guard let start = buffer.baseAddress else { return nil }
      var entry = unsafe protoent()
      var found: UnsafeMutablePointer<protoent>?
      let status = unsafe getprotobynumber_r(
        Int32(number), &entry, start, buffer.count, &found)
      return unsafe status == 0 && found != nil ? Array(String(rawCString: entry.p_name).utf8) : nil
    }
  }
}
