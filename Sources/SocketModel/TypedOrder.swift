extension Listing {
  /// The same rows, with those first that tell the type of a field which is null in the rows before
  /// them: polars takes the types of its columns from the first 100 lines and refuses a file in which a
  /// field that is null there is a number later, as on a host with many listeners.
  public func typedFirst(_ fields: [Field]) -> Listing {
    // With as many rows before them they are still among the first 100.
    let window = 50
    if rows.count <= window { return self }
    var untold = fields.filter(snapshot.mayHave).map(FieldReader.init)
    var first: [Int] = []
    for (position, index) in rows.enumerated() {
      let row = snapshot[index]
      if !untold.contains(where: { row.hasValue($0) }) { continue }
      untold.removeAll { row.hasValue($0) }
      if position >= window { first.append(position) }
      if untold.isEmpty || first.count == window { break }
    }
    if first.isEmpty { return self }
    let moved = Set(first)
    var listing = self
    listing.rows =
      first.map { rows[$0] } + rows.indices.filter { !moved.contains($0) }.map { rows[$0] }
    return listing
  }
}

extension Snapshot {
  /// False where no row has the field, so that none need be looked at.
  fileprivate func mayHave(_ field: Field) -> Bool {
    if field == .owners { return ownerIndex.count > 0 }
    if field == .interface { return sockets.contains { $0.interface != 0 } }
    return details.hasAttributes || field.needs.isDisjoint(with: .details)
  }
}

extension Row {
  /// Whether data has more for the field than null or an empty list.
  @inline(__always)
  fileprivate func hasValue(_ reader: FieldReader) -> Bool {
    switch reader.value(of: self) {
    case .absent, .unknown: false
    case .number, .flag, .address, .word, .text: true
    case .name(let thing): thing.numberInData != nil || snapshot.names.bytes(thing) != nil
    case .descriptors, .owners: firstPID != nil
    }
  }
}
