import LinuxSystem
import TestSupport
import Testing

struct ChildProcessTests {
  private func end(_ command: String...) throws -> ChildProcess.End? {
    let child = try ChildProcess(command)
    _ = try PollSet.wait(at: child.descriptor)
    return child.end()
  }

  @Test func itsEndIsItsCodeOrItsSignal() throws {
    #expect(try end("true") == .code(0))
    #expect(try end("sh", "-c", "exit 7") == .code(7))
    #expect(try end("sh", "-c", "kill -9 $$")?.status == 137)
    #expect(throws: Errno.noSuchFile) { _ = try ChildProcess(["/nowhere/at/all"]) }
  }

  @Test func aSignalReachesIt() throws {
    let child = try ChildProcess(["sleep", "60"])
    #expect(child.end() == nil)
    child.send(.terminate)
    _ = try PollSet.wait(at: child.descriptor)
    #expect(child.end() == .signal(15))
  }
}
