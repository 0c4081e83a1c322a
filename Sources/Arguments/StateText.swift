import SocketModel

extension TCPState {
  /// What the state means (RFC 9293, section 3.3.2); empty for one that this program does not know.
  var explanation: String { Self.explanations[self] ?? "" }

  private static let explanations: [TCPState: String] = [
    .listening: "Waits for connections.",
    .bound: "Holds a port, and neither listens nor is connected; told by netlink alone.",
    .synSent: "Asked for a connection; nothing came back yet.",
    .synReceived: "Was asked for a connection and answered.",
    .established: "Connected; a UDP socket with a fixed other end too.",
    .finWait1: "Closed here; the other end did not confirm yet.",
    .finWait2: "Closed here and confirmed; the other end is still open.",
    .closeWait: "Closed by the other end; the program here did not close yet.",
    .closing: "Both ends closed at once.",
    .lastAck: "Closed here after the other end; the last confirmation is awaited.",
    .timeWait: "Closed; late packets are awaited for a minute. It has no owner.",
    .closed: "Not connected; UDP sockets show UNCONNECTED.",
  ]
}
