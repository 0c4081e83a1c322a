import Foundation
import LinuxSystem
import Testing

struct FileDescriptorOnceTests {
  @Test func aPieceIsWritten() throws {
    let pipe = Pipe()
    let output = pipe.fileHandleForWriting.fileDescriptor
    #expect(try FileDescriptor.writeOnce([1, 2, 3, 4], 1..<3, to: output) == 2)
    try pipe.fileHandleForWriting.close()
    #expect([UInt8](pipe.fileHandleForReading.readDataToEndOfFile()) == [2, 3])
  }

  @Test func aFullDiskIsAnError() throws {
    let full = try FileDescriptor.open("/dev/full", [.writeOnly])
    #expect(throws: Errno.noSpace) {
      _ = try FileDescriptor.writeOnce([1], 0..<1, to: full.rawValue)
    }
  }
}
