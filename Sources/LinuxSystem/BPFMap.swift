internal import CLinux
internal import Glibc

/// A table that programs of the kernel's virtual machine and this process share (bpf(2)). It is gone with
/// the last descriptor and the last program that has it.
public struct BPFMap: ~Copyable, Sendable {
  private let file: FileDescriptor
  private let keySize: Int
  private let valueSize: Int

  public enum Kind: Sendable {
    case array, hash
    /// A hash table in which the longest unused make room for new ones.
    case recentHash
    case ring
  }

  /// `BPF_MAP_CREATE`. Of a ring `entries` is its size in bytes: a power of two, and pages. A hash table
  /// takes its memory as entries come where that is wanted.
  public init(
    _ kind: Kind, key: Int, value: Int, entries: Int, allocatesLater: Bool = false
  ) throws(Errno) {
    var attributes = bpf_attr()
    let type =
      switch kind {
      case .array: BPF_MAP_TYPE_ARRAY
      case .hash: BPF_MAP_TYPE_HASH
      case .recentHash: BPF_MAP_TYPE_LRU_HASH
      case .ring: BPF_MAP_TYPE_RINGBUF
      }
    attributes.map_type = type.rawValue
    attributes.key_size = UInt32(key)
    attributes.value_size = UInt32(value)
    attributes.max_entries = UInt32(entries)
    // BPF_F_NO_PREALLOC
    attributes.map_flags = allocatesLater ? 1 : 0
    file = FileDescriptor(owning: try BPF.call(BPF_MAP_CREATE, &attributes))
    (keySize, valueSize) = (key, value)
  }

  public var descriptor: Int32 { file.rawValue }

  /// `BPF_MAP_LOOKUP_ELEM`; nil where the key is not there, or its size is another one.
  public func value(of key: [UInt8]) -> [UInt8]? {
    guard key.count == keySize else { return nil }
    var value = [UInt8](repeating: 0, count: valueSize)
    let isFound = unsafe key.withUnsafeBytes { key in
      unsafe value.withUnsafeMutableBytes { value in
        unsafe element(BPF_MAP_LOOKUP_ELEM, key.baseAddress, value.baseAddress)
      }
    }
    return isFound ? value : nil
  }

  /// `BPF_MAP_UPDATE_ELEM`. False where there is no room, or a size is another one.
  public func set(_ value: [UInt8], of key: [UInt8]) -> Bool {
    guard key.count == keySize, value.count == valueSize else { return false }
    return unsafe key.withUnsafeBytes { key in
      unsafe value.withUnsafeBytes { value in
        unsafe element(BPF_MAP_UPDATE_ELEM, key.baseAddress, value.baseAddress)
      }
    }
  }

  /// `BPF_MAP_DELETE_ELEM`.
  public func remove(_ key: [UInt8]) {
    guard key.count == keySize else { return }
    _ = unsafe key.withUnsafeBytes { key in
      unsafe element(BPF_MAP_DELETE_ELEM, key.baseAddress, nil)
    }
  }

  private func element(
    _ command: bpf_cmd, _ key: UnsafeRawPointer?, _ value: UnsafeRawPointer?
  ) -> Bool {
    var attributes = bpf_attr()
    attributes.map_fd = UInt32(file.rawValue)
    unsafe attributes.key = BPF.address(key)
    unsafe attributes.value = BPF.address(value)
    return (try? BPF.call(command, &attributes)) != nil
  }

  /// The memory of maps counts against a limit before Linux 5.11 (`RLIMIT_MEMLOCK`), which root may lift.
  public static func liftMemoryLimit() {
    var limit = rlimit(rlim_cur: .max, rlim_max: .max)
    // RLIMIT_MEMLOCK (asm-generic/resource.h), which no header of Glibc's module map has as a number.
    _ = unsafe setrlimit(__rlimit_resource_t(8), &limit)
  }
}
