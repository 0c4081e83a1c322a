import KernelFormats
import Testing

struct TaskFileProgramTests {
  @Test func theProgramIsThisOne() {
    let layout = TaskFileLayout(
      iterator: 1,
      fileInode: BTFMember(offset: 32, width: .doubleword),
      inodeMode: BTFMember(offset: 2, width: .halfword),
      inodeNumber: BTFMember(offset: 64, width: .doubleword),
      taskGroup: BTFMember(offset: 1204, width: .word))
    let expected: [[UInt8]] = [
      [0x79, 0x16, 0, 0, 0, 0, 0, 0],  // r6 = context->meta
      [0x79, 0x17, 8, 0, 0, 0, 0, 0],  // r7 = context->task
      [0x79, 0x18, 24, 0, 0, 0, 0, 0],  // r8 = context->file
      [0x15, 0x07, 16, 0, 0, 0, 0, 0],  // if r7 == 0 to done
      [0x15, 0x08, 15, 0, 0, 0, 0, 0],  // if r8 == 0 to done
      [0x79, 0x88, 32, 0, 0, 0, 0, 0],  // r8 = file->f_inode
      [0x69, 0x82, 2, 0, 0, 0, 0, 0],  // r2 = inode->i_mode, 16 bits
      [0x57, 0x02, 0, 0, 0x00, 0xf0, 0, 0],  // r2 &= S_IFMT
      [0x55, 0x02, 11, 0, 0x00, 0xc0, 0, 0],  // if r2 != S_IFSOCK to done
      [0x79, 0x82, 64, 0, 0, 0, 0, 0],  // r2 = inode->i_ino
      [0x7b, 0x2a, 0xf0, 0xff, 0, 0, 0, 0],  // record.inode = r2, at r10 - 16
      [0x61, 0x72, 0xb4, 0x04, 0, 0, 0, 0],  // r2 = task->tgid, at 1204
      [0x63, 0x2a, 0xf8, 0xff, 0, 0, 0, 0],  // record.pid = r2, at r10 - 8
      [0x61, 0x12, 16, 0, 0, 0, 0, 0],  // r2 = context->fd
      [0x63, 0x2a, 0xfc, 0xff, 0, 0, 0, 0],  // record.descriptor = r2, at r10 - 4
      [0x79, 0x61, 0, 0, 0, 0, 0, 0],  // r1 = meta->seq
      [0xbf, 0xa2, 0, 0, 0, 0, 0, 0],  // r2 = r10
      [0x07, 0x02, 0, 0, 0xf0, 0xff, 0xff, 0xff],  // r2 -= 16
      [0xb7, 0x03, 0, 0, 16, 0, 0, 0],  // r3 = 16
      [0x85, 0, 0, 0, 127, 0, 0, 0],  // bpf_seq_write(r1, r2, r3)
      [0xb7, 0x00, 0, 0, 0, 0, 0, 0],  // done: r0 = 0
      [0x95, 0, 0, 0, 0, 0, 0, 0],  // exit
    ]
    #expect(BPFProgram.socketOwners(layout).assembled() == expected.flatMap(\.self))
  }
}
