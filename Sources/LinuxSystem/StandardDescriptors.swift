internal import Glibc

/// The descriptors 0, 1 and 2 of this process.
public enum StandardDescriptors {
  /// Opens /dev/null where the caller closed one of them (`sockeye >&-`): the next socket would take
  /// its number, and a message its way to the network. It is opened for reading alone, so that
  /// writing fails as it does for a descriptor that is closed (EBADF).
  public static func occupy() {
    for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is this one (open(2)).
      _ = unsafe open("/dev/null", O_RDONLY)
    }
  }
}
