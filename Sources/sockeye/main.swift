import Arguments
import Glibc
import LinuxSystem

StandardDescriptors.occupy()
Signal.pipe.ignore()
exit(runSockeye(CommandLine.arguments).rawValue)
