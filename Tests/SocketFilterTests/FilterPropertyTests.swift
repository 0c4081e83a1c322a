import SocketFilter
import SocketModel
import TestSupport
import Testing

@Suite struct FilterPropertyTests {
  private static let seeds = 0..<4 as Range<UInt64>
  private static let expressions = 150
  private let names = SampleNames()

  private func rows(_ snapshot: Snapshot) -> [Row] { (0..<snapshot.count).map { snapshot[$0] } }

  @Test(arguments: seeds)
  func narrowingLosesNoRow(seed: UInt64) {
    var random = RandomExpressions(seed: seed)
    for _ in 0..<Self.expressions {
      let filter = random.filter()
      let snapshot = random.snapshot(rows: 16)
      for protocols in [SocketKindSet.tcp, .udp, .all] {
        for families in [FamilySet.all, .ipv4, .ipv6] {
          let asked = Query(protocols: protocols, families: families)
          var narrowed = asked
          filter.narrow(&narrowed)
          for row in rows(snapshot) where asked.admits(row.socket) {
            let socket = row.socket
            if narrowed.admits(socket) && narrowed.pushdown.admits(socket) { continue }
            if filter.matches(row) != .no {
              Issue.record("\(filter) loses \(socket)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: seeds)
  func protocolsAreNoFewerThanMatch(seed: UInt64) {
    var random = RandomExpressions(seed: seed)
    for _ in 0..<Self.expressions {
      let filter = random.filter()
      guard let protocols = filter.protocols else { continue }
      let snapshot = random.snapshot(rows: 16)
      for row in rows(snapshot) where filter.matches(row) != .no {
        if !protocols.contains(row.socket.kind) { Issue.record("\(filter) loses \(row.socket)") }
      }
    }
  }

  @Test(arguments: seeds)
  func printedAndReadAgainIsTheSame(seed: UInt64) throws {
    var random = RandomExpressions(seed: seed)
    for _ in 0..<Self.expressions {
      let filter = random.filter()
      let again = try Filter(parsing: [filter.description], names: names)
      #expect(again == filter)
      #expect(again.description == filter.description)
    }
  }

  @Test(arguments: seeds)
  func deMorgan(seed: UInt64) throws {
    var random = RandomExpressions(seed: seed)
    for _ in 0..<Self.expressions {
      let (a, b) = (random.filter(), random.filter())
      let snapshot = random.snapshot(rows: 10)
      let either = try Filter(parsing: ["not ((\(a)) or (\(b)))"], names: names)
      let neither = try? Filter(parsing: ["not (\(a)) and not (\(b))"], names: names)
      for row in rows(snapshot) {
        let x = a.matches(row)
        let y = b.matches(row)
        let answers = [either, neither].compactMap { $0?.matches(row) }
        if answers.contains(where: { $0 != !max(x, y) || $0 != min(!x, !y) }) {
          Issue.record("\(either): \(answers)")
        }
      }
    }
  }

  @Test func wordsAreJoinedByBlanks() throws {
    var random = RandomExpressions(seed: 99)
    for _ in 0..<Self.expressions {
      let text = random.filter().description
      let words = text.split(separator: " ").map(String.init)
      #expect(
        try Filter(parsing: words, names: names)
          == Filter(parsing: [text], names: names))
    }
  }

  /// Words of a list that mean something else on their own, a sign after a sign, and a last backslash: `Scripts/fuzz` found them.
  @Test(arguments: [
    "a,gt", "gt,a b", "-N,!--netns NAM0.", "- 0xt,uid t,0x+", "a,state b", "src,a b", "!a,!b",
    #"f ::,1\"#, #"a b\"#, #"a,b\"#, "user===w*", "process===a,=b",
  ])
  func wordsOfTheLanguageAreOthersInAList(text: String) throws {
    let filter = try Filter(parsing: [text], names: names)
    let again = try Filter(parsing: [filter.description], names: names)
    #expect(again == filter && again.description == filter.description)
  }

  /// Whatever is typed is read or refused, and an error can always be printed.
  @Test func anythingEnds() {
    let texts = [
      "state established ( dport = :https or not src [fe80::1%lo]/10:* )",
      #"lport!=22,443- reaches=::1:80 process="a b",c\*d* || rtt>=0x10"#, "!(10/8&&!:http)|exposed",
    ]
    for text in texts {
      fuzz(Array(text.utf8), mutations: 150) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(FilterError) {
          let filter = try Filter(parsing: [text], names: names)
          let again = try Filter(parsing: [filter.description], names: names)
          #expect(again == filter, "\(text.debugDescription)")
        } catch {
          #expect(error.description.split(separator: "\n").count == 3)
          #expect(error.words == [text])
        }
      }
    }
  }
}
