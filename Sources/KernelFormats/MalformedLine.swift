/// A line of a kernel table that is not a row: where, and the text that could not be read.
public struct MalformedLine: Hashable, Sendable {
  /// The columns by the names of the kernel's own header.
  public enum Column: String, Sendable {
    case sl
    case localAddress = "local_address"
    case remoteAddress = "rem_address"
    case state = "st"
    case queues = "tx_queue:rx_queue"
    case timer = "tr:tm->when"
    case retransmits = "retrnsmt"
    case uid
    case timeout
    case inode
  }

  /// From 1.
  public let line: Int
  public let column: Column
  /// The column's text, at most `textLimit` bytes; empty where the line ends before it.
  public let text: [UInt8]

  public static let textLimit = 40
}

/// How many lines of a file were malformed, and the first of them.
public struct MalformedLines: Hashable, Sendable {
  public private(set) var count = 0
  public private(set) var first: [MalformedLine] = []

  /// So many are kept: a file of nothing but bad lines must not fill the memory.
  public static let kept = 3

  mutating func add(_ line: @autoclosure () -> MalformedLine) {
    count += 1
    if first.count < Self.kept { first.append(line()) }
  }
}
