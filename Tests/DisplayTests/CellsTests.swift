import SocketModel
import Testing

@testable import Display

@Suite struct CellsTests {
  static func text(_ column: Column, _ socket: Socket) -> String {
    var sample = Sample()
    sample.add(socket, status: .none)
    let cells = Cells(sample.listing, ColumnSet([column]))
    return String(decoding: cells.cell(column, row: 0).text, as: UTF8.self)
  }

  /// `sockeye bash` printed `24329/python3 (+2)`.
  @Test func showsTheOwnerThatWasAskedFor() {
    var listing = Samples.plain
    func owner() -> String {
      String(decoding: Cells(listing, .standard()).cell(.process, row: 1).text, as: UTF8.self)
    }
    #expect(owner().hasPrefix("640") && owner().hasSuffix("(+4)"))
    listing.askedProcesses = [643, 642, 812]
    #expect(owner().hasPrefix("642") && owner().hasSuffix("(+4)"))
    listing.askedProcesses = [9]
    #expect(owner().hasPrefix("640"))
  }

  private static func v6(_ text: String, _ port: UInt16) -> Endpoint { Samples.v6(text, port) }

  static let ends: [(Endpoint, Endpoint, UInt32, Socket.V6Only, String, String)] = [
    (Samples.v4(0, 0, 0, 0, 22), Samples.none4, 0, .unknown, "0.0.0.0:ssh", "*:*"),
    (Samples.v4(0, 0, 0, 0, 5000), Samples.none4.with(123), 0, .unknown, "0.0.0.0:5000", "*:123"),
    (Samples.v4(127, 0, 0, 1, 631), Samples.none4, 1, .unknown, "127.0.0.1%lo:631", "*:*"),
    (Samples.none6.with(443), Samples.none6, 0, .no, "*:https", "*:*"),
    (Samples.none6.with(443), Samples.none6, 1, .no, "*%lo:https", "*:*"),
    (Samples.none6.with(443), Samples.none6, 0, .yes, "[::]:https", "*:*"),
    (Samples.none6.with(444), Samples.none6, 0, .unknown, "[::]:444 (v4?)", "*:*"),
    (v6("fe80::1", 22), v6("fe80::2", 9), 1, .yes, "[fe80::1%lo]:ssh", "[fe80::2%lo]:9"),
    (v6("fe80::1", 22), v6("fe80::2", 9), 0, .yes, "[fe80::1]:ssh", "[fe80::2]:9"),
    (v6("fe80::1", 22), v6("fe80::2", 9), 8, .yes, "[fe80::1%8]:ssh", "[fe80::2%8]:9"),
    (v6("::1", 1024), v6("::1", 65535), 0, .no, "[::1]:1024", "[::1]:65535"),
    (
      v6("::ffff:1.2.3.4", 5), v6("::ffff:0.0.0.0", 6), 0, .no, "[::ffff:1.2.3.4]:5",
      "[::ffff:0.0.0.0]:6"
    ),
    (
      Samples.v4(255, 255, 255, 255, 0), Samples.v4(1, 20, 255, 100, 0), 0, .unknown,
      "255.255.255.255:*", "1.20.255.100:*"
    ),
  ]

  @Test(arguments: ends.indices)
  func writesEnds(index: Int) {
    let (local, remote, interface, v6Only, localText, remoteText) = Self.ends[index]
    let socket = Socket(
      .tcp, local: local, remote: remote, state: .listening, interface: interface, v6Only: v6Only)
    #expect(Self.text(.local, socket) == localText)
    #expect(Self.text(.remote, socket) == remoteText)
  }

  static let queues: [(TCPState, SocketKind, UInt32, UInt32, UInt64, String)] = [
    (.established, .tcp, 0, 0, 1, "-"), (.established, .tcp, 5, 0, 1, "5/0"),
    (.closeWait, .tcp, 1, 4_294_967_295, 0, "1/4294967295"),
    (.listening, .tcp, 0, 128, 1, "0/128"), (.listening, .tcp, 128, 128, 1, "128/128"),
    (.listening, .tcp, 129, 128, 1, "129/128!"), (.listening, .tcp, 0, 0, 1, "0/0"),
    (.listening, .tcp, 1, 0, 1, "1/0!"), (.listening, .tcp, 0, 0, 0, "0/?"),
    (.listening, .tcp, 7, 0, 0, "7/?"), (.closed, .udp, 0, 0, 0, "-"),
    (.closed, .udp, 7, 0, 0, "7/0"),
  ]

  @Test(arguments: queues.indices)
  func writesQueues(index: Int) {
    let (state, kind, receive, send, cookie, text) = Self.queues[index]
    let socket = Socket(
      kind, local: Samples.none4, remote: Samples.none4, state: state, receiveQueue: receive,
      sendQueue: send, cookie: cookie)
    #expect(Self.text(.queue, socket) == text)
  }

