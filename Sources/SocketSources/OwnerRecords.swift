public import SocketModel

/// The descriptors that an owner lookup saw, and why it may not have seen all.
public struct OwnerRecords: Sendable {
  public var records: [OwnerIndex.Record]
  /// Nil where every process of the host could be looked at.
  public var hiddenCause: HiddenCause?
  /// The processes that were there when the lookup began: others came since.
  public var processes: Set<Int32>

  public init(
    records: [OwnerIndex.Record], hiddenCause: HiddenCause?, processes: Set<Int32> = []
  ) {
    self.records = records
    self.hiddenCause = hiddenCause
    self.processes = processes
  }
}
