public import SocketModel

/// The line in front of NDJSON that tells of the host what rows of other hosts are joined by: its
/// addresses and namespaces, and how much of it was seen. `fixtures/host.schema.json` describes it.
public struct HostRecord: Sendable {
  /// Of sockeye.
  public let version: String
  /// The running kernel's release; nil where it is not known.
  public let kernel: String?
  /// Whether root asked.
  public let isRoot: Bool

  public init(version: String, kernel: String?, isRoot: Bool) {
    self.version = version
    self.kernel = kernel
    self.isRoot = isRoot
  }

  public func bytes(_ listing: Listing) -> [UInt8] {
    let snapshot = listing.snapshot
    var out = Array("{\"schema\":1,\"kind\":\"host\"".utf8)
    out.append(originOf: snapshot)
    out.append(key: "incomplete")
    out.append(listing.isIncomplete ? "true" : "false")
    out.append(key: "undecided")
    out.append(jsonNumber: listing.undecided.map { UInt64($0) })
    out.append(key: "hidden_owners")
    out.append(jsonNumber: snapshot.asksOwners ? UInt64(listing.hiddenOwners) : nil)
    out.append(key: "sees_all_processes")
    out.append(snapshot.asksOwners ? snapshot.hiddenCause == nil ? "true" : "false" : "null")
    out.append(key: "asked_by_root")
    out.append(isRoot ? "true" : "false")
    out.append(key: "sockeye")
    out.append(jsonText: version)
    out.append(key: "kernel")
    out.append(jsonText: kernel)
    out.append(key: "namespaces")
    out.append(UInt8(ascii: "["))
    for (index, namespace) in snapshot.namespaces.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.append(UInt8(ascii: "{"))
      append(namespace, snapshot, to: &out)
      out.append(key: "addresses")
      let addresses = snapshot.addresses[UInt16(clamping: index)]?.sorted()
      let texts = addresses?.map { "\"\($0)\"" }
      out.append(texts.map { "[" + $0.joined(separator: ",") + "]" } ?? "null")
      out.append(UInt8(ascii: "}"))
    }
    out.append("]}\n")
    return out
  }

  private func append(_ namespace: NetworkNamespace, _ snapshot: Snapshot, to out: inout [UInt8]) {
    out.append(key: "netns")
    out.append(jsonNumber: namespace.inode)
    out.append(key: "netns_cookie")
    out.append(jsonNumber: namespace.cookie)
    out.append(key: "netns_name")
    out.append(jsonText: namespace.inode.flatMap { snapshot.names.namespaces[$0] })
  }
}
