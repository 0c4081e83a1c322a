extension BPFProgram {
  /// The program that the kernel runs for each open file of each task: of a socket it writes one
  /// `BPFOwnerRecord` (kernel/bpf/task_iter.c).
  public static func socketOwners(_ layout: TaskFileLayout) -> BPFProgram {
    BPFProgram([
      // struct bpf_iter__task_file: meta at 0, task at 8, fd at 16, file at 24. Task and file are
      // null in the last call.
      .instruction(.load(.doubleword, .r6, from: .r1, 0)),
      .instruction(.load(.doubleword, .r7, from: .r1, 8)),
      .instruction(.load(.doubleword, .r8, from: .r1, 24)),
      .jump(if: .r7, .equal, 0, to: "done"),
      .jump(if: .r8, .equal, 0, to: "done"),

      // (file->f_inode->i_mode & S_IFMT) == S_IFSOCK
      .instruction(.load(layout.fileInode, .r8, from: .r8)),
      .instruction(.load(layout.inodeMode, .r2, from: .r8)),
      .instruction(.and(.r2, 0o170000)),
      .jump(if: .r2, .notEqual, 0o140000, to: "done"),

      .instruction(.load(layout.inodeNumber, .r2, from: .r8)),
      .instruction(.store(.doubleword, .r2, at: .r10, -16)),
      .instruction(.load(layout.taskGroup, .r2, from: .r7)),
      .instruction(.store(.word, .r2, at: .r10, -8)),
      .instruction(.load(.word, .r2, from: .r1, 16)),
      .instruction(.store(.word, .r2, at: .r10, -4)),

      // bpf_seq_write(meta->seq, record, 16): seq is meta's first member.
      .instruction(.load(.doubleword, .r1, from: .r6, 0)),
      .instruction(.move(.r2, .r10)),
      .instruction(.add(.r2, -16)),
      .instruction(.move(.r3, 16)),
      .instruction(.call(.seqWrite)),

      .label("done"),
      .instruction(.move(.r0, 0)),
      .instruction(.exit),
    ])
  }
}

extension BPFInstruction {
  static func load(
    _ member: BTFMember, _ destination: Register, from source: Register
  ) -> Self {
    .load(member.width, destination, from: source, member.offset)
  }
}
