import Display
import KernelFormats
import SocketModel
import SocketSources

/// JSON of anybody: a value or a place where it stops being one.
func fuzzJSON(_ bytes: [UInt8]) {
  do throws(MalformedJSON) {
    let value = try JSONParser.value(of: bytes)
    let members = try? JSONParser.members(of: bytes, in: 0..<bytes.count, upTo: "protocol")
    for (key, member) in members ?? [:] {
      require(value.members?[key] == member, "a part of an object is as in the whole")
    }
  } catch {
    require((0...bytes.count).contains(error.offset), "a place is inside")
  }
}

/// What `--from` reads, and what is written of it: the same is read again.
func fuzzSaved(_ bytes: [UInt8]) {
  guard SavedFile.mayBe(bytes), let file = try? SavedFile(bytes) else { return }
  let lot = lot(bytes)
  let index = lot % file.samples.count
  let snapshot = file.snapshot(index, since: lot % (index + 1))
  render(snapshot, as: lot)
  if let time = file.samples[index].time { _ = file.nearest(to: time) }
  if lot % 4 == 0 { require(!SavedTables(file, from: 0).isAtEnd, "there is a table") }
  if lot % 4 == 1 { requireSameAgain(file.snapshot(index)) }
}

private func requireSameAgain(_ snapshot: Snapshot) {
  let written = lines(snapshot)
  if written.isEmpty { return }
  guard let again = try? SavedFile(written), again.samples.count == 1 else {
    return require(false, "what is written is a table: \(String(decoding: written, as: UTF8.self))")
  }
  let rewritten = lines(again.snapshot(0))
  require(
    rewritten == written,
    "\(String(decoding: written, as: UTF8.self)) is read again as \(String(decoding: rewritten, as: UTF8.self))"
  )
}

private func lines(_ snapshot: Snapshot) -> [UInt8] {
  var out: [UInt8] = []
  let sections: Sections = [.timer, .extended, .internals, .memory, .identity, .namespace, .unix]
  JSON(.lines, sections: sections, isSorted: true)
    .rendering(Listing(snapshot, rows: (0..<snapshot.count).map(UInt32.init)))
    .write { piece in for index in piece.indices { out.append(piece[index]) } }
  return out
}

/// Two files with 0xff between them, which is nowhere in UTF-8, and what changed from one to the other.
func fuzzDiff(_ bytes: [UInt8]) {
  let files = bytes.split(separator: 0xff, maxSplits: 1).compactMap { try? SavedFile(Array($0)) }
  guard let one = files.first.map(listing), let other = files.last.map(listing) else { return }
  let lot = lot(bytes)
  compare(one, other, onlyListening: lot % 2 == 0)
  if lot % 4 == 0 { compare(other, one, onlyListening: lot % 8 == 0) }
  require(
    ListingDifference(from: one, to: one, onlyListening: false).isEmpty,
    "nothing differs from itself")
}

private func listing(_ file: SavedFile) -> Listing {
  let snapshot = file.snapshot(file.samples.count - 1)
  return Listing(snapshot, rows: (0..<snapshot.count).map(UInt32.init))
}

private func compare(_ older: Listing, _ newer: Listing, onlyListening: Bool) {
  let difference = ListingDifference(from: older, to: newer, onlyListening: onlyListening)
  let report = DifferenceReport(difference, from: older, to: newer)
  let text = report.text(.none)
  require(isHarmless(text), "a terminal is safe from names")
  require(text.count { $0 == 10 } == difference.changes.count, "a change is a line")
  let document = try? JSONParser.value(of: report.json()).members
  require(
    document?["changes"]?.list?.count == difference.changes.count, "every change is in the JSON")
}

/// Whether text for a terminal has no control character but the ends of its lines.
func isHarmless(_ text: [UInt8]) -> Bool { text.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 10 } }
