internal import SocketModel

/// Names that were escaped once, ready to be written in many rows.
struct LabelPool: Sendable {
  /// A name's number in its pool.
  typealias ID = UInt32

  private struct Place {
    let start: Int
    let length: Int
    let width: Int
  }

  private var bytes: [UInt8] = []
  private var places: [Place] = []
  /// The bytes of the longest name.
  private(set) var longest = 0

  mutating func add(_ name: Span<UInt8>) -> ID {
    let start = bytes.count
    let width = appendEscaped(name, to: &bytes)
    places.append(Place(start: start, length: bytes.count - start, width: width))
    longest = max(longest, bytes.count - start)
    return ID(truncatingIfNeeded: places.count - 1)
  }

  /// The same with spaces escaped.
  mutating func add(unspaced name: [UInt8]) -> ID {
    if !name.contains(UInt8(ascii: " ")) { return add(name.span) }
    let start = bytes.count
    var width = 0
    for (index, part) in name.split(separator: 0x20, omittingEmptySubsequences: false).enumerated()
    {
      if index > 0 {
        bytes.append("\\x20")
        width += 4
      }
      width += appendEscaped(Array(part).span, to: &bytes)
    }
    places.append(Place(start: start, length: bytes.count - start, width: width))
    longest = max(longest, bytes.count - start)
    return ID(truncatingIfNeeded: places.count - 1)
  }

  /// Adds bytes that are written as they are.
  mutating func add(ready label: Span<UInt8>) -> ID {
    places.append(Place(start: bytes.count, length: label.count, width: label.count))
    for index in label.indices { bytes.append(label[index]) }
    longest = max(longest, label.count)
    return ID(truncatingIfNeeded: places.count - 1)
  }

  mutating func add(_ name: String) -> ID { add(name.rawBytes.span) }

  /// Appends the name; returns the columns it takes.
  func write(_ id: ID, to out: inout OutputSpan<UInt8>) -> Int {
    let place = places[Int(id)]
    let name = bytes.span.extracting(place.start..<(place.start &+ place.length))
    var index = 0
    while index < name.count {
      out.append(name[index])
      index &+= 1
    }
    return place.width
  }

  /// In bytes.
  func length(_ id: ID) -> Int { places[Int(id)].length }

  func width(_ id: ID) -> Int { places[Int(id)].width }

  func bytes(_ id: ID) -> ArraySlice<UInt8> {
    let place = places[Int(id)]
    return bytes[place.start..<(place.start + place.length)]
  }
}

/// Names by what they name, each added to the pool when it is first asked for.
struct Labels<Key: Hashable & Sendable>: Sendable {
  private var ids: [Key: LabelPool.ID?] = [:]
  private var last: (key: Key, id: LabelPool.ID?)?

  /// The name's number; nil where it has none. Rows that are together often share a name.
  mutating func resolve(
    _ key: Key, in pool: inout LabelPool, _ find: (Key, inout LabelPool) -> LabelPool.ID?
  ) -> LabelPool.ID? {
    if let last, last.key == key { return last.id }
    let id: LabelPool.ID?
    if let known = ids[key] {
      id = known
    } else {
      id = find(key, &pool)
      ids[key] = .some(id)
    }
    last = (key, id)
    return id
  }

  subscript(key: Key) -> LabelPool.ID? { ids[key] ?? nil }
}
