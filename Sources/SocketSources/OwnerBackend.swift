/// How owners are looked up.
public enum OwnerBackend: Sendable {
  /// A BPF iterator where that pays and works, else the links in /proc.
  case auto
  case proc
  case bpf
  case none
}
