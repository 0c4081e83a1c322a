import KernelFormats
import TestSupport
import Testing

struct TaskFileLayoutTests {
  private func layout(_ bytes: [UInt8]) throws -> TaskFileLayout {
    try TaskFileLayout(btf: bytes.span)
  }

  @Test func membersAreFoundInsideAnonymousStructures() throws {
    let kernel = BTFWriter.kernel()
    #expect(
      try layout(kernel.file)
        == TaskFileLayout(
          iterator: kernel.count - 1,
          fileInode: BTFMember(offset: 24, width: .doubleword),
          inodeMode: BTFMember(offset: 0, width: .halfword),
          inodeNumber: BTFMember(offset: 64, width: .doubleword),
          taskGroup: BTFMember(offset: 1204, width: .word)))
  }

  @Test func theFirstThingMissingIsNamed() throws {
    let empty = BTFWriter().file
    #expect(throws: BTFError(offset: 24, .missing("function bpf_iter_task_file"))) {
      try layout(empty)
    }
    var functionAlone = BTFWriter()
    functionAlone.add(kind: 12, "bpf_iter_task_file")
    #expect(throws: BTFError(offset: 24, .missing("struct file"))) {
      try layout(functionAlone.file)
    }
  }

  @Test func hostileBytesEnd() {
    fuzz(BTFWriter.kernel().file) { _ = try layout($0) }
  }
}
