internal import SocketModel

/// A message of a dump of sockets that are not the internet's.
public protocol SockDiagMessage: Sendable {
  /// Reads a message. All of it can be read, or nothing.
  init(in bytes: Span<UInt8>, at payload: Range<Int>) throws(MalformedMessage)

  var cookie: UInt64 { get }
  /// `SK_MEMINFO_…`, where it is in the bytes; nil where it was not asked for.
  var memory: Range<Int>? { get }
}

extension Span where Element == UInt8 {
  /// The words of a socket's memory (`SK_MEMINFO_RMEM_ALLOC`, `_WMEM_ALLOC`): what waits to be read, and
  /// what has yet to be taken.
  func queues(
    ofMemory value: Range<Int>
  ) throws(MalformedMessage) -> (receive: UInt32, send: UInt32) {
    guard value.count >= 12 else {
      throw MalformedMessage(at: value.lowerBound, .shortPayload(value.count))
    }
    return (uint32(at: value.lowerBound), uint32(at: value.lowerBound + 8))
  }
}

extension Span where Element == UInt8 {
  /// Makes sure that a message has its family's structure, of `size` bytes, of which the first is the family.
  func checkStructure(
    _ size: Int, of family: UInt8, at payload: Range<Int>
  ) throws(MalformedMessage) {
    let start = payload.lowerBound
    guard payload.count >= size else {
      throw MalformedMessage(at: start, .shortPayload(payload.count))
    }
    if self[start] != family { throw MalformedMessage(at: start, .family(self[start])) }
  }
}
