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
    render(snapshot, as: lot(bytes))
  } catch {
    require(!"\(error)".isEmpty, "an error has words")
  }
}

/// In one form, with everything that is known of a row. What is printed costs a hundred times as much as to read it,
/// so that a number chooses the form, and mostly none.
func render(_ snapshot: Snapshot, as number: Int) {
  var listing = Listing(snapshot, rows: (0..<snapshot.count).map(UInt32.init))
  let everything: Sections = [.timer, .extended, .internals, .memory]
  let renderer: any ListingRenderer
  switch number % 24 {
  case 0:
    renderer = Table(columns: ColumnSet.standard().adding(all: everything), layout: .table)
  case 1: renderer = JSON(.lines, sections: everything)
  case 2: renderer = CSV()
  case 3:
    var ss = SSForm()
    (ss.showsTimers, ss.showsDetails, ss.showsInfo, ss.showsMemory) = (true, true, true, true)
    SSForm.sort(&listing)
    renderer = ss
  case 4: renderer = NetstatForm()
  case 5: renderer = LsofForm()
  default: return
  }
  let rendering = renderer.rendering(listing)
  var row = 0
  while row < rendering.count {
    let piece = rendering.piece(row..<rendering.count)
    require(piece.nextRow > row, "rendering goes on")
    row = piece.nextRow
  }
}
