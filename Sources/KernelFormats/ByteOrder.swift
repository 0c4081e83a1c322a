/// The order in which a machine keeps the bytes of a number. An argument of what reads files that
/// another machine may have written.
public enum ByteOrder: Sendable, CaseIterable {
  case little, big

  /// This machine's.
  public static let machine: ByteOrder = UInt16(1).bigEndian == 1 ? .big : .little
}
