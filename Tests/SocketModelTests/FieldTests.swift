import SocketModel
import Testing

@Suite struct FieldTests {
  @Test func everyNameAndAliasMeansOneField() {
    var seen: [String: Field] = [:]
    for field in Field.all {
      for name in [field.name] + field.aliases {
        #expect(seen.updateValue(field, forKey: name) == nil, "\(name) twice")
        #expect(Field(name) == field)
      }
    }
  }

  @Test func dashesAndCaseDoNotMatter() {
    #expect(Field("Remote-Address") == .remoteAddress)
    #expect(Field("RPORT") == .remotePort)
    #expect(Field("nonsense") == nil)
  }

  @Test func whatIsAbsentIsSortedLast() {
    let values: [FieldValue] = [
      .number(2), .number(10), .address(IPAddress(v4: 1)), .text("a"), .absent,
    ]
    #expect(values.reversed().sorted() == values)
  }
}
