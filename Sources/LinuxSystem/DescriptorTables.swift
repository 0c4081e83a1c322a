internal import CLinux
internal import Glibc

/// Whether threads share their open files.
public enum DescriptorTables {
  /// Whether two threads have one table of descriptors (kcmp(2), KCMP_FILES); nil where the kernel
  /// or the user's rights do not let us know.
  public static func areShared(_ first: Int32, _ second: Int32) -> Bool? {
    let comparesFiles: Int32 = 2
    let order = linux_process_call(Int(__NR_kcmp), first, second, comparesFiles, 0, 0)
    return order < 0 ? nil : order == 0
  }

  /// The number of directories in a directory, by its links (fstatat(2)): of /proc/<pid>/task, the threads.
  public static func subdirectoryCount(in path: String, at directory: Int32) throws(Errno) -> Int {
    var status = stat()
    _ = try retrying { unsafe fstatat(directory, path, &status, 0) }
    return max(0, Int(status.st_nlink) - 2)
  }
}
