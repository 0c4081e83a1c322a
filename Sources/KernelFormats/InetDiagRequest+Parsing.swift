internal import SocketModel

extension InetDiagRequest {
  /// Reads a request back from a recording; nil for a message that is none. Attributes other than
  /// the bytecode are passed over.
  public init?(_ message: NetlinkMessage, in bytes: Span<UInt8>) throws(MalformedMessage) {
    guard message.flags.contains(.request),
      message.kind == .tcpSockets || message.kind == .socketsByFamily
    else { return nil }
    let payload = message.payload
    let size = message.kind == .tcpSockets ? Self.tcpSize : Self.byFamilySize
    guard payload.count >= size else {
      throw MalformedMessage(at: message.start, .shortPayload(payload.count))
    }
    let body = bytes.extracting(payload.lowerBound..<payload.lowerBound &+ size)
    if message.kind == .tcpSockets {
      self.init(.tcp, states: StateSet(rawValue: body.uint32(at: 52)), extensions: body[3])
    } else {
      guard let kind = SocketKind(ipProtocol: body[1]) else {
        throw MalformedMessage(at: message.start, .ipProtocol(body[1]))
      }
      guard body[0] == InetDiagMessage.inet || body[0] == InetDiagMessage.inet6 else {
        throw MalformedMessage(at: message.start, .family(body[0]))
      }
      self.init(
        .byFamily(kind, body[0] == InetDiagMessage.inet ? .ipv4 : .ipv6),
        states: StateSet(rawValue: body.uint32(at: 4)), extensions: body[2])
    }
    var attributes = NetlinkAttributes(payload.lowerBound + size..<payload.upperBound)
    while let attribute = try attributes.next(in: bytes) {
      if attribute.kind == Self.bytecodeAttribute { bytecode = attribute.value.map { bytes[$0] } }
    }
  }
}
