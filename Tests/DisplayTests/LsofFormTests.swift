import SocketModel
import TestSupport
import Testing

@testable import Display

@Suite("The form of lsof")
struct LsofFormTests {
  private var form: LsofForm {
    var form = LsofForm()
    form.users = [812: 0, 640: 0, 641: 33, 642: 33, 643: 33, 644: 33, 990: 4000, 1201: 0, 900: 33]
    return form
  }

  private func text(_ form: LsofForm, _ listing: Listing) -> String {
    String(decoding: written { form.rendering(listing).write(to: $0) }, as: UTF8.self)
  }

  @Test func writesEveryDescriptor() throws {
    try expectGolden("display-lsof", written { form.rendering(Samples.plain).write(to: $0) })
  }

  @Test func writesFields() throws {
    var form = form
    form.fields = LsofForm.Fields("pcuLftPnT")
    try expectGolden(
      "display-lsof-fields", written { form.rendering(Samples.plain).write(to: $0) })
  }

  @Test("with NULs a set is a line")
  func fieldsWithNUL() {
    var form = form
    form.fields = LsofForm.Fields("pn0")
    var sample = Sample()
    sample.name(812, "a b")
    for port in [80, 81] as [UInt16] {
      sample.add(
        Socket(
          .tcp, local: Samples.v4(0, 0, 0, 0, port), remote: Samples.none4, state: .listening,
          inode: UInt64(port)), owners: [812])
    }
    form.hasServices = false
    #expect(text(form, sample.listing) == "p812\0\nn*:80\0\nn*:81\0\nn*:80\0\nn*:81\0\n")
  }

  @Test("no row is no header")
  func empty() {
    #expect(text(form, Sample().listing) == "")
  }

  @Test("names that act on a terminal are shown")
  func hostileNames() {
    let text = text(form, Samples.hostile)
    #expect(!text.utf8.contains { $0 < 0x20 && $0 != 0x0a })
    let columns = text.split(separator: "\n").dropFirst().map { $0.split(separator: " ").count }
    #expect(columns.allSatisfy { 9...10 ~= $0 })
  }

  @Test(
    "a name's bytes beyond ASCII and its backslashes",
    arguments: [
      ("back\\sl", "back\\\\sl", "back\\\\sl"), ("a b\t", "a\\x20b\\t", "a b\\t"),
      ("py\u{e9}\\", "py\\xc3", "py\u{e9}\\\\"), ("\u{9b}", "\\xc2", "\\xc2\\x9b"),
      ("\u{7f}\u{1}", "\\x7f^A", "\\x7f^A"),
    ])
  func names(name: String, column: String, field: String) {
    let text = LsofText(Array(name.utf8))
    let room = max(7, min(9, text.width))
    #expect(String(decoding: text.column(room), as: UTF8.self) == column)
    #expect(String(decoding: text.field(isUTF8: true), as: UTF8.self) == field)
  }

  @Test("bytes that are no character, and a locale without them")
  func bytes() {
    #expect(LsofText([0xff, 0xfe, 0xc3]).field(isUTF8: true) == Array("\\xff\\xfe\\xc3".utf8))
    #expect(LsofText([0xc3, 0xa9]).field(isUTF8: false) == Array("\\xc3\\xa9".utf8))
  }

  @Test("a user without a name has no login field, and a number of 8 digits")
  func nameless() {
    var sample = Sample()
    sample.name(812, "sshd")
    sample.add(
      Socket(
        .tcp, local: Samples.v4(0, 0, 0, 0, 80), remote: Samples.none4, state: .listening, inode: 1
      ), owners: [812])
    var form = form
    form.users[812] = 4_294_967_294
    #expect(text(form, sample.listing).contains(" 42949672 "))
    form.fields = LsofForm.Fields("cuL")
    #expect(text(form, sample.listing).hasPrefix("p812\ncsshd\nu-2\n"))
    #expect(!text(form, sample.listing).contains("\nL"))
  }

  @Test("letters of -F that are not told here")
  func letters() {
    #expect(LsofForm.Fields("") == nil && LsofForm.Fields("pg") == nil)
    #expect(LsofForm.Fields("pcn") != nil)
  }
}
