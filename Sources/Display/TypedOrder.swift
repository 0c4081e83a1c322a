internal import SocketModel

extension Listing {
  /// The same rows, with those first that tell the type of a field which is null in the rows before
  /// them: polars takes the types of its columns from the first 100 lines and refuses a file in which a
  /// field that is null there is a number later, as on a host with many listeners.
  func typedFirst(_ fields: [Field]) -> Listing {
    // With as many rows before them they are still among the first 100.
    let window = 50
    if rows.count <= window { return self }
    var first: [Int] = []
    for reader in fields.map(FieldReader.init) {
      func hasValue(_ position: Int) -> Bool {
        let row = snapshot[rows[position]]
        return snapshot.names.hasValue(reader.value(of: row), of: row)
      }
      if first.contains(where: hasValue) || (0..<window).contains(where: hasValue) { continue }
      if let position = (window..<rows.count).first(where: hasValue) { first.append(position) }
      if first.count == window { break }
    }
    if first.isEmpty { return self }
    let moved = Set(first)
    var listing = self
    listing.rows =
      first.map { rows[$0] } + rows.indices.filter { !moved.contains($0) }.map { rows[$0] }
    return listing
  }
}

extension Names {
  /// Whether JSON has more for it than null or an empty list.
  fileprivate func hasValue(_ value: Value, of row: Row) -> Bool {
    switch value {
    case .absent: false
    case .number, .flag, .address, .word, .text: true
    case .name(let thing): thing.numberInData != nil || bytes(thing) != nil
    case .descriptors, .owners: row.firstPID != nil
    }
  }
}
