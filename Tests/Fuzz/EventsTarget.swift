import Display
import KernelFormats
import SocketModel

/// The records that trace's programs write: what is told of each event, both ends together, in every form.
func fuzzEvents(_ bytes: [UInt8]) {
  var pairing = EventPairing()
  var summary = EventSummary()
  var start = 0
  while start < bytes.count {
    let end = min(start + BPFConnectionRecord.size, bytes.count)
    let record = Array(bytes[start..<end])
    start = end
    guard let event = BPFConnectionRecord.decode(record.span) else { continue }
    summary.add(event)
    pairing.add(event, mayHavePeer: record[0] % 4 > 0)
  }
  var events: [ConnectionEvent] = []
  var peers: [Int?] = []
  for pair in pairing.take(at: nil) {
    let first = events.count
    events.append(pair.event)
    if let peer = pair.peer { events.append(peer) }
    peers += pair.peer == nil ? [nil] : [first + 1, first]
  }
  require(pairing.isEmpty, "all are taken")
  let snapshot = SnapshotBuilder(
    time: .epoch, host: "host", events: events, peers: peers,
    namespaces: NetworkNamespace(inode: 4_026_531_840)
  ).frozen()
  let listing = Listing(snapshot, rows: (0..<snapshot.count).map(UInt32.init))
  let times = listing.map { _ in Timestamp.epoch }
  switch lot(bytes) % 4 {
  case 0:
    let text = EventText(secondsFromUTC: 3600)
    for row in listing {
      require(isHarmless(Array(text.line(row, at: .epoch).utf8)), "text is safe")
    }
    _ = summary.text()
  case 1:
    let lines =
      EventForms(.ndjson).lines(listing, at: times, isIncomplete: false)
      + summary.lines(.ndjson, [:])
    for line in lines.split(separator: 10) {
      require((try? JSONParser.value(of: Array(line))) != nil, "a line is JSON")
    }
  case 2:
    _ = EventForms(.csv).lines(listing, at: times, isIncomplete: false)
    _ = summary.lines(.csv, [:])
  default: render(snapshot, as: lot(bytes) / 4)
  }
}
