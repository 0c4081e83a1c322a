/// Fields of raw, packet and netlink sockets.
extension Field.Definition {
  static var subprotocol: Self {
    Self(
      "subprotocol", .name, section: .special, example: "=icmp",
      help:
        "What a raw, packet or netlink socket speaks: icmp, all, arp, rtnl; a number without a name."
    ) { row, _ in Value(row.socket.subprotocolName) }
  }

  static var netlinkPort: Self {
    Self(
      "netlink_port", .number, ["port_id"], section: .special, title: "Netlink Port",
      example: "=0", help: "The port of a netlink socket: 0 for the kernel, else mostly a pid."
    ) { row, _ in Value(row.socket.netlinkPort) }
  }
}
