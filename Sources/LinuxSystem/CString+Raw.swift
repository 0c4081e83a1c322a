internal import Glibc
internal import SocketModel

extension String {
  /// What the C library or the kernel wrote up to a NUL, which need not be UTF-8.
  init(rawCString start: UnsafePointer<CChar>) {
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: strlen(start))
    unsafe self.init(raw: bytes)
  }

  /// The same from a buffer; all of it where there is no NUL.
  init(rawCString buffer: [CChar]) {
    self.init(raw: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
  }

  /// Calls with the bytes that it was made of and a NUL.
  func withRawCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    if !mayHoldRawBytes { return unsafe withCString { unsafe body($0) } }
    return unsafe (rawBytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
      // There is a NUL at least, so that there is a first byte.
      unsafe buffer.baseAddress.map { unsafe body($0) } ?? withCString { unsafe body($0) }
    }
  }
}
