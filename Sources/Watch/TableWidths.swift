internal import SocketModel

/// How wide columns have been on this screen: they grow with their content and do not shrink, so
/// that nothing jumps.
struct TableWidths: Sendable {
  var size: ScreenSize?
  var local = 13
  var remote = 15
  var state = 11
  var queue = 5
  /// Of the columns that rows are filtered or sorted by.
  var fields: [Field: Int] = [:]
  var proto = 5
  /// Whether there were rows of another protocol than TCP.
  var hasUDP = false
  var headerLines = 1

  init(size: ScreenSize? = nil) { self.size = size }
}
