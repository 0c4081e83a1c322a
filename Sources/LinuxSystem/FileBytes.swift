internal import Glibc

/// A whole file to look at: as the kernel holds it, without a copy, where the file system allows
/// that (mmap(2)), else read. For files that nobody makes shorter meanwhile: touching what is gone
/// ends the process.
@safe public struct FileBytes: ~Copyable {
  private let mapped: UnsafeBufferPointer<UInt8>?
  private let copy: [UInt8]

  public init(_ path: String) throws(Errno) {
    let file = try FileDescriptor.open(path)
    let size = try FileStatus(of: file).size
    let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
    if let address = unsafe address, unsafe address != MAP_FAILED {
      let start = unsafe UnsafeRawPointer(address).assumingMemoryBound(to: UInt8.self)
      unsafe mapped = UnsafeBufferPointer(start: start, count: size)
      copy = []
    } else {
      var bytes: [UInt8] = []
      let chunk = 1 << 16
      bytes.reserveCapacity(size + chunk)
      try file.readToEnd(appendingTo: &bytes, chunk: chunk)
      unsafe mapped = nil
      copy = bytes
    }
  }

  deinit {
    if let mapped = unsafe mapped {
      _ = unsafe munmap(UnsafeMutableRawPointer(mutating: mapped.baseAddress), mapped.count)
    }
  }

  public borrowing func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if let mapped = unsafe mapped { return try unsafe body(mapped.span) }
    return try body(copy.span)
  }
}
