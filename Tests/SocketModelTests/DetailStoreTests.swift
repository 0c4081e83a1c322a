import TestSupport
import Testing

@testable import SocketModel

@Suite struct DetailStoreTests {
  private static func attribute(_ kind: SocketAttribute, _ value: [UInt8]) -> [UInt8] {
    var writer = AttributeWriter()
    writer.append(kind, value)
    return writer.bytes
  }

  /// A row's attributes, of which the mark tells it from others.
  private static func row(mark: UInt32) -> [UInt8] { attribute(.mark, native(mark)) }

  private static func store(_ rows: [[UInt8]]) -> DetailStore {
    var store = DetailStore()
    for row in rows { store.append(row.span) }
    return store
  }

  private func marks(_ store: DetailStore) -> [UInt64?] {
    (0..<store.count).map { store.number(.mark, width: 4, of: $0) }
  }

  @Test func readsWhatIsThereAndPassesOverTheRest() {
    let rows: [[UInt8]] = [
      Self.attribute(.init(rawValue: 200), [1, 2, 3]),
      Self.attribute(.tcpInfo, [1] + [UInt8](repeating: 0, count: 231)),
      Self.attribute(.memory, (1...9).flatMap { native($0) }),
      Self.attribute(.congestion, Array("cubic".utf8) + [0]),
      Self.attribute(.tos, [16]), Self.attribute(.trafficClass, [32]),
      Self.attribute(.shutdown, [3]), Self.attribute(.mark, native(7)),
      Self.attribute(.cgroup, native(0) + native(1)),
    ]
    let store = Self.store([rows.flatMap { $0 }])
    #expect(TCPInfo(store, 0)[.snd_wnd] == 0)
    #expect(TCPInfo(store, 0)[.rcv_wnd] == nil)
    #expect(store.info(TCPInfoMember.snd_wnd.place, of: 0) == 0)
    #expect(
      MemoryMember.allCases.map { store.memory($0.place, of: 0) } == (1...9).map { UInt64($0) })
    #expect(store.text(.congestion, of: 0) == "cubic")
    #expect(store.number(.tos, width: 1, of: 0) == 16)
    #expect(store.number(.trafficClass, width: 1, of: 0) == 32)
    #expect(store.number(.shutdown, width: 1, of: 0) == 3)
    #expect(store.number(.mark, width: 4, of: 0) == 7)
    #expect(store.number(.mark, width: 2, of: 0) == 7)
    #expect(store.number(.tos, width: 2, of: 0) == nil)
    #expect(store.number(.cgroup, width: 8, of: 0) == 1 << 32)
    #expect(store.number(.v6Only, width: 1, of: 0) == nil)
  }

  /// `INET_DIAG_ULP_INFO` holds attributes, the name among them.
  @Test func attributesInsideAnotherAreRead() {
    let name = Self.attribute(.upperLayerName, Array("mptcp".utf8) + [0])
    let other = Self.attribute(.init(rawValue: 3), [1, 2, 3, 4, 5])
    let insides: [[UInt8]] = [
      name, other + name, name + other, [], other, [6, 0, 1], [3, 0, 1, 0] + name,
      [0, 0, 0, 0], [200, 0, 1, 0, 65], other + [0xff, 0xff, 1, 0, 65],
    ]
    let store = Self.store(insides.map { Self.attribute(.upperLayer, $0) } + [name])
    let texts = (0..<store.count).map { store.text(.upperLayerName, inside: .upperLayer, of: $0) }
    #expect(texts.prefix(3).allSatisfy { $0 == "mptcp" } && texts[3...].allSatisfy { $0 == nil })
  }

  @Test func shortValuesAreAbsent() {
    let empty: [SocketAttribute] = [
      .tcpInfo, .congestion, .tos, .memory, .shutdown, .mark, .cgroup,
    ]
    let store = Self.store([
      empty.flatMap { Self.attribute($0, []) }, Self.attribute(.cgroup, native(0) + [0, 0, 0]),
      Self.attribute(.congestion, [0]), Self.attribute(.memory, (1...8).flatMap { native($0) }),
      Self.attribute(.congestion, [UInt8](repeating: 65, count: 17)),
    ])
    for attribute in empty { #expect(store.number(attribute, width: 1, of: 0) == nil) }
    #expect(TCPInfoMember.allCases.allSatisfy { TCPInfo(store, 0)[$0] == nil })
    #expect(store.number(.cgroup, width: 8, of: 1) == nil)
    #expect(store.text(.congestion, of: 2) == nil)
    #expect(store.memory(MemoryMember.backlog.place, of: 3) == 8)
    #expect(store.memory(MemoryMember.drops.place, of: 3) == nil)
    #expect(store.text(.congestion, of: 4) == nil)
  }

  /// The kernel sets the flag of nested attributes where it likes.
  @Test func aFlaggedKindIsTheSame() {
    var bytes = Self.attribute(.tos, [16])
    bytes[3] |= 0x80
    #expect(Self.store([bytes]).number(.tos, width: 1, of: 0) == 16)
  }

  @Test func rowsWithoutAttributesKeepTheirPlace() {
    var store = Self.store([[], Self.row(mark: 1), []])
    store.appendNothing()
    store.append(Self.row(mark: 2).span)
    #expect(marks(store) == [nil, 1, nil, nil, 2])
    #expect(!store.hasTCPInfo(0) && store.info(TCPInfoMember.rtt.place, of: 0) == nil)
    #expect(!store.hasTCPInfo(5))
    #expect(store.number(.mark, width: 4, of: 5) == nil, "past the end")
    #expect(DetailStore().isEmpty)
  }

  @Test func whatIsLongerThanAnyMessageIsNothing() {
    let long =
      Self.row(mark: 1) + Self.attribute(.init(rawValue: 99), [UInt8](repeating: 0, count: 65_524))
    #expect(long.count > Int(UInt16.max))
    #expect(marks(Self.store([long, Self.row(mark: 2)])) == [nil, 2])
  }

  @Test func membersAreReadOneByOne() {
    var writer = AttributeWriter()
    writer.append([.rtt: 45, .total_rto_time: .max], memory: [.drops: 2])
    let store = Self.store([writer.bytes])
    #expect(store.info(TCPInfoMember.rtt.place, of: 0) == 45)
    #expect(TCPInfo(store, 0)[.rtt] == 45)
    #expect(TCPInfo(store, 0)[.total_rto_time] == .max)
    #expect(TCPInfo(store, 0)[.rto] == nil)
    #expect(store.memory(MemoryMember.drops.place, of: 0) == 2)
    #expect(store.memory(MemoryMember.sndbuf.place, of: 0) == nil)
    var empty = AttributeWriter()
    empty.append([:])
    #expect(empty.bytes.isEmpty)
  }

  @Test func anotherStoresRowsCome() {
    var store = Self.store([Self.row(mark: 1), []])
    store.append(Self.store([[], Self.row(mark: 2), Self.row(mark: 3) + [0]]))
    #expect(marks(store) == [1, nil, nil, 2, 3])
    store.append(4, of: store)
    store.append(1, of: store)
    store.append(9, of: store)
    #expect(marks(store) == [1, nil, nil, 2, 3, 3, nil, nil])
  }

  @Test func rowsAreMovedAndTakenBack() {
    var store = Self.store((1...5).map { Self.row(mark: $0) })
    store.move(4, to: 1)
    store.removeLast(1)
    #expect(marks(store) == [1, 5, 3, 4])
    store.removeSubrange(2...)
    #expect(marks(store) == [1, 5])
    store.append(Self.row(mark: 6).span)
    #expect(marks(store) == [1, 5, 6])
    store.removeAll()
    #expect(store.isEmpty)
    store.append(Self.row(mark: 7).span)
    #expect(marks(store) == [7])
  }

  /// Lengths that lie: shorter than their header, past the end, none at all.
  @Test(arguments: [
    [0, 0, 15, 0, 1, 0, 0, 0], [3, 0, 15, 0, 1, 0, 0, 0], [255, 255, 15, 0, 1, 0, 0, 0],
    [9, 0, 15, 0, 1, 0, 0, 0], [8, 0, 15], [8], [4, 0, 15, 0], [7, 0, 15, 0, 1, 0, 0],
  ])
  func aLengthThatLiesEndsTheRow(bytes: [UInt8]) {
    let store = Self.store([bytes, Self.row(mark: 2)])
    #expect(marks(store) == [nil, 2])
    // What came before is there.
    #expect(Self.store([Self.attribute(.tos, [16]) + bytes]).number(.tos, width: 1, of: 0) == 16)
  }

  /// The place of `tcp_info` is noted when the row comes; what is read there stays in the row.
  @Test func nothingTraps() {
    var writer = AttributeWriter()
    writer.append(.tcpInfo, [UInt8](repeating: 1, count: 248))
    writer.append(.congestion, Array("cubic".utf8))
    writer.append([.rtt: 1], memory: [.drops: 1])
    writer.append(.memory, [UInt8](repeating: 1, count: 36))
    fuzz(writer.bytes) { bytes in
      let store = Self.store([bytes, Self.row(mark: 2)])
      for member in TCPInfoMember.allCases {
        #expect(store.hasTCPInfo(0) || TCPInfo(store, 0)[member] == nil)
      }
      for member in MemoryMember.allCases { _ = store.memory(member.place, of: 0) }
      for kind in UInt16.min...30 {
        let attribute = SocketAttribute(rawValue: kind)
        for width in [1, 4, 8] { _ = store.number(attribute, width: width, of: 0) }
        _ = store.text(attribute, of: 0)
      }
      #expect(store.number(.mark, width: 4, of: 1) == 2)
    }
  }
}
