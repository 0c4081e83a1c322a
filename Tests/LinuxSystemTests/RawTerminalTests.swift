import CLinux
import Glibc
import LinuxSystem
import Testing

struct RawTerminalTests {
  /// A pseudo-terminal (pty(7)): what is typed at the leader is read at the follower.
  private final class Pair {
    let leader: Int32
    let follower: Int32

    init() throws {
      leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
      var name = [CChar](repeating: 0, count: 128)
      #expect(grantpt(leader) == 0 && unlockpt(leader) == 0)
      #expect(unsafe ptsname_r(leader, &name, name.count) == 0)
      follower = unsafe open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
      try #require(follower >= 0)
    }

    deinit {
      close(leader)
      close(follower)
    }

    var settings: [UInt32] {
      var settings = termios()
      #expect(unsafe tcgetattr(follower, &settings) == 0)
      return [settings.c_iflag, settings.c_oflag, settings.c_lflag, settings.c_cflag]
    }

    var localFlags: UInt32 { settings[2] }
  }

  @Test func givesKeysAtOnceAndTheSettingsBack() throws {
    let pair = try Pair()
    let before = pair.settings
    do {
      let terminal = try RawTerminal(pair.follower)
      #expect(pair.localFlags & UInt32(ICANON | ECHO) == 0)
      #expect(pair.localFlags & UInt32(ISIG) != 0)
      var key = UInt8(ascii: "q")
      #expect(unsafe write(pair.leader, &key, 1) == 1)
      var bytes: [UInt8] = []
      #expect(try FileDescriptor.read(pair.follower, appendingTo: &bytes, atMost: 8) == 1)
      #expect(bytes == [key])
      _ = terminal
    }
    #expect(pair.settings == before)
  }

  @Test func givesTheSettingsBackForAWhile() throws {
    let pair = try Pair()
    let before = pair.settings
    var terminal = try RawTerminal(pair.follower)
    let raw = pair.settings
    terminal.giveBack()
    #expect(pair.settings == before)
    try terminal.takeKeys()
    #expect(pair.settings == raw)
  }

  @Test func refusesWhatIsNoTerminal() throws {
    let file = try FileDescriptor.open("/dev/null", .readOnly)
    #expect(throws: Errno(rawValue: ENOTTY)) { _ = try RawTerminal(file.rawValue) }
  }
}
