/// Where the running kernel keeps what a walk over open files reads, as its BTF tells.
public struct TaskFileLayout: Hashable, Sendable {
  /// The BTF id of the function that a program over tasks' files attaches to.
  public let iterator: UInt32
  public let fileInode: BTFMember
  public let inodeMode: BTFMember
  public let inodeNumber: BTFMember
  public let taskGroup: BTFMember

  public init(
    iterator: UInt32, fileInode: BTFMember, inodeMode: BTFMember, inodeNumber: BTFMember,
    taskGroup: BTFMember
  ) {
    self.iterator = iterator
    self.fileInode = fileInode
    self.inodeMode = inodeMode
    self.inodeNumber = inodeNumber
    self.taskGroup = taskGroup
  }

  /// From the bytes of `/sys/kernel/btf/vmlinux`.
  public init(btf bytes: Span<UInt8>) throws(BTFError) {
    let btf = try BTF(
      bytes, structures: ["file", "inode", "task_struct"], functions: ["bpf_iter_task_file"])
    self.init(
      iterator: try btf.function("bpf_iter_task_file"),
      fileInode: try btf.member("f_inode", of: "file", bytes),
      inodeMode: try btf.member("i_mode", of: "inode", bytes),
      inodeNumber: try btf.member("i_ino", of: "inode", bytes),
      taskGroup: try btf.member("tgid", of: "task_struct", bytes))
  }
}
