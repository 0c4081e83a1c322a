import Display
import SocketModel
import SocketSources

/// What `--replay` reads, to all that is printed.
func fuzzRecording(_ bytes: [UInt8]) {
  do throws(SourceError) {
    let table = try Recording.replay(bytes.span, Query(protocols: .all, needs: .details))
    var builder = SnapshotBuilder()
    builder.table = table
    let snapshot = builder.frozen()
    // To print it costs ten times as much.
    if bytes.count % 8 == 0 { renderAll(snapshot) }
  } catch {
    require(!"\(error)".isEmpty, "an error has words")
  }
}

/// In every form, with everything that is known of a row.
func renderAll(_ snapshot: Snapshot) {
  var listing = Listing(snapshot, rows: (0..<snapshot.count).map(UInt32.init))
  let everything: Sections = [.timer, .extended, .internals, .memory]
  let columns = ColumnSet.standard().adding(all: everything)
  var ss = SSForm()
  (ss.showsTimers, ss.showsDetails, ss.showsInfo, ss.showsMemory) = (true, true, true, true)
  SSForm.sort(&listing)
  let renderers: [any ListingRenderer] = [
    Table(columns: columns, layout: .table), JSON(.lines, sections: everything), CSV(), ss,
    NetstatForm(), LsofForm(),
  ]
  for renderer in renderers {
    let rendering = renderer.rendering(listing)
    var row = 0
    while row < rendering.count {
      let piece = rendering.piece(row..<rendering.count)
      require(piece.nextRow > row, "rendering goes on")
      row = piece.nextRow
    }
  }
}
