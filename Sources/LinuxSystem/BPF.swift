internal import CLinux
internal import Glibc

/// Programs for the kernel's virtual machine that walk its objects or see its events (bpf(2),
/// Documentation/bpf/bpf_iterators.rst). All of it needs CAP_BPF and CAP_PERFMON, or root.
public enum BPF {
  /// Why a program was not loaded.
  public struct LoadError: Error, Hashable, Sendable {
    public let errno: Errno
    /// What the verifier wrote; empty where the refusal came before it.
    public let log: String

    public init(errno: Errno, log: String) {
      self.errno = errno
      self.log = log
    }

    /// The line of the log that says why: the last one before the verifier's statistics.
    public var verdict: String? {
      log.split(separator: "\n").last { !$0.hasPrefix("processed ") }.map(String.init)
    }
  }

  /// Whether we may load an iterator's program at all: the kernel looks at that before it looks at
  /// the program.
  public static var isPermitted: Bool {
    let exit: [UInt8] = [0x95, 0, 0, 0, 0, 0, 0, 0]
    var log: [UInt8] = []
    do throws(Errno) {
      _ = try load(exit.span, .iterator(of: 0), log: &log)
      return true
    } catch {
      return error != .notPermitted
    }
  }

  /// Where a program is run, by an id in the running kernel's BTF.
  public enum Place: Hashable, Sendable {
    /// For each object of an iterator: a function's id.
    case iterator(of: UInt32)
    /// At a tracepoint: the id of the type definition `btf_trace_` and its name.
    case tracepoint(UInt32)
    /// After a function has returned.
    case exit(of: UInt32)
  }

  /// Loads a program (`BPF_PROG_LOAD`): instructions of 8 bytes.
  public static func load(
    _ instructions: Span<UInt8>, at place: Place
  ) throws(LoadError) -> FileDescriptor {
    do throws(Errno) {
      var noLog: [UInt8] = []
      return try load(instructions, place, log: &noLog)
    } catch let errno {
      // The log costs time and is asked for only when there is something to tell.
      var log = [UInt8](repeating: 0, count: 1 << 16)
      _ = try? load(instructions, place, log: &log)
      throw LoadError(errno: errno, log: String(decoding: log.prefix { $0 != 0 }, as: UTF8.self))
    }
  }

  private static func load(
    _ instructions: Span<UInt8>, _ place: Place, log: inout [UInt8]
  ) throws(Errno) -> FileDescriptor {
    // The kernel's helpers are for GPL-compatible programs, and MIT is.
    let license: [CChar] = Array("Dual MIT/GPL".utf8CString)
    var attributes = bpf_attr()
    attributes.prog_type = BPF_PROG_TYPE_TRACING.rawValue
    switch place {
    case .iterator(let id):
      attributes.expected_attach_type = BPF_TRACE_ITER.rawValue
      attributes.attach_btf_id = id
    case .tracepoint(let id):
      attributes.expected_attach_type = BPF_TRACE_RAW_TP.rawValue
      attributes.attach_btf_id = id
    case .exit(let id):
      attributes.expected_attach_type = BPF_TRACE_FEXIT.rawValue
      attributes.attach_btf_id = id
    }
    attributes.insn_cnt = UInt32(instructions.count / 8)
    attributes.log_level = log.isEmpty ? 0 : 1
    attributes.log_size = UInt32(log.count)
    var messages = log.mutableSpan
    let descriptor = try unsafe instructions.withUnsafeBytes { code throws(Errno) in
      try unsafe license.span.withUnsafeBytes { license throws(Errno) in
        try unsafe messages.withUnsafeMutableBytes { log throws(Errno) in
          unsafe attributes.insns = address(code.baseAddress)
          unsafe attributes.license = address(license.baseAddress)
          unsafe attributes.log_buf = log.isEmpty ? 0 : address(log.baseAddress)
          return try call(BPF_PROG_LOAD, &attributes)
        }
      }
    }
    return FileDescriptor(owning: descriptor)
  }

  /// Ties a loaded iterator program to its function (`BPF_LINK_CREATE`).
  public static func link(_ program: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
    var attributes = bpf_attr()
    unsafe attributes.link_create.prog_fd = UInt32(program.rawValue)
    unsafe attributes.link_create.attach_type = BPF_TRACE_ITER.rawValue
    return FileDescriptor(owning: try call(BPF_LINK_CREATE, &attributes))
  }

  /// Runs a loaded program at its tracepoint or function from now on, until the descriptor is closed, by
  /// the kernel where this process is killed (`BPF_RAW_TRACEPOINT_OPEN`).
  public static func attach(_ program: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
    var attributes = bpf_attr()
    unsafe attributes.raw_tracepoint.prog_fd = UInt32(program.rawValue)
    return FileDescriptor(owning: try call(BPF_RAW_TRACEPOINT_OPEN, &attributes))
  }

  /// Starts a walk (`BPF_ITER_CREATE`): reading the descriptor to its end gives what the program
  /// writes.
  public static func iterator(_ link: borrowing FileDescriptor) throws(Errno) -> FileDescriptor {
    var attributes = bpf_attr()
    unsafe attributes.iter_create.link_fd = UInt32(link.rawValue)
    return FileDescriptor(owning: try call(BPF_ITER_CREATE, &attributes))
  }

  static func call(
    _ command: bpf_cmd, _ attributes: inout bpf_attr
  ) throws(Errno) -> Int32 {
    let descriptor = try unsafe withUnsafeMutablePointer(to: &attributes) { pointer throws(Errno) in
      try Capabilities([.bpf, .perfmon]).raised { () throws(Errno) in
        try retrying {
          unsafe linux_syscall(
            Int(__NR_bpf), Int(command.rawValue), pointer, UInt(MemoryLayout<bpf_attr>.size))
        }
      }
    }
    return Int32(descriptor)
  }

  static func address(_ pointer: UnsafeRawPointer?) -> UInt64 {
    UInt64(UInt(bitPattern: pointer))
  }
}
