import SocketModel

extension TCPState {
  /// What the state means (RFC 9293, section 3.3.2).
  var explanation: String {
    switch self {
    case .listening: "Waits for connections."
    case .bound: "Holds a port, and neither listens nor is connected; told by netlink alone."
    case .synSent: "Asked for a connection; nothing came back yet."
    case .synReceived: "Was asked for a connection and answered."
    case .established: "Connected; a UDP socket with a fixed other end too."
    case .finWait1: "Closed here; the other end did not confirm yet."
    case .finWait2: "Closed here and confirmed; the other end is still open."
    case .closeWait: "Closed by the other end; the program here did not close yet."
    case .closing: "Both ends closed at once."
    case .lastAck: "Closed here after the other end; the last confirmation is awaited."
    case .timeWait: "Closed; late packets are awaited for a minute. It has no owner."
    case .closed: "Not connected; UDP sockets show UNCONNECTED."
    default: ""
    }
  }
}
