import LinuxSystem
import SocketModel

/// The addresses of this host, read once.
struct OwnAddresses {
  private let addresses: Set<SocketAddress>

  init() { addresses = Host.addresses ?? [] }

  /// Whether a connection to it stays on this host. An unspecified address leads here as well.
  func contains(_ address: SocketAddress) -> Bool {
    let plain = address.endpoint.address.unmapped
    return plain.isLoopback || plain.isUnspecified
      || addresses.contains(SocketAddress(plain, 0, interface: address.interface))
  }
}
