import Display
import LinuxSystem
import SocketModel

/// An error of socket(2), bind(2) or connect(2), with what is likely to be behind it.
func explained(_ error: Errno, at addresses: [SocketAddress] = []) -> String {
  if error == .tooManyFiles, let limit = FileLimit.current {
    return "\(error) (this process may open \(grouped(limit)), see ulimit -n)"
  }
  let lacksInterface = addresses.contains {
    $0.endpoint.address.isLinkLocal && $0.interface == 0
  }
  if error == .invalidArgument, lacksInterface {
    return "a link-local address needs its interface, e.g. [fe80::1%eth0]:80"
  }
  return "\(error)"
}
