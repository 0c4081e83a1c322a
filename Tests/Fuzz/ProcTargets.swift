import KernelFormats
import SocketModel

/// /proc/net/tcp, udp, unix, packet and netlink, one of them for each input. In pieces as long as the first byte says,
/// the first two must hold the same rows as in one.
func fuzzProcTables(_ bytes: [UInt8]) {
  guard let size = bytes.first else { return }
  let text = Array(bytes.dropFirst())
  let lot = lot(bytes)
  switch lot % 6 {
  case 0:
    var unix = ProcNetUnix()
    unix.append(text.span)
    unix.finish()
  case 1:
    var lines = ProcNetLines(lot % 12 < 6 ? ProcNetPacket.row : ProcNetNetlink.row)
    lines.append(text.span)
    lines.finish()
  default:
    let kind = [SocketKind.tcp, .udp, .raw][text.count % 3]
    let order: ByteOrder = lot % 6 == 2 ? .big : .little
    let whole = rows(of: text, kind, order, piece: .max)
    require(whole == rows(of: text, kind, order, piece: Int(size) + 1), "pieces make no difference")
  }
}

private func rows(
  of text: [UInt8], _ kind: SocketKind, _ order: ByteOrder, piece: Int
) -> [Socket] {
  var table = ProcNetTable(kind, byteOrder: order, keepsTails: true)
  var rows: [Socket] = []
  var tails: [ProcNetTail] = []
  var (start, end) = (0, 0)
  repeat {
    end = piece < text.count - end ? end + piece : text.count
    let bytes = Array(text[start..<end])
    start += table.parse(bytes.span, isLast: end == text.count, into: &rows, tails: &tails)
  } while end < text.count
  require(rows.count == tails.count, "a row has a tail")
  for (row, tail) in zip(rows, tails) { _ = tail.attributes(of: row, for: .details) }
  return rows
}

/// The other files of /proc and what links say; all of them are tried on each input.
func fuzzProcFiles(_ bytes: [UInt8]) {
  _ = ProcStat(bytes.span)
  _ = ProcKinship(bytes.span)
  _ = ProcStatus.users(bytes.span)
  _ = ProcMount(at: "/proc", in: bytes.span)
  _ = FileNr.openFiles(bytes.span)
  _ = FdLink.socketInode(bytes.span)
  _ = FdLink.number(bytes.span, in: "net")
  _ = DockerConfig.name(in: bytes.span)
  var counts = SockStat()
  counts.add(bytes.span)
  counts.add(bytes.span)
  let name = ProcessName(name: bytes, command: bytes)
  _ = (name.program, ProcessName.joined(bytes), ProcessName.forwarding(bytes))
}
