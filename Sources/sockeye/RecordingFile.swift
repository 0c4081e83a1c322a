import Arguments
import Display
import LinuxSystem
import SocketModel

/// The file of `record`: what is written is there as a whole or not at all, and what had no room is said
/// when there is some again.
struct RecordingFile: ~Copyable {
  private let path: String
  /// Of one file: there are two at most.
  private let limit: Int
  private var file: AppendedFile
  /// Whether the next table must be whole: nothing in the file says what is there now.
  private(set) var wantsWhole = true
  private var needsStart = true
  /// Since when nothing could be written, and why.
  private var gap: (since: Timestamp, reason: String, looks: UInt64)?

  init(_ path: String, limit: Int) throws(ExitError) {
    self.path = path
    self.limit = limit / 2
    file = try Self.open(path)
  }

  private static func open(_ path: String) throws(ExitError) -> AppendedFile {
    var file = try appended(path)
    let mark = Array("{\"schema\":1,\"record\":\"start\"".utf8)
    let isOwn: Bool
    do throws(Errno) {
      // One that was killed at its first line has less of it.
      isOwn = mark.starts(with: try file.beginning(mark.count))
      if isOwn { try file.dropPartialLine() }
    } catch {
      throw ExitError(.unreadable, "can't write \(path): \(explained(error))")
    }
    if !isOwn {
      throw ExitError(
        .unreadable, "\(path) is no recording of sockeye record; name another file")
    }
    return file
  }

  private static func appended(_ path: String) throws(ExitError) -> AppendedFile {
    do throws(AppendedFile.Failure) {
      return try AppendedFile(of: path)
    } catch {
      switch error {
      case .locked:
        throw ExitError(.unreadable, "\(path) is being written by another sockeye record")
      case .file(let failure):
        throw ExitError(.unreadable, "can't write \(path): \(explained(failure))")
      }
    }
  }

  /// Whether so many bytes more are too many for one file.
  func isFull(with count: Int) -> Bool { file.size > 0 && file.size + count > limit }

  /// Writes the lines of a look; false where that failed. After a failure and in a new file it is the
  /// caller who makes the table a whole one.
  mutating func write(
    _ batch: [UInt8], start: [UInt8], lost: inout Int, at time: Timestamp
  ) -> Bool {
    var bytes: [UInt8] = []
    if needsStart { bytes += start }
    if let gap {
      var members = JSONMembers()
      members.append("since", gap.since.rfc3339)
      members.append("reason", gap.reason)
      members.append("looks", gap.looks)
      bytes += members.recordLine("gap", at: time)
    }
    if lost > 0 {
      var members = JSONMembers()
      members.append("connections", UInt64(lost))
      bytes += members.recordLine("lost", at: time)
    }
    bytes += batch
    do throws(Errno) {
      try file.append(bytes.span)
    } catch {
      note(error, at: time)
      return false
    }
    if gap != nil { Output.say("\(path) is written again") }
    (gap, lost, needsStart, wantsWhole) = (nil, 0, false, false)
    return true
  }

  private mutating func note(_ error: Errno, at time: Timestamp) {
    if gap == nil {
      Output.say("can't write \(path): \(explained(error)); it goes on when that is over")
    }
    gap = (gap?.since ?? time, gap?.reason ?? "\(error)", (gap?.looks ?? 0) + 1)
    wantsWhole = true
  }

  /// The file becomes `FILE.1`, in place of the one before, and a new one begins.
  mutating func rotate(at time: Timestamp) {
    end("rotated", at: time)
    do throws(Errno) {
      try file.rename(to: path + ".1")
    } catch {
      return note(error, at: time)
    }
    _ = openAgain(at: time)
  }

  /// Goes on in the file that has the name now, a new one where none has. False where there is none to be
  /// had: then the old one is written on.
  mutating func reopen(at time: Timestamp) -> Bool {
    end("reopened", at: time)
    if file.isNamed {
      (needsStart, wantsWhole) = (true, true)
      return true
    }
    return openAgain(at: time)
  }

  private mutating func openAgain(at time: Timestamp) -> Bool {
    do throws(ExitError) {
      file = try Self.open(path)
    } catch {
      if let message = error.message { Output.say(message + "; the old one is written on") }
      wantsWhole = true
      return false
    }
    (needsStart, wantsWhole) = (true, true)
    return true
  }

  private mutating func end(_ reason: String, at time: Timestamp) {
    var members = JSONMembers()
    members.append("reason", reason)
    try? file.append(members.recordLine("end", at: time).span)
  }

  /// The last lines.
  mutating func finish(_ rest: [UInt8], at time: Timestamp) {
    if gap == nil && !needsStart { try? file.append(rest.span) }
    end("stopped", at: time)
  }
}
