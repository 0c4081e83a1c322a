import Glibc
import KernelFormats
import LinuxSystem
import SocketModel
import SocketSources
import TestSupport
import Testing

// The walk needs rights and a kernel that has it; elsewhere the first test says what is missing and
// the others have nothing to hold.
struct BPFOwnersTests {
  @Test func itIsUnavailableOnlyForAReason() throws {
    switch firstWalk {
    case .success(let seen):
      #expect(seen.hiddenCause == nil)
    case .failure(let reason):
      #expect(geteuid() != 0, "root was refused: \(reason)")
      #expect(reason == .program(.notPermitted, verifier: nil))
    }
  }

  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func itSeesWhatTheLinksOfThisProcessSay() throws {
    let socket = try ListeningSocket()
    let copy = FileDescriptor(owning: fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0))
    let other = try ListeningSocket()
    #expect(try isHeld(socket.inode, by: [.us(socket.descriptor), .us(copy.rawValue)]))
    #expect(try isHeld(other.inode, by: [.us(other.descriptor)]))
    let links = socketLinks(of: getpid())
    #expect(links[socket.descriptor] == socket.inode)
    #expect(links[copy.rawValue] == socket.inode)
  }

  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func itSeesEveryChildThatInheritedAListener() throws {
    let socket = try ListeningSocket()
    let workers = try (7..<10).map { try HoldingChild(holding: socket.descriptor, as: $0) }
    let expected = [Holder.us(socket.descriptor)] + workers.map { Holder($0.pid, $0.descriptor) }
    #expect(try isHeld(socket.inode, by: Set(expected)))
    for worker in workers {
      #expect(socketLinks(of: worker.pid)[worker.descriptor] == socket.inode)
    }
  }

  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func aPassedSocketIsHeldByWhoTookIt() throws {
    let inode: UInt64
    let post: PostedDescriptor
    do {
      let socket = try ListeningSocket()
      inode = socket.inode
      post = try PostedDescriptor(posting: socket.descriptor)
    }
    #expect(try isHeld(inode, by: []), "on its way it is nobody's")
    let received = FileDescriptor(owning: try post.take())
    #expect(try isHeld(inode, by: [.us(received.rawValue)]))
  }

  // Linux lets a thread have descriptors of its own, which no link in /proc/<pid>/fd shows.
  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func aThreadsOwnSocketsAreItsProcesss() throws {
    let thread = try ThreadWithOwnFiles()
    #expect(try isHeld(thread.inode, by: [.us(thread.descriptor)]))
  }

  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func aFileThatIsNoBTFIsNamed() {
    #expect(throws: BPFUnavailable.noTypes(path: "/nowhere", .noSuchFile)) {
      try BPFOwners(types: "/nowhere").read()
    }
    let path = #filePath
    #expect(throws: BPFUnavailable.types(path: path, BTFError(offset: 0, .notBTF))) {
      try BPFOwners(types: path).read()
    }
    let empty = "/dev/null"
    #expect(throws: BPFUnavailable.types(path: empty, BTFError(offset: 0, .truncated))) {
      try BPFOwners(types: empty).read()
    }
  }

  @Test(.enabled(if: layout != nil, "the kernel was built without BTF"))
  func theRunningKernelsTypesAreRead() throws {
    let layout = try #require(layout)
    #expect(layout.iterator > 0)
    #expect(layout.fileInode.width == .doubleword)
    #expect(layout.inodeMode.width == .halfword)
    #expect(layout.inodeNumber.width == .doubleword)
    #expect(layout.taskGroup.width == .word)
  }

  @Test(.enabled(if: canWalk, "the kernel walks files only for root, where it can"))
  func theVerifiersLastWordIsKept() throws {
    let layout = try #require(layout)
    let noResult = BPFProgram([.instruction(.exit)]).assembled()
    do throws(BPF.LoadError) {
      _ = try BPF.load(noResult.span, at: .iterator(of: layout.iterator))
      Issue.record("a program without result was loaded")
    } catch {
      #expect(error.errno == .accessDenied)
      #expect(error.verdict == "R0 !read_ok")
    }
  }

  @Test func itPaysOnABusyHost() {
    #expect(!BPFOwners.pays(openFiles: 500, processes: 50))
    #expect(BPFOwners.pays(openFiles: 5000, processes: 50))
    // 1,500 workers with 1,000 sockets of their parent's are 1,000 files, and 1,500,000 links.
    #expect(BPFOwners.pays(openFiles: 1000, processes: 1500))
  }
}

private let layout = try? FileBytes("/sys/kernel/btf/vmlinux").withBytes {
  try TaskFileLayout(btf: $0)
}
private let firstWalk = Result { () throws(BPFUnavailable) in try BPFOwners().read() }
private let canWalk = if case .success = firstWalk { true } else { false }

private struct Holder: Hashable {
  let pid: Int32
  let descriptor: Int32

  init(_ pid: Int32, _ descriptor: Int32) {
    self.pid = pid
    self.descriptor = descriptor
  }

  static func us(_ descriptor: Int32) -> Holder { Holder(getpid(), descriptor) }
}

private func holders(of inode: UInt64, _ seen: [OwnerIndex.Record]) -> Set<Holder> {
  let records = seen.filter { $0.inode == inode }
  #expect(Set(records).count == records.count, "each descriptor comes once")
  return Set(records.map { Holder($0.pid, $0.descriptor) })
}

/// A program that another test starts holds all of ours until its exec(3): so the answer is awaited.
private func isHeld(_ inode: UInt64, by expected: Set<Holder>) throws -> Bool {
  try eventually { holders(of: inode, try BPFOwners().read().records) == expected }
}
