import SocketModel

extension SocketKindSet {
  /// The options that list these kinds, as one types them: `-x -0 --netlink`.
  var option: String {
    let options: [(SocketKindSet, String)] = [
      (.tcp, "-t"), (.udp, "-u"), (.unix, "-x"), (.raw, "-w"), (.udpLite, "-U"), (.packet, "-0"),
      (.mptcp, "-M"), (.netlink, "--netlink"),
    ]
    return options.filter { !isDisjoint(with: $0.0) }.map(\.1).joined(separator: " ")
  }
}
