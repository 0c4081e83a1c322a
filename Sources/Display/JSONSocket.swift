internal import SocketModel

/// One socket's fields in JSON, under the names and in the order of `Field.all`. What is unknown or
/// absent is null.
struct JSONSocket: Sendable {
  let listing: Listing
  let sections: Sections

  func appendFields(_ row: Int, to out: inout [UInt8]) {
    let position = Int(listing.rows[row])
    appendBasics(listing.snapshot.sockets[position], to: &out)
    appendOwners(position, to: &out)
    appendSections(position, to: &out)
  }

  private func appendBasics(_ socket: Socket, to out: inout [UInt8]) {
    out.append(key: "protocol")
    out.append(socket.transport == .tcp ? "\"tcp\"" : "\"udp\"")
    out.append(key: "family")
    out.append(socket.family == .ipv4 ? "\"ipv4\"" : "\"ipv6\"")
    out.append(key: "local_address")
    append(socket.local.address, to: &out)
    out.append(key: "local_port")
    out.append(decimal: UInt64(socket.local.port))
    out.append(key: "remote_address")
    append(socket.remote.address, to: &out)
    out.append(key: "remote_port")
    out.append(decimal: UInt64(socket.remote.port))
    out.append(key: "interface")
    let index = socket.interface
    out.append(jsonText: index == 0 ? nil : listing.snapshot.names.interfaces[index] ?? "\(index)")
    out.append(key: "state")
    out.append(UInt8(ascii: "\""))
    out.append(socket.state.name(socket.transport).map { "\($0)" } ?? "\(socket.state.rawValue)")
    out.append(UInt8(ascii: "\""))
    out.append(key: "recv_q")
    out.append(decimal: UInt64(socket.receiveQueue))
    out.append(key: "send_q")
    out.append(decimal: UInt64(socket.sendQueue))
    out.append(key: "uid")
    out.append(jsonNumber: socket.uid.map { UInt64($0) })
    out.append(key: "user")
    out.append(jsonText: socket.uid.flatMap { listing.snapshot.names.users[$0] })
    out.append(key: "inode")
    out.append(jsonNumber: socket.inode == 0 ? nil : socket.inode)
  }

  private func append(_ address: IPAddress, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    out.append(addingCapacity: IPAddress.maximumTextLength) { address.write(to: &$0) }
    out.append(UInt8(ascii: "\""))
  }

  private func appendOwners(_ position: Int, to out: inout [UInt8]) {
    let status = listing.snapshot.ownerStatus(position)
    out.append(key: "owner_status")
    out.append(jsonText: status.name)
    out.append(key: "owners")
    if status == .notAsked { return out.append("null") }
    out.append(UInt8(ascii: "["))
    for (index, owner) in listing.snapshot.owners(position).enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      append(owner, to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  private func append(_ owner: Owner, to out: inout [UInt8]) {
    let process = listing.snapshot.names.processes[owner.pid]
    out.append("{\"pid\":\(owner.pid)")
    out.append(key: "name")
    if let process { out.append(jsonBytes: process.name.span) } else { out.append("null") }
    out.append(key: "fds")
    append(list: owner.descriptors, to: &out) { $1.append("\($0)") }
    if sections.contains(.commands) {
      out.append(key: "command")
      if let command = process?.command {
        let arguments = (command.last == 0 ? command.dropLast() : command[...])
          .split(separator: 0, omittingEmptySubsequences: false)
        append(list: arguments, to: &out) { $1.append(jsonBytes: $0.span) }
      } else {
        out.append("null")
      }
    }
    out.append(UInt8(ascii: "}"))
  }

  private func append<Items: Sequence>(
    list items: Items, to out: inout [UInt8], _ append: (Items.Element, inout [UInt8]) -> Void
  ) {
    out.append(UInt8(ascii: "["))
    for (index, item) in items.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      append(item, &out)
    }
    out.append(UInt8(ascii: "]"))
  }
}
