import Arguments
import Glibc
import LinuxSystem

StandardDescriptors.occupy()
// Another tool dies of a closed pipe, and what it may be handed over to has every signal as it came.
if let code = runAsTool(Environment.arguments) { exit(code) }
Signal.pipe.ignore()
exit(runSockeye(Environment.arguments).rawValue)
