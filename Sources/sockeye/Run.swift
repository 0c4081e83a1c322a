import Arguments
import LinuxSystem
import SocketFilter
import SocketSources

/// What was typed, then what it means: reads the command line, runs the verb, says what went wrong.
func runSockeye(_ arguments: [String]) -> ExitCode {
  // Swift reads the command line from /proc: without it nothing is known of what was asked.
  guard !arguments.isEmpty else {
    Output.say("can't read the command line: /proc is not mounted")
    return .unreadable
  }
  do {
    return try perform(
      Invocation(Array(arguments.dropFirst())), Array(arguments.dropFirst()))
  } catch let stop as ExitError {
    if let message = stop.message { Output.say(message) }
    return stop.code
  } catch let error as ArgumentError {
    Output.say("\(error)")
    return .wrongCommandLine
  } catch let error as FilterError {
    Output.say(lines: "\(error)")
    return error.isFailedLookup ? .unreadable : .wrongCommandLine
  } catch let error as SourceError {
    Output.say(explained(error))
    return .unreadable
  } catch let error as Errno {
    // What takes no descriptor is a thread.
    let words = error == .wouldBlock ? "no thread is left (see ulimit -u, pids.max)" : nil
    Output.say("refused by the kernel: \(words ?? explained(error))")
    return .unreadable
  } catch {
    Output.say("\(error)")
    return .unreadable
  }
}

private func perform(_ invocation: Invocation, _ arguments: [String]) throws -> ExitCode {
  if let name = invocation.namespace { try NetworkNamespaces.enter(name) }
  switch invocation.command {
  case .list(let options): return try ListCommand(options: options, arguments: arguments).run()
  case .stats(let options): return try StatsCommand(options: options, arguments: arguments).run()
  case .diff(let options): return try DiffCommand(options: options).run()
  case .record(let options): return try RecordCommand(options: options).run()
  case .metrics(let options): return try MetricsCommand(options: options).run()
  case .check(let options): return try CheckCommand(options: options, arguments: arguments).run()
  case .version:
    try Output.write("sockeye \(version)\n")
    return .answered
  case .close(let options):
    return try CloseCommand(options: options, arguments: arguments).run()
  case .kill(let options): return try KillCommand(options: options, arguments: arguments).run()
  case .serve(let options): return try ServeCommand(options: options).run()
  case .connect(let options): return try ConnectCommand(options: options).run()
  case .probe(let options): return try ProbeCommand(options: options).run()
  case .wait(let options): return try WaitCommand(options: options).run()
  case .why(let options):
    return try WhyCommand(options: options, arguments: arguments).run()
  case .demo(let options): return try DemoCommand(options: options).run()
  case .words(let words): return LiveWordsCommand(words: words).run()
  case .usage:
    try Output.write(Help.usage)
    return .answered
  case .help(let verb):
    try Output.write(Help.text(for: verb))
    return .answered
  case .man:
    try Output.write(ManualPage.text)
    return .answered
  case .completions(let shell):
    try Output.write(Completions.script(for: shell))
    return .answered
  case .watch(let options): return try WatchCommand(options: options).run()
  case .trace(let options): return try TraceCommand(options: options).run()
  }
}
