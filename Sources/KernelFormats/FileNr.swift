/// `/proc/sys/fs/file-nr`: open files of the whole host, a number that is always 0, and the limit,
/// with tabs between (proc_sys_fs(5)). Files that processes share count once.
public enum FileNr {
  /// The open files; nil where the bytes don't start with a number.
  public static func openFiles(_ bytes: Span<UInt8>) -> Int? {
    var number: Int?
    for index in bytes.indices {
      let digit = Int(bytes[index]) - 48
      guard 0...9 ~= digit else { break }
      let (tens, isLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = tens.addingReportingOverflow(digit)
      if isLarge || isLarger { return nil }
      number = sum
    }
    return number
  }
}
