import SocketFilter
import SocketModel
import Watch

/// What is typed into the live view. 0xff is half a second in which nothing is, 0xfe another snapshot, 0xfd and
/// the two bytes that follow another size of the terminal.
func fuzzKeys(_ bytes: [UInt8]) {
  var state = WatchState(
    WatchSettings(Query(protocols: .all)), filter: .everything, text: ""
  ) { text throws(FilterError) in try Filter(parsing: text, names: FuzzNames()) }
  var parser = KeyParser()
  var size = ScreenSize(columns: 80, rows: 24)
  var second = 0
  func refresh() {
    second += 1
    state.update(SampleRows.few, answering: state.query, at: .seconds(second))
  }
  refresh()
  var rest = bytes[...]
  while let byte = rest.popFirst() {
    var keys: [Key] = []
    switch byte {
    case 0xff: keys = parser.timeout()
    case 0xfe: refresh()
    case 0xfd:
      size = ScreenSize(columns: Int(rest.popFirst() ?? 0), rows: Int(rest.popFirst() ?? 0))
    default: keys = parser.feed([byte].span)
    }
    for key in keys {
      _ = state.press(key)
      _ = state.takeAgreed()
    }
  }
  var writer = FrameWriter(hasColour: true)
  let frame = state.frame(size)
  require(frame.lines.count <= size.rows, "a frame fits its screen")
  _ = writer.bytes(for: frame)
}
