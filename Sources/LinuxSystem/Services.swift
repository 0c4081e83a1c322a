internal import Glibc
public import SocketModel

/// Names of ports, as services(5) has them.
public enum Services {
  /// The names of some ports: one by one, or in a pass over all services where that is cheaper.
  public static func names(of ports: Set<UInt16>, _ kinds: SocketKindSet) -> ServiceNames {
    if ports.count > fewPorts { return all() }
    var names = ServiceNames()
    for kind in SocketKind.internet where kinds.contains(kind) {
      for port in ports {
        if let name = name(port, kind) { names.add(name, port: port, kind) }
      }
    }
    return names
  }

  // A port without a name costs a pass over the file (70 microseconds, all of it 500).
  private static let fewPorts = 8

  /// getservbyport_r(3); nil where the port has no name.
  static func name(_ port: UInt16, _ kind: SocketKind) -> String? {
    unsafe lookup { entry, buffer, size, found in
      unsafe getservbyport_r(
        Int32(port.bigEndian), "\(kind.name)", entry, buffer, size, found)
    } read: { entry in
      unsafe String(rawCString: entry.s_name)
    }
  }

  /// The ports of a service name or alias in some protocols (getservbyname_r(3)); empty where there is none.
  public static func ports(
    named name: String, _ kinds: SocketKindSet = .all
  ) throws(Errno) -> Set<UInt16> {
    var ports: Set<UInt16> = []
    for kind in SocketKind.internet where kinds.contains(kind) {
      let (status, found): (Int32, UInt16?) = unsafe statusAndAnswer { entry, buffer, size, found in
        unsafe name.withRawCString {
          unsafe getservbyname_r($0, "\(kind.name)", entry, buffer, size, found)
        }
      } read: { entry in
        unsafe port(of: entry)
      }
      if let found {
        ports.insert(found)
      } else if status != 0 && status != ENOENT {
        throw Errno(rawValue: status)
      }
    }
    return ports
  }

  // The C library keeps one position in the list for the whole process.
  private static let position = Locked(())

  /// Every service with its aliases (getservent_r(3)).
  public static func all() -> ServiceNames {
    position.withLock { _ in
      var names = ServiceNames()
      setservent(1)
      defer { endservent() }
      while let (protocolName, port, aliases) = unsafe lookup(
        { entry, buffer, size, found in unsafe getservent_r(entry, buffer, size, found) },
        read: { unsafe (String(cString: $0.s_proto), port(of: $0), self.names(of: $0)) })
      {
        for kind in SocketKind.internet where "\(kind.name)" == protocolName {
          for name in aliases { names.add(name, port: port, kind) }
        }
      }
      return names
    }
  }

  private typealias Entry = UnsafeMutablePointer<servent>

  private static func lookup<Answer>(
    _ call: (Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Entry?>) -> Int32,
    read: (servent) -> Answer
  ) -> Answer? {
    unsafe statusAndAnswer(call, read: read).1
  }

  /// The call's error number, 0 also where there is no such entry.
  private static func statusAndAnswer<Answer>(
    _ call: (Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Entry?>) -> Int32,
    read: (servent) -> Answer
  ) -> (Int32, Answer?) {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) {
      buffer -> (Int32, Answer?) in
      guard let start = buffer.baseAddress else { return (ENOMEM, nil) }
      var entry = unsafe servent()
      var found: Entry?
      let status = unsafe call(&entry, start, buffer.count, &found)
      return unsafe (status, status == 0 && found != nil ? read(entry) : nil)
    }
  }

  private static func port(of entry: servent) -> UInt16 {
    unsafe UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.s_port))
  }

  private static func names(of entry: servent) -> [String] {
    var names = unsafe [String(rawCString: entry.s_name)]
    var alias = unsafe entry.s_aliases
    while let name = unsafe alias?.pointee {
      names.append(unsafe String(rawCString: name))
      unsafe alias = alias?.successor()
    }
    return names
  }
}
