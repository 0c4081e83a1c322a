/// The attributes of many rows, as the bytes that the kernel wrote: nothing is decoded before a field
/// asks for it, and what the kernel adds later needs no room of its own here.
///
/// A row's record is its size in four bytes, a note for each kind of attribute where its value is, and
/// the attributes in netlink's own form (`struct nlattr`: length and kind of two bytes each, the value,
/// zeros up to a multiple of four).
public struct DetailStore: Sendable {
  /// Where each row's record starts, in units of four bytes; the highest bit for `others`.
  private var starts: [UInt32] = []
  private var bytes: [UInt8] = []
  /// What another thread read: taken as it is, because to copy it would double it for a while.
  private var others: [UInt8] = []

  /// A note is a distance from the first attribute in units of four bytes, 0 for none.
  private static let notes = 24
  private static let headerSize = 4 + notes
  private static let nothing = UInt32.max
  private static let isOther: UInt32 = 1 << 31
  // A host that promises no more memory than it has refuses more.
  private static let mostAhead = 1 << 30

  public init() {}

  /// One row, with no room for more.
  init(_ attributes: Span<UInt8>) {
    starts.reserveCapacity(1)
    bytes.reserveCapacity((Self.headerSize + attributes.count + 3) & ~3)
    append(attributes)
  }

  public var count: Int { starts.count }
  public var isEmpty: Bool { starts.isEmpty }

  /// Whether any row has an attribute.
  var hasAttributes: Bool { !bytes.isEmpty || !others.isEmpty }

  /// Makes room for so many rows with so many bytes of attributes each.
  mutating func reserveCapacity(_ rows: Int, of attributes: Int) {
    let size = (Self.headerSize + attributes + 3) & ~3
    let all = rows.multipliedReportingOverflow(by: size)
    if all.overflow || all.partialValue > Self.mostAhead { return }
    if rows > starts.capacity { starts.reserveCapacity(rows) }
    if all.partialValue > bytes.capacity { bytes.reserveCapacity(all.partialValue) }
  }

  /// Appends a row's attributes. Where they are longer than any message, or there is no room for more,
  /// the row is as one without.
  public mutating func append(_ attributes: Span<UInt8>) {
    let start = bytes.count
    let size = (Self.headerSize + attributes.count + 3) & ~3
    guard !attributes.isEmpty, attributes.count <= Int(UInt16.max), start >> 2 < Self.isOther else {
      return appendNothing()
    }
    if starts.count == starts.capacity { starts.reserveCapacity(max(32, starts.count * 8)) }
    starts.append(UInt32(truncatingIfNeeded: start >> 2))
    // Room that is not written to costs nothing, copying it over and over does.
    if start + size > bytes.capacity {
      let end = start + size
      bytes.reserveCapacity(max(1 << 12, min(end * 8, end + Self.mostAhead)))
    }
    bytes.append(addingCapacity: size) { out in
      out.append(native: UInt32(truncatingIfNeeded: attributes.count))
      let notes = Self.notes(of: attributes)
      for kind in notes.indices { out.append(notes[kind]) }
      for index in 0..<attributes.count { out.append(attributes[index]) }
      for _ in 0..<(size - Self.headerSize - attributes.count) { out.append(0) }
    }
  }

  /// Of two attributes of one kind the first counts. What is too far away for a note, in no message of
  /// the kernel's, is as if it were not there.
  private static func notes(of bytes: Span<UInt8>) -> InlineArray<24, UInt8> {
    var notes = InlineArray<24, UInt8>(repeating: 0)
    var at = 0
    while at + 4 <= bytes.count {
      let length = Int(bytes.uint16(at: at))
      guard length >= 4, at + length <= bytes.count else { break }
      let kind = Int(bytes.uint16(at: at + 2) & 0x3fff)
      if kind < notes.count, notes[kind] == 0 {
        notes[kind] = UInt8(exactly: (at + 4) >> 2) ?? 0
      }
      at += (length + 3) & ~3
    }
    return notes
  }

  public mutating func appendNothing() { starts.append(Self.nothing) }

  /// Forgets all rows and keeps the memory.
  public mutating func removeAll() {
    starts.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    others = []
  }

  /// Forgets the rows from this one on. Their bytes stay: one from before may have been moved there.
  public mutating func removeSubrange(_ rows: PartialRangeFrom<Int>) {
    starts.removeSubrange(rows)
  }

  /// Puts a row's attributes in the place of another's.
  mutating func move(_ row: Int, to other: Int) { starts[other] = starts[row] }

  mutating func removeLast(_ count: Int) { starts.removeLast(count) }

  /// Appends a row of another store.
  mutating func append(_ row: Int, of other: DetailStore) {
    let count = starts.count
    _ = other.withRecord(of: row) { bytes, range in append(bytes.extracting(range)) }
    if starts.count == count { appendNothing() }
  }

  /// Appends all rows of another store.
  mutating func append(_ other: DetailStore) {
    if others.isEmpty && other.others.isEmpty {
      others = other.bytes
      starts.append(contentsOf: other.starts.map { $0 == Self.nothing ? $0 : $0 | Self.isOther })
    } else {
      for row in 0..<other.count { append(row, of: other) }
    }
  }
}

extension DetailStore {
  /// Calls `body` with the bytes that hold a row's attributes, and their place in them.
  @inline(__always)
  private func withRecord<Result>(
    of row: Int, _ body: (Span<UInt8>, Range<Int>) -> Result?
  ) -> Result? {
    guard row < starts.count, starts[row] != Self.nothing else { return nil }
    let start = Int(starts[row] & ~Self.isOther) << 2
    let first = start + Self.headerSize
    if starts[row] & Self.isOther == 0 {
      return body(bytes.span, first..<first + Int(bytes.span.uint32(at: start)))
    }
    return body(others.span, first..<first + Int(others.span.uint32(at: start)))
  }

