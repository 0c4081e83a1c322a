import Arguments
import Glibc
import LinuxSystem

Signal.pipe.ignore()
exit(run(CommandLine.arguments).rawValue)
