import Arguments
import Display
import LinuxSystem
import Sockeye
import SocketModel
import SocketSources

/// `sockeye record FILE`: looks again and again, and writes down what changed.
struct RecordCommand {
  let options: RecordOptions

  func run() throws -> ExitCode {
    Signal.fileSize.ignore()
    let signals = try SignalDescriptor([.interrupt, .terminate, .hangUp])
    let timer = try TimerDescriptor()
    var recorder = try Recorder(options)
    try recorder.look()
    try timer.set(after: options.interval, every: options.interval)
    while true {
      var set = PollSet()
      let signalIndex = set.add(signals.rawValue)
      let timerIndex = set.add(timer.rawValue)
      let noticeIndex = set.add(recorder.descriptor)
      _ = try set.wait()
      if !set[noticeIndex].isEmpty { recorder.takeNotices() }
      if !set[signalIndex].isEmpty {
        while let signal = try signals.next() {
          if signal == .hangUp {
            try recorder.reopen()
          } else {
            recorder.finish()
            return .answered
          }
        }
      }
      if !set[timerIndex].isEmpty, try timer.expirations() > 0 { try recorder.look() }
    }
  }
}
