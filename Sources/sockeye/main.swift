import Arguments
import Glibc
import LinuxSystem

Signal.pipe.ignore()
exit(runSockeye(CommandLine.arguments).rawValue)
