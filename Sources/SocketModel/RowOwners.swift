/// A row's owners: what is known, and where they are in the snapshot's index.
public struct RowOwners: Hashable, Sendable {
  public var status: OwnerStatus
  public var slot: OwnerIndex.Slot

  public init(_ status: OwnerStatus, slot: OwnerIndex.Slot = OwnerIndex.none) {
    self.status = status
    self.slot = slot
  }

  public static let notAsked = RowOwners(.notAsked)
}