  @Test(arguments: [
    (SocketTimer.off, "-"),
    (SocketTimer(kind: .keepalive, expires: 119_260, retransmits: 0), "keepalive 119s"),
    // It was 5937.8s.
    (SocketTimer(kind: .keepalive, expires: 5_937_800, retransmits: 0), "keepalive 1h38m"),
    (SocketTimer(kind: .keepalive, expires: 7_200_000, retransmits: 0), "keepalive 2h"),
    (SocketTimer(kind: .timeWait, expires: 1000, retransmits: 0), "timewait 1.0s"),
    (SocketTimer(kind: .persist, expires: 1_000_000, retransmits: 0), "persist 16m"),
    (SocketTimer(kind: .retransmit, expires: 204, retransmits: 3), "on 204ms (3)"),
    (SocketTimer(kind: .init(rawValue: 9), expires: .max, retransmits: 255), "9 49d17h (255)"),
  ])
  func writesTimers(timer: SocketTimer, text: String) {
    let socket = Socket(
      .tcp, local: Samples.none4, remote: Samples.none4, state: .established, timer: timer)
    #expect(Self.text(.field(.timer), socket) == text)
  }

  private func process(
    _ status: OwnerStatus, owners: [Int32] = [], named: [Int32] = [], uid: UInt32 = 0,
    inode: UInt64 = 1
  ) -> String {
    var sample = Sample()
    sample.add(
      Socket(
        .tcp, local: Samples.none4, remote: Samples.none4, state: .established, rawUID: uid,
        inode: inode), owners: owners, status: status)
    for pid in named { sample.name(pid, "java") }
    let cells = Cells(sample.listing, .standard())
    return String(decoding: cells.cell(.process, row: 0).text, as: UTF8.self)
  }

  @Test func writesOwners() {
    #expect(process(.known, owners: [812], named: [812]) == "812/java")
    #expect(process(.known, owners: [812]) == "812")
    #expect(process(.known, owners: [5, 6, 7], named: [5]) == "5/java (+2)")
    #expect(process(.queued, owners: [812], named: [812], inode: 0) == "812/java (queued)")
    #expect(process(.queued, owners: [5, 6], named: [5], inode: 0) == "5/java (+1, queued)")
    #expect(process(.queued, inode: 0) == "? (queued)")
    #expect(process(.partial, owners: [812], named: [812]) == "812/java (+?)")
    #expect(process(.partial, owners: [5, 6], named: [5]) == "5/java (+1, ?)")
    #expect(process(.unheld) == "no descriptor")
    #expect(process(.none) == "-")
    #expect(process(.hidden, uid: 33) == "? (www-data)")
    #expect(process(.hidden, uid: 4_000_000_000) == "? (4000000000)")
    #expect(process(.hidden, inode: 0) == "?")
  }

  @Test func keepsTheNumberOfAnUnknownState() {
    let socket = Socket(
      .tcp, local: Samples.none4, remote: Samples.none4, state: TCPState(rawValue: 255))
    #expect(Self.text(.field(.state), socket) == "255")
  }

  @Test func writesHostNamesWhereTheyAreGiven() {
    var sample = Samples.plainSample
    sample.names.hosts = [
      IPAddress(v4: 0x0808_0808): "dns.google", IPAddress(v4: 0x7f00_0001): "evil\u{1b}[2J",
    ]
    let cells = Cells(sample.listing, .standard())
    let texts = (0..<cells.count).flatMap { row in
      [Column.local, .remote].map {
        String(decoding: cells.cell($0, row: row).text, as: UTF8.self)
      }
    }
    #expect(texts.contains("dns.google:domain"))
    #expect(texts.contains("evil\\x1b[2J%lo:9999"))
    #expect(texts.contains("0.0.0.0:ssh"))
  }

  /// The quick way to a width says what writing the cell says.
  @Test(arguments: [Samples.plain, Samples.hostile, Samples.detailed])
  func tellsPlainWidths(listing: Listing) {
    for numbers in [NumberStyle.numeric, .wellKnown, .all] {
      let cells = Cells(listing, ColumnSet(Column.all), numbers: numbers)
      for row in 0..<cells.count {
        for column in Column.all {
          let (text, width) = cells.cell(column, row: row)
          #expect(width == displayWidth(String(decoding: text, as: UTF8.self)))
          let socket = listing.snapshot[listing.rows[row]].socket
          let plain = cells.plainWidth(column, row, socket)
          #expect(plain == nil || plain == width)
        }
      }
    }
  }
}
