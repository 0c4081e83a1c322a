/// A process that holds a socket, and through which of its descriptors.
public struct Owner: Hashable, Sendable {
  public let pid: Int32
  public let descriptors: [Int32]

  public init(pid: Int32, descriptors: [Int32]) {
    self.pid = pid
    self.descriptors = descriptors
  }
}

/// What is known of a socket's owners. These are never mixed up: "nobody" and "somebody we may not
/// see" are different answers.
public enum OwnerStatus: UInt8, Sendable, CaseIterable {
  /// Owners were not looked up.
  case notAsked
  /// Somebody was seen holding it.
  case known
  /// Made by the kernel, not yet accepted: the owners are those of the listeners it waits at.
  case queued
  /// Certainly nobody's.
  case none
  /// It has an owner that we may not see.
  case hidden

  /// As in JSON; nil, there `null`, where nobody asked.
  public var name: ShortText? { Self.names[Int(rawValue)] }

  private static let names: [ShortText?] = allCases.map { status in
    switch status {
    case .notAsked: nil
    case .known: "known"
    case .queued: "queued"
    case .none: "none"
    case .hidden: "hidden"
    }
  }
}

/// Why owners are hidden, for the sentence that says so.
public enum HiddenCause: Hashable, Sendable {
  /// Other users' processes refuse: more rights are needed.
  case notPrivileged
  /// /proc is mounted with hidepid.
  case hidepid(Int)
  /// We are in a pid namespace of our own: the host's processes are not in our /proc.
  case pidNamespace
  /// As privileged as one can be, and yet this many processes refuse.
  case refusing(processes: Int)
  /// This many processes are closed to the kernel's own walk over open files as well.
  case closed(processes: Int)
  /// Another /proc than the running kernel's (`--proc-root`).
  case otherRoot
}

extension HiddenCause {
  /// Whether every process was looked at but those that no right opens.
  public var isExceptional: Bool {
    switch self {
    case .refusing, .closed: true
    case .notPrivileged, .hidepid, .pidNamespace, .otherRoot: false
    }
  }
}
