import Arguments
import Glibc
import LinuxSystem

StandardDescriptors.occupy()
Signal.pipe.ignore()
exit(runSockeye(Environment.arguments).rawValue)
