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

  @Test("letters of -F that are not told here")
  func letters() {
    #expect(LsofForm.Fields("") == nil && LsofForm.Fields("pg") == nil)
    #expect(LsofForm.Fields("pcn") != nil)
  }
}
