import Glibc
import LinuxSystem
import SocketModel
import TestSupport
import Testing

@testable import SocketSources

/// Processes of this test's own, as the ones that are to be ended.
@Suite struct OwnerProcessTests {
  private func startTime(_ pid: Int32) throws -> UInt64 {
    try #require(try ProcessReader().readAll(commands: false).names[pid]).startTime
  }

  private func failure(
    _ pid: Int32, _ startTime: UInt64?, _ inodes: Set<UInt64>
  ) -> OwnerProcess.Failure? {
    do throws(OwnerProcess.Failure) {
      _ = try OwnerProcess(pid: pid, startTime: startTime, inodes: inodes)
      return nil
    } catch {
      return error
    }
  }

  @Test func theOneThatWasSeen() throws {
    let socket = try ListeningSocket()
    let child = try HoldingChild(holding: socket.descriptor, as: 9)
    let start = try startTime(child.pid)
    #expect(failure(child.pid, start, [socket.inode, 1]) == nil)
    #expect(failure(child.pid, nil, [socket.inode]) == nil)
    let process = try OwnerProcess(pid: child.pid, startTime: start, inodes: [socket.inode])
    let isThere = !process.hasEnded
    #expect(isThere)
    try process.send(Signal(rawValue: SIGKILL))
    let hasEnded = eventually { process.hasEnded }
    #expect(hasEnded)
    var failure: OwnerProcess.Failure?
    do throws(OwnerProcess.Failure) { try process.check() } catch { failure = error }
    #expect(failure == .ended)
  }

  /// The pid has gone to another process, which even holds the same socket.
  @Test func aRecycledPIDIsAnotherProcess() throws {
    let socket = try ListeningSocket()
    let child = try HoldingChild(holding: socket.descriptor, as: 9)
    let start = try startTime(child.pid)
    #expect(failure(child.pid, start - 1, [socket.inode]) == .replaced)
    #expect(failure(child.pid, start + 1, [socket.inode]) == .replaced)
  }

  @Test func oneThatLetGoOfItsSocket() throws {
    let socket = try ListeningSocket()
    let other = try ListeningSocket()
    let child = try HoldingChild(holding: socket.descriptor, as: 9)
    #expect(failure(child.pid, nil, [other.inode]) == .letGo)
  }

  @Test func oneThatHasEnded() {
    #expect(failure(Int32.max, 5, [1]) != nil)
    #expect(failure(Int32.max, 5, [1]) != .replaced)
  }

  @Test(.enabled(if: geteuid() == 0, "only root's threads have files of their own seen"))
  func aThreadWithFilesOfItsOwnHoldsIt() throws {
    let thread = try ThreadWithOwnFiles()
    #expect(failure(getpid(), nil, [thread.inode]) == nil)
  }

  @Test func whoWeDescendFrom() throws {
    let facts = EndingFacts.current(about: [getpid(), 2])
    #expect(facts.ownPID == getpid())
    #expect(facts.lineage.isSuperset(of: [getpid(), getppid()]))
    #expect(!facts.foreignProcesses.contains(getpid()))
  }
}