  /// Where an attribute's value is among a row's; nil where there is none.
  @inline(__always)
  private static func find(
    _ attribute: SocketAttribute, in bytes: Span<UInt8>, _ range: Range<Int>
  ) -> Range<Int>? {
    guard attribute.rawValue < notes else { return nil }
    let note = Int(bytes[range.lowerBound - notes + Int(attribute.rawValue)])
    if note == 0 { return nil }
    let start = range.lowerBound + (note << 2)
    return start..<start + Int(bytes.uint16(at: start - 4)) - 4
  }

  /// The value of a row's attribute as a number in the machine's byte order; nil where there is none,
  /// or it is shorter than `width` bytes (1, 2, 4 or 8).
  func number(_ attribute: SocketAttribute, width: Int, of row: Int) -> UInt64? {
    withRecord(of: row) { bytes, range in
      guard let value = Self.find(attribute, in: bytes, range), value.count >= width else {
        return nil
      }
      switch width {
      case 1: return UInt64(bytes[value.lowerBound])
      case 2: return UInt64(bytes.uint16(at: value.lowerBound))
      case 4: return UInt64(bytes.uint32(at: value.lowerBound))
      default: return bytes.uint64(at: value.lowerBound)
      }
    }
  }

  /// A short text that ends with its attribute or at a NUL.
  func text(_ attribute: SocketAttribute, of row: Int) -> ShortText? {
    withRecord(of: row) { bytes, range in
      Self.find(attribute, in: bytes, range).flatMap { ShortText(bytes.extracting($0)) }
    }
  }

  /// The same of an attribute that is inside another.
  func text(_ inner: SocketAttribute, inside attribute: SocketAttribute, of row: Int) -> ShortText?
  {
    withRecord(of: row) { bytes, range in
      guard let outer = Self.find(attribute, in: bytes, range) else { return nil }
      var at = outer.lowerBound
      while at + 4 <= outer.upperBound {
        let length = Int(bytes.uint16(at: at))
        guard length >= 4, at + length <= outer.upperBound else { return nil }
        if bytes.uint16(at: at + 2) & 0x3fff == inner.rawValue {
          return ShortText(bytes.extracting(at + 4..<at + length))
        }
        at += (length + 3) & ~3
      }
      return nil
    }
  }

  /// Whether the row has any of `tcp_info`.
  func hasTCPInfo(_ row: Int) -> Bool {
    withRecord(of: row) { bytes, range -> Bool? in
      Self.find(.tcpInfo, in: bytes, range) != nil
        || Self.find(.members, in: bytes, range) != nil
    } ?? false
  }

  /// One member of a row's `tcp_info`.
  func info(_ place: MemberPlace, of row: Int) -> UInt64? {
    member(place, in: .tcpInfo, of: row)
  }

  /// One member of a row's memory.
  func memory(_ place: MemberPlace, of row: Int) -> UInt64? {
    member(place, in: .memory, of: row)
  }

  @inline(__always)
  private func member(_ place: MemberPlace, in attribute: SocketAttribute, of row: Int) -> UInt64? {
    withRecord(of: row) { bytes, range in
      if let value = Self.find(attribute, in: bytes, range) {
        return place.value(in: bytes.extracting(value))
      }
      return Self.member(place.key, in: bytes, range)
    }
  }

  /// Calls `body` with the value of a row's attribute; returns whether there is one.
  func withValue(
    of attribute: SocketAttribute, of row: Int, _ body: (Span<UInt8>) -> Void
  ) -> Bool {
    withRecord(of: row) { bytes, range -> Bool? in
      guard let value = Self.find(attribute, in: bytes, range) else { return nil }
      body(bytes.extracting(value))
      return true
    } ?? false
  }

  /// A member that is known by itself.
  private static func member(
    _ key: UInt16, in bytes: Span<UInt8>, _ range: Range<Int>
  ) -> UInt64? {
    guard let list = find(.members, in: bytes, range) else { return nil }
    for at in stride(from: list.lowerBound, through: list.upperBound - 12, by: 12)
    where bytes.uint32(at: at) == UInt32(key) {
      return bytes.uint64(at: at + 4)
    }
    return nil
  }
}

/// Attributes in the making: for what does not come from netlink.
public struct AttributeWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func append(_ attribute: SocketAttribute, _ value: [UInt8]) {
    let length = 4 + value.count
    bytes.append(addingCapacity: length + 3) { out in
      out.append(native: UInt16(truncatingIfNeeded: length))
      out.append(native: attribute.rawValue)
      for byte in value { out.append(byte) }
      for _ in 0..<(-length & 3) { out.append(0) }
    }
  }

  /// Single members of `tcp_info` and of the memory.
  public mutating func append(
    _ info: [TCPInfoMember: UInt64], memory: [MemoryMember: UInt64] = [:]
  ) {
    let known =
      info.map { (UInt32($0.place.key), $1) } + memory.map { (UInt32($0.place.key), $1) }
    if known.isEmpty { return }
    append(
      .members,
      [UInt8](capacity: known.count * 12) { out in
        for (key, value) in known {
          out.append(native: key)
          out.append(native: UInt32(truncatingIfNeeded: value))
          out.append(native: UInt32(truncatingIfNeeded: value >> 32))
        }
      })
  }
}
