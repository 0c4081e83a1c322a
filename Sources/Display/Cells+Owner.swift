internal import SocketModel

extension Cells {
  /// `812/sshd`, `812/sshd (+4)`, `812/java (queued)`, `-` for nobody, `? (www-data)` for somebody
  /// that we may not see; empty where owners were not asked.
  func writeProcess(_ row: Int, to out: inout OutputSpan<UInt8>) -> Int {
    switch ownerStatus(row) {
    case .notAsked: return 0
    case .none:
      out.append(UInt8(ascii: "-"))
      return 1
    case .hidden: return writeHidden(row, to: &out)
    case .known: return writeOwner(owners[row], mark: nil, to: &out)
    case .queued: return writeOwner(owners[row], mark: "queued", to: &out)
    }
  }

  private func writeOwner(
    _ owner: RowOwner, mark: StaticASCII?, to out: inout OutputSpan<UInt8>
  ) -> Int {
    let start = out.count
    var surplus = 0
    if owner.pid == 0 {
      out.append(UInt8(ascii: "?"))
    } else {
      out.append(decimal: UInt64(UInt32(bitPattern: owner.pid)))
      if let name = owner.name {
        out.append(UInt8(ascii: "/"))
        let before = out.count
        let width = names.write(name, to: &out)
        surplus = out.count - before - width
      }
    }
    if owner.others > 0 || mark != nil {
      out.append(Self.opening)
      if owner.others > 0 {
        out.append(UInt8(ascii: "+"))
        out.append(decimal: UInt64(owner.others))
        if mark != nil { out.append(Self.comma) }
      }
      if let mark { out.append(mark) }
      out.append(UInt8(ascii: ")"))
    }
    return out.count - start - surplus
  }

  private static let opening: StaticASCII = " ("
  private static let comma: StaticASCII = ", "

  private func writeHidden(_ row: Int, to out: inout OutputSpan<UInt8>) -> Int {
    out.append(UInt8(ascii: "?"))
    let socket = listing[row].socket
    guard socket.uid != nil else { return 1 }
    out.append(Self.opening)
    let width = writeUser(socket, to: &out)
    out.append(UInt8(ascii: ")"))
    return width + 4
  }

  /// The user's name, or the number where it has none.
  func writeUser(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    guard let uid = socket.uid else { return writeAbsent(to: &out) }
    if let name = labels[.user(uid)] { return names.write(name, to: &out) }
    return write(number: UInt64(uid), to: &out)
  }
}
