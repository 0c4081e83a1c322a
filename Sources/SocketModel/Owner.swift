/// A process that holds a socket, and through which of its descriptors.
public struct Owner: Hashable, Sendable {
  public let process: ProcessKey
  /// Empty for a connection that it has not accepted yet.
  public let descriptors: [Int32]

  public var pid: Int32 { process.pid }

  public init(_ process: ProcessKey, descriptors: [Int32]) {
    self.process = process
    self.descriptors = descriptors
  }

  public init(pid: Int32, descriptors: [Int32]) {
    self.init(ProcessKey(pid), descriptors: descriptors)
  }
}

/// A process of one snapshot. A pid may have gone to another process while a row of the one before
/// is still shown: the rows of both have their own process's name.
public struct ProcessKey: Hashable, Sendable {
  public let pid: Int32
  /// 0 for the process that the snapshot's own lookup saw; else which of those that had the pid before.
  let former: UInt32

  public init(_ pid: Int32) { self.init(pid, former: 0) }

  init(_ pid: Int32, former: UInt32) {
    self.pid = pid
    self.former = former
  }
}

extension ProcessKey: Comparable {
  public static func < (a: ProcessKey, b: ProcessKey) -> Bool {
    (a.pid, a.former) < (b.pid, b.former)
  }
}

/// What is known of a socket's owners. These are never mixed up: "nobody" and "somebody we may not
/// see" are different answers.
public enum OwnerStatus: UInt8, Sendable, CaseIterable {
  /// Owners were not looked up.
  case notAsked
  /// All that hold it were seen.
  case known
  /// Some that hold it were seen. Others, whom we may not see, may hold it as well.
  case partial
  /// Made by the kernel, not yet accepted: the owners are those of the listeners it waits at.
  case queued
  /// No process holds a descriptor of it, although it is a program's or the kernel's own: it is on its
  /// way between two processes (SCM_RIGHTS), registered with io_uring, in use by a call that outlives
  /// its descriptor, or was closed since it was read.
  case unheld
  /// The kernel's own, and that is proven: its end of netlink, or the socket of a tunnel's device.
  case kernel
  /// Certainly nobody's: the kernel alone keeps what is left of a connection.
  case none
  /// It has an owner that we may not see, or that came or went while we looked.
  case hidden

  /// As in JSON; nil, there `null`, where nobody asked.
  public var name: ShortText? { Self.names[Int(rawValue)] }

  private static let names: [ShortText?] = allCases.map { status in
    switch status {
    case .notAsked: nil
    case .known: "known"
    case .partial: "partial"
    case .queued: "queued"
    case .unheld: "unheld"
    case .kernel: "kernel"
    case .none: "none"
    case .hidden: "hidden"
    }
  }

  /// Whether somebody who was not seen may hold it.
  public var mayHaveOthers: Bool {
    switch self {
    case .partial, .hidden: true
    case .notAsked, .known, .queued, .unheld, .kernel, .none: false
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
  /// Nobody may not be seen, but processes came and went while we looked, and may have handed it on.
  case changing
}

extension HiddenCause {
  /// Whether every process was looked at but those that no right opens.
  public var isExceptional: Bool {
    switch self {
    case .refusing, .closed, .changing: true
    case .notPrivileged, .hidepid, .pidNamespace, .otherRoot: false
    }
  }
}
