import Foundation
import SocketModel
import Testing

@testable import Display

@Suite struct OwnerListWriterTests {
  private func listing(
    _ owners: [(pid: Int32, name: [UInt8]?, command: [UInt8]?)], status: OwnerStatus = .known
  ) -> Listing {
    var sample = Sample()
    sample.add(
      Socket(.tcp, local: Samples.none4, remote: Samples.none4, state: .listening, inode: 9),
      owners: owners.map(\.pid), status: status)
    for (pid, name, command) in owners {
      sample.names.processes[pid] = name.map { ProcessName(name: $0, command: command) }
    }
    return sample.listing
  }

  private func list(
    _ listing: Listing, commands: Bool = false, in place: OwnerListWriter.Place = .json
  ) -> String {
    var out: [UInt8] = []
    OwnerListWriter(listing, commands: commands, in: place).append(
      listing.snapshot[listing.rows[0]], to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static let two: [(pid: Int32, name: [UInt8]?, command: [UInt8]?)] = [
    (9, Array("sshd".utf8), Array("/usr/sbin/sshd\0-D\0\0".utf8)), (812, nil, nil),
  ]

  @Test func listsEveryOwnerWithEveryDescriptor() {
    #expect(
      list(listing(Self.two))
        == #"[{"pid":9,"name":"sshd","fds":[3,5]},{"pid":812,"name":null,"fds":[3,5]}]"#)
  }

  @Test func listsCommandsOnRequest() {
    #expect(
      list(listing(Self.two), commands: true)
        == #"[{"pid":9,"name":"sshd","fds":[3,5],"command":["/usr/sbin/sshd","-D",""]},"#
        + #"{"pid":812,"name":null,"fds":[3,5],"command":null}]"#)
  }

  @Test func quotesItselfInACell() {
    #expect(
      list(listing([(9, Array("a\"b".utf8), nil)]), in: .csv)
        == #""[{""pid"":9,""name"":""a\""b"",""fds"":[3,5]}]""#)
  }

  @Test func tellsNobodyFromNotAsked() {
    #expect(list(listing([], status: .hidden)) == "[]")
    #expect(list(listing([], status: .none), in: .csv) == "\"[]\"")
    #expect(list(listing([], status: .notAsked)) == "null")
    #expect(list(listing([], status: .notAsked), in: .csv) == "")
  }

  /// A name comes back byte for byte, from JSON and from JSON in a cell.
  @Test(arguments: Samples.hostileNames.indices)
  func keepsHostileNamesHarmlessAndReversible(index: Int) throws {
    let name = Samples.hostileNames[index]
    let listing = listing([(100, Array("x".utf8), nil), (101, name, name + [0])])
    let csv = written {
      CSV(fields: [.owners, .command], hasHeader: false).rendering(listing).write(to: $0)
    }
    #expect(!csv.contains { $0 < 0x20 && $0 != 0x0a && $0 != 0x0d || $0 == 0x7f })
    let cell = try #require(parsedCSV(csv).first?.first)
    for text in [cell, list(listing, commands: true)] {
      let owners = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
      let owner = try #require(owners?.last)
      #expect(unescapedJSON(owner["name"] as? String ?? "?") == name)
      #expect((owner["command"] as? [String])?.map { unescapedJSON($0) } == [name])
    }
  }
}
