public import SocketModel

/// A request for a dump of sockets, as a netlink message (include/uapi/linux/inet_diag.h,
/// sock_diag(7)).
public struct InetDiagRequest: Hashable, Sendable {
  public enum Form: Hashable, Sendable {
    /// `TCPDIAG_GETSOCK` with `struct inet_diag_req`: TCP of both families in one walk.
    case tcp
    /// `SOCK_DIAG_BY_FAMILY` with `struct inet_diag_req_v2`.
    case byFamily(SocketKind, IPAddress.Family)
  }

  public var form: Form
  /// The states to dump: bit n is state n.
  public var states: StateSet
  /// Bit `kind - 1` asks for an attribute.
  public var extensions: UInt8
  /// `INET_DIAG_REQ_BYTECODE`; empty for none.
  public var bytecode: [UInt8]

  public init(
    _ form: Form, states: StateSet = .all, extensions: UInt8 = 0, bytecode: [UInt8] = []
  ) {
    self.form = form
    self.states = states
    self.extensions = extensions
    self.bytecode = bytecode
  }

  public var socketKind: SocketKind {
    switch form {
    case .tcp: .tcp
    case .byFamily(let kind, _): kind
    }
  }

  /// `struct inet_diag_req` and `struct inet_diag_req_v2`.
  static let tcpSize = 60
  static let byFamilySize = 56
  /// `INET_DIAG_REQ_BYTECODE`.
  static let bytecodeAttribute: UInt16 = 1
  /// `INET_DIAG_REQ_PROTOCOL`: a protocol whose number does not fit into the structure's byte.
  static let protocolAttribute: UInt16 = 3
}

extension InetDiagRequest {
  /// The `idiag_ext` bits that a query's needs take: bit n asks for kind n + 1, up to kind 7. Kind
  /// 8 and those beyond come of themselves.
  public static func extensions(for needs: Projection, of kind: SocketKind = .tcp) -> UInt8 {
    let asked = needs.contains(.traffic) ? needs.union(.tcpInfo) : needs
    // MPTCP's is another structure of the same kind (`struct mptcp_info`).
    let told = kind == .mptcp ? asked.subtracting(.tcpInfo) : asked
    return UInt8(truncatingIfNeeded: told.attributes >> 1) & 0x7f
  }

  /// The whole message, to be sent. The bytecode is no longer than an attribute can be.
  public func message(sequence: UInt32) -> [UInt8] {
    let attribute = bytecode.isEmpty ? 0 : NetlinkAttribute.headerSize + bytecode.count
    let number = protocolBeyondByte
    let length = NetlinkMessage.headerSize + size + attribute + (number == nil ? 0 : 8)
    return [UInt8](capacity: length) { out in
      out.append(native: UInt32(truncatingIfNeeded: length))
      out.append(native: kind.rawValue)
      out.append(native: NetlinkMessage.Flags([.request, .dump]).rawValue)
      out.append(native: sequence)
      out.append(native: UInt32(0))
      appendBody(to: &out)
      if let number {
        out.append(native: UInt16(8))
        out.append(native: Self.protocolAttribute)
        out.append(native: UInt32(number))
      }
      if bytecode.isEmpty { return }
      out.append(native: UInt16(truncatingIfNeeded: attribute))
      out.append(native: Self.bytecodeAttribute)
      for byte in bytecode { out.append(byte) }
    }
  }

  private var protocolBeyondByte: UInt16? {
    socketKind.ipProtocol.flatMap { $0 > UInt8.max ? $0 : nil }
  }

  private var size: Int { form == .tcp ? Self.tcpSize : Self.byFamilySize }

  private var kind: NetlinkMessage.Kind { form == .tcp ? .tcpSockets : .socketsByFamily }

  private func appendBody(to out: inout OutputSpan<UInt8>) {
    switch form {
    case .tcp:
      for byte in [0, 0, 0, extensions] { out.append(byte) }
      Self.appendAnySocket(to: &out)
      out.append(native: states.rawValue)
      out.append(native: UInt32(0))
    case .byFamily(let socketKind, let family):
      let number = family == .ipv4 ? InetDiagMessage.inet : InetDiagMessage.inet6
      let ipProtocol = UInt8(truncatingIfNeeded: socketKind.ipProtocol ?? 0)
      // The last byte names one protocol of raw sockets where one socket alone is asked for.
      for byte in [number, ipProtocol, extensions, 0] { out.append(byte) }
      out.append(native: states.rawValue)
      Self.appendAnySocket(to: &out)
    }
  }

  /// `struct inet_diag_sockid`, of which nothing is asked.
  private static func appendAnySocket(to out: inout OutputSpan<UInt8>) {
    for _ in 0..<48 { out.append(0) }
  }
}

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
      guard let kind = SocketKind(ipProtocol: UInt16(body[1])) else {
        throw MalformedMessage(at: message.start, .ipProtocol(UInt32(body[1])))
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
      if attribute.kind == Self.protocolAttribute, attribute.value.count >= 4,
        case .byFamily(_, let family) = form
      {
        let number = bytes.uint32(at: attribute.value.lowerBound)
        guard let kind = UInt16(exactly: number).flatMap(SocketKind.init(ipProtocol:)) else {
          throw MalformedMessage(at: attribute.value.lowerBound, .ipProtocol(number))
        }
        form = .byFamily(kind, family)
      }
    }
  }
}
