import CLinux
import Glibc
import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct DirectoryTests {
  private func numbers(_ directory: borrowing Directory) throws -> [Int32] {
    var numbers: [Int32] = []
    var buffer: [UInt8] = []
    try directory.appendNumbers(to: &numbers, buffer: &buffer)
    return numbers.sorted()
  }

  @Test func numbersAlone() throws {
    #expect(try numbers(Directory(fixturePath("proc"))) == Array(2...15))
    #expect(try numbers(Directory("/proc")).contains(getpid()))
  }

  @Test func relative() throws {
    let root = try Directory(fixturePath("proc"))
    #expect(try numbers(Directory("7/fd", at: root.rawValue)) == [0, 1, 3, 5, 6, 7, 8])
  }

  @Test(arguments: [("/nonexistent", Errno.noSuchFile), ("/proc/self/stat", .notDirectory)])
  func refuses(path: String, error: Errno) {
    #expect(throws: error) { _ = try Directory(path) }
  }

  /// One `linux_dirent64` of this machine.
  private func entry(_ name: [UInt8], length: UInt16? = nil) -> [UInt8] {
    let length = length ?? UInt16(24 + name.count)
    let high = UInt8(length >> 8), low = UInt8(truncatingIfNeeded: length)
    let isBig = UInt16(1).bigEndian == 1
    return Array(repeating: 0, count: 16) + (isBig ? [high, low] : [low, high]) + [10] + name
      + Array(repeating: 0, count: 5)
  }

  @Test func entriesOfTheKernel() {
    let names = ["7", ".", "..", "self", "2147483647", "2147483648", "12x", "", "0"]
    let bytes = names.flatMap { entry(Array($0.utf8)) }
    var numbers: [Int32] = []
    Directory.appendNumbers(of: bytes.span, to: &numbers)
    #expect(numbers == [7, .max, 0])
  }

  @Test func survivesAnything() {
    fuzz(entry(Array("123".utf8)) + entry(Array("4".utf8), length: 0)) { bytes in
      var numbers: [Int32] = []
      Directory.appendNumbers(of: bytes.span, to: &numbers)
    }
  }
}
