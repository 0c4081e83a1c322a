internal import SocketModel

extension Cells {
  /// The local end. An IPv6 wildcard is `*` where IPv4 reaches it as well, `[::]` where it does not,
  /// and `[::]:443 (v4?)` where the source can't tell (/proc).
  func writeLocal(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    guard socket.isDualStackWildcard else {
      return writeEnd(socket.local, of: socket, zone: socket.interfaceKey, to: &out)
    }
    let isKnown = socket.v6Only == .no
    var width = 0
    if isKnown {
      out.append(UInt8(ascii: "*"))
      width = 1 + writeZone(socket.interfaceKey, to: &out)
    } else {
      width = writeAddress(socket.local, zone: socket.interfaceKey, to: &out)
    }
    width += writePort(socket.local.port, of: socket, to: &out)
    if !isKnown {
      out.append(Self.perhapsIPv4)
      width += Self.perhapsIPv4.count
    }
    return width
  }

  private static let perhapsIPv4: StaticASCII = " (v4?)"

  /// The remote end: `*:*` where it is not connected. A link-local address has the zone of the
  /// socket (RFC 4007).
  func writeRemote(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    let remote = socket.remote
    if remote.isUnspecified {
      out.append(UInt8(ascii: "*"))
      return 1 + writePort(remote.port, of: socket, to: &out)
    }
    let zone = remote.address?.isLinkLocal ?? false ? socket.interfaceKey : nil
    return writeEnd(remote, of: socket, zone: zone, to: &out)
  }

  @inline(__always)
  private func writeEnd(
    _ end: Endpoint, of socket: Socket, zone: InterfaceKey?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    var width: Int
    if hasHosts, let address = end.address, let host = hosts[address] {
      width = names.write(host, to: &out) + writeZone(zone, to: &out)
    } else {
      width = writeAddress(end, zone: zone, to: &out)
    }
    width += writePort(end.port, of: socket, to: &out)
    return width
  }

  /// The address, in brackets where it is IPv6, with its zone inside them.
  func writeAddress(
    _ end: Endpoint, zone: InterfaceKey?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    guard let address = end.address else { return writeAbsent(to: &out) }
    let start = out.count
    let isBracketed = address.family == .ipv6
    if isBracketed { out.append(UInt8(ascii: "[")) }
    address.write(to: &out)
    var width = out.count - start + writeZone(zone, to: &out)
    if isBracketed {
      out.append(UInt8(ascii: "]"))
      width += 1
    }
    return width
  }

  @inline(__always)
  private func writeZone(_ zone: InterfaceKey?, to out: inout OutputSpan<UInt8>) -> Int {
    guard let zone else { return 0 }
    return writeName(of: zone, to: &out)
  }

  private func writeName(of zone: InterfaceKey, to out: inout OutputSpan<UInt8>) -> Int {
    guard let name = labels[.interface(zone)] else { return 0 }
    out.append(UInt8(ascii: "%"))
    return 1 + names.write(name, to: &out)
  }

  @inline(__always)
  private func writePort(
    _ port: UInt16, of socket: Socket, to out: inout OutputSpan<UInt8>
  ) -> Int {
    let start = out.count
    out.append(UInt8(ascii: ":"))
    if port == 0 {
      out.append(UInt8(ascii: "*"))
    } else if let service = services.id(port, socket.kind) {
      return 1 + names.write(service, to: &out)
    } else {
      out.append(port: port)
    }
    return out.count - start
  }
}
