internal import Glibc
public import SocketModel

/// Names of IP protocols, as protocols(5) has them.
public enum IPProtocols {
  /// The names of those that raw sockets of a listing have.
  public static func names(ofRawIn listing: Listing) -> [UInt8: [UInt8]] {
    var names: [UInt8: [UInt8]] = [:]
    for row in listing where row.socket.kind == .raw {
      let number = row.socket.subprotocol
      if names[number] == nil { names[number] = name(number) }
    }
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
