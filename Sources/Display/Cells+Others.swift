internal import SocketModel

/// The ends of raw, packet and netlink sockets.
extension Cells {
  /// `0.0.0.0:icmp`, `all:eth0`, `rtnl:812`.
  func writeOtherLocal(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    switch socket.kind.domain {
    case .internet:
      let width = writeAddressOnly(socket.local, zone: socket.interfaceKey, to: &out)
      return width + writeAfterColon(socket.subprotocolName, to: &out)
    case .link:
      let width = write(subprotocol: socket.subprotocolName, to: &out)
      out.append(UInt8(ascii: ":"))
      guard let key = socket.interfaceKey else {
        out.append(UInt8(ascii: "*"))
        return width + 2
      }
      guard let name = labels[.interface(key)] else {
        return width + 1 + write(number: UInt64(key.index), to: &out)
      }
      return width + 1 + names.write(name, to: &out)
    case .netlink:
      let width = write(subprotocol: socket.subprotocolName, to: &out)
      out.append(UInt8(ascii: ":"))
      return width + 1 + writeNetlinkPort(socket.local, to: &out)
    case .unix: return writeUnixName(socket.local, to: &out) ?? writeAbsent(to: &out)
    }
  }

  /// `*` where it is not connected.
  func writeOtherRemote(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    switch socket.remote.kind {
    case .ipv4, .ipv6:
      if !socket.remote.isUnspecified {
        return writeAddressOnly(socket.remote, zone: nil, to: &out)
      }
    case .netlink: return writeNetlinkPort(socket.remote, to: &out)
    case .none, .path, .abstract, .link: break
    }
    out.append(UInt8(ascii: "*"))
    return 1
  }

  private func write(subprotocol: ShortText?, to out: inout OutputSpan<UInt8>) -> Int {
    subprotocol.map { write(word: $0, to: &out) } ?? writeAbsent(to: &out)
  }

  private func writeAfterColon(_ word: ShortText?, to out: inout OutputSpan<UInt8>) -> Int {
    out.append(UInt8(ascii: ":"))
    return 1 + write(subprotocol: word, to: &out)
  }

  private func writeNetlinkPort(_ end: Endpoint, to out: inout OutputSpan<UInt8>) -> Int {
    let port = end.number ?? 0
    return port == 0 ? write(text: "kernel", to: &out) : write(number: port, to: &out)
  }
}

extension Socket {
  /// Whether its ends are more or less than an address and a port.
  var hasOtherEnds: Bool { !kind.isInternet || kind == .raw }
}
