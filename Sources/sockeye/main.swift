import Arguments
import Glibc
import LinuxSystem

StandardDescriptors.occupy()
Capabilities.lowerRaisedRights()
// Another tool dies of a closed pipe, and what it may be handed over to has every signal as it came.
if let code = runAsTool(Environment.arguments) { exit(code) }
Signal.pipe.ignore()
MemoryExhaustion.end(
  with: ExitCode.unreadable.rawValue,
  saying: "sockeye: memory ran out (see ulimit -v, or the memory.max of its control group)")
exit(runSockeye(Environment.arguments).rawValue)
