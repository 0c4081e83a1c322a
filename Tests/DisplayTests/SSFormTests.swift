import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite("The form of ss")
struct SSFormTests {
  private func text(_ form: SSForm, _ listing: Listing) -> String {
    String(decoding: written { form.rendering(listing).write(to: $0) }, as: UTF8.self)
  }

  private var everything: SSForm {
    var form = SSForm()
    (form.showsProcesses, form.showsDetails, form.showsInfo, form.showsMemory) = (
      true, true, true, true
    )
    form.isNumeric = true
    return form
  }

  @Test(arguments: [("ss", Samples.plain), ("ss-unix", ToolSamples.unix)])
  func writesEveryKindOfRow(name: String, listing: Listing) throws {
    var form = SSForm()
    form.showsProcesses = true
    try expectGolden("display-\(name)", written { form.rendering(listing).write(to: $0) })
  }

  @Test("all that is told of a connection", arguments: ["ss-detailed", "ss-oneline"])
  func details(name: String) throws {
    var form = everything
    form.isOneLine = name == "ss-oneline"
    form.isNumeric = !form.isOneLine
    try expectGolden(
      "display-\(name)", written { form.rendering(ToolSamples.connection).write(to: $0) })
  }

  @Test("names that act on a terminal are shown, and others are as they are")
  func hostileNames() throws {
    let text = text(everything, Samples.hostile)
    #expect(!text.utf8.contains { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 })
    #expect(harmless("a\\x2d b)\"\u{e9}".utf8) == Array("a\\x2d b)\"\u{e9}".utf8))
    #expect(
      harmless([0x1b, 0x5b, 0x0a, 0x7f, 0xc2, 0x9b]) == Array("\\x1b[\\x0a\\x7f\\xc2\\x9b".utf8))
  }

  @Test("a path that begins with @ is as it was bound, an abstract name begins with one")
  func pathsWithSign() {
    var sample = Sample()
    for (index, isAbstract) in [false, true].enumerated() {
      let name = UnixName(Array("@at".utf8), isAbstract: isAbstract)
      sample.names.unix[name.number] = name.text
      sample.add(
        Socket(
          .unixStream, local: name.endpoint, remote: .none, state: .listening,
          inode: UInt64(index + 1), cookie: UInt64(index + 1)))
    }
    var form = SSForm()
    form.hasHeader = false
    let names = text(form, sample.listing).split(separator: "\n").map {
      $0.split(separator: " ")[4]
    }
    #expect(names == ["@at", "@@at"])
  }

  @Test("columns that say nothing are left out, and the header")
  func columns() {
    var form = SSForm()
    form.isNumeric = true
    let whole = text(form, Samples.plain)
    #expect(whole.hasPrefix("Netid State"))
    (form.hasNetid, form.hasState) = (false, false)
    #expect(text(form, Samples.plain).hasPrefix("Recv-Q Send-Q"))
    form.hasHeader = false
    #expect(!text(form, Samples.plain).contains("Recv-Q"))
    #expect(text(form, Samples.plain).split(separator: "\n").count == Samples.plain.count)
  }

  @Test("a row is one line with -O, and no line ends with a space")
  func lines() {
    var form = everything
    form.isOneLine = true
    let text = text(form, Samples.detailed)
    #expect(text.split(separator: "\n").count == Samples.detailed.count + 1)
    #expect(text.split(separator: "\n").allSatisfy { $0.last != " " })
  }

  @Test("services have names but in the range of ephemeral ports")
  func services() {
    var form = SSForm()
    form.hasHeader = false
    let named = text(form, Samples.plain)
    form.ephemeralPorts = 1...65535
    let numeric = text(form, Samples.plain)
    #expect(named.contains(":ssh ") && numeric.contains(":22 ") && !numeric.contains(":ssh"))
  }
}
