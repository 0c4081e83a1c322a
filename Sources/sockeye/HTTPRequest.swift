import LinuxSystem
import SocketModel

/// The head of one HTTP/1 request (RFC 9112), as far as one page needs it.
struct HTTPRequest {
  let method: String
  /// Without a query.
  let path: String

  /// Why there is none.
  enum Failure: Error {
    /// Nothing came, or not all of it in time.
    case timeout
    case tooLarge
    case malformed
    case closed
  }

  /// Its most common parts are some hundred bytes.
  private static let longest = 16_384

  /// Reads it, to the empty line at its end, in `timeout` at most.
  init(from descriptor: Int32, timeout: Duration) throws {
    let deadline = MonotonicInstant.now() + timeout
    var bytes: [UInt8] = []
    while !Self.isComplete(bytes) {
      if bytes.count > Self.longest { throw Failure.tooLarge }
      var input = PollSet()
      input.add(descriptor)
      if try input.wait(timeout: max(.zero, deadline - .now())) == 0 { throw Failure.timeout }
      if try FileDescriptor.read(descriptor, appendingTo: &bytes, atMost: 4096) == 0 {
        throw bytes.isEmpty ? Failure.closed : Failure.malformed
      }
    }
    let line = bytes.prefix { $0 != 13 && $0 != 10 }
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[1].first == 47 else {
      throw Failure.malformed
    }
    method = String(decoding: words[0], as: UTF8.self)
    path = String(decoding: words[1].prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
  }

  /// Whether there is an empty line; one that types by hand ends lines with a newline alone.
  private static func isComplete(_ bytes: [UInt8]) -> Bool {
    var isEmptyLine = false
    for byte in bytes {
      if byte == 10 {
        if isEmptyLine { return true }
        isEmptyLine = true
      } else if byte != 13 {
        isEmptyLine = false
      }
    }
    return false
  }
}

/// What is answered; the connection ends with it.
struct HTTPAnswer {
  let status: String
  var type = "text/plain; charset=utf-8"
  /// Further lines of the head.
  var fields: [String] = []
  let body: [UInt8]

  init(_ status: String, _ sentence: String) {
    self.status = status
    body = Array((sentence + "\n").utf8)
  }

  init(page: [UInt8], type: String) {
    status = "200 OK"
    self.type = type
    body = page
  }

  func bytes(withBody: Bool) -> [UInt8] {
    let head =
      ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.count)"]
      + fields + ["Connection: close", "", ""]
    return Array(head.joined(separator: "\r\n").utf8) + (withBody ? body : [])
  }
}
