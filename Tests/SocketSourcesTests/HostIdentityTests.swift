import Foundation
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

@Suite struct HostIdentityTests {
  private func digits(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  /// FIPS 180-4's examples, and lengths around a block's end (by sha256sum).
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
  ])
  func hashesAsTheStandardDoes(message: String, hash: String) {
    #expect(digits(SHA256.hash(Array(message.utf8))) == hash)
  }

  /// RFC 4231, cases 1, 2 and 6 (a key longer than a block).
  @Test func authenticatesAsTheStandardDoes() {
    #expect(
      digits(
        SHA256.authenticate(Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20)))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      digits(
        SHA256.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      digits(
        SHA256.authenticate(
          Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
          key: [UInt8](repeating: 0xaa, count: 131)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  /// By systemd's own tool (systemd 257), for a machine id and an application that anybody may know.
  @Test func isWhatSystemdMakesOfIt() throws {
    let application: [UInt8] = Array(0...15)
    let path = "/usr/bin/systemd-id128"
    guard (try? FileStatus(of: path)) != nil,
      let id = try? FileDescriptor.contents(of: "/etc/machine-id"),
      let own = HostIdentity.machineID(id, for: application)
    else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["machine-id", "--app-specific=000102030405060708090a0b0c0d0e0f"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus == 0 {
      #expect(String(decoding: text, as: UTF8.self) == own + "\n")
    }
  }

  @Test(arguments: [
    "", "\n", "uninitialized\n", "00000000000000000000000000000000\n",
    "3d1219c7c4c5404aaa1f6d2a48adfda\n", "3d1219c7c4c5404aaa1f6d2a48adfdag\n",
    "3d1219c7-c4c5-404a-aa1f-6d2a48adfda4\n",
  ])
  func isUnknownWhereThereIsNoID(text: String) {
    #expect(HostIdentity.machineID(Array(text.utf8)) == nil)
  }

  @Test func doesNotTellTheMachineID() {
    let text = "3d1219c7c4c5404aaa1f6d2a48adfda4"
    let told = HostIdentity.machineID(Array(text.utf8))
    #expect(told?.utf8.count == 32)
    #expect(told != text)
    #expect(told == HostIdentity.machineID(Array((text + "\n").utf8)))
  }

  /// Under another root nothing is of this machine.
  @Test func takesNothingOfThisHostForAnother() throws {
    let root = try TemporaryDirectory()
    #expect(HostIdentity(procRoot: root.path) == HostIdentity())
    let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    #expect(HostIdentity(procRoot: "/proc").bootID.map { $0 + "\n" } == boot)
  }
}
