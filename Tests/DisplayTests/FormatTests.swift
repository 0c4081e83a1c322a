import SocketModel
import Testing

@testable import Display

@Suite struct FormatTests {
  private func bytes(_ renderer: any ListingRenderer) -> [UInt8] {
    written { renderer.rendering(Samples.detailed).write(to: $0) }
  }

  private func content(
    _ columns: ColumnSet, _ sections: Sections = [], chosen: Bool
  ) -> ListingContent {
    ListingContent(
      Table(columns: columns, hasHeader: false), sections: sections, columnsAreChosen: chosen)
  }

  @Test func eachFormWritesTheContent() {
    let content = content(ColumnSet([.local, .field(.tcpInfo(.rtt))]), .timer, chosen: true)
    let forms: [Format: any ListingRenderer] = [
      .table: content.table, .json: JSON(.document, sections: [.timer, .tcpInfo]),
      .ndjson: JSON(.lines, sections: [.timer, .tcpInfo]),
      .csv: CSV(
        fields: [.localAddress, .localPort, .tcpInfo(.rtt)], hasHeader: false, hasOrigin: true),
    ]
    for (format, expected) in forms {
      let renderer = format.renderer(of: content)
      #expect(bytes(renderer) == bytes(expected), "\(format)")
      #expect(renderer.needs == expected.needs, "\(format)")
    }
    #expect(forms.count == Format.allCases.count)
  }

  @Test func noTwoFormsWriteTheSame() {
    let content = content(.standard(), chosen: false)
    let all = Format.allCases.map { bytes($0.renderer(of: content)) }
    #expect(Set(all).count == Format.allCases.count)
  }

  @Test func withoutChosenColumnsCSVHasWhatJSONHas() {
    let content = content(.standard([.memory]), [.memory], chosen: false)
    #expect(content.sections == .memory)
    // But what rows are joined by, which has to be named.
    #expect(
      Set(JSON.fields(content.sections)).subtracting(content.fields) == Set(Field.joining))
    #expect(!content.fields.contains(.tcpInfo(.rtt)))
  }

  @Test func aFormWithAnEndIsNotForTheLiveView() {
    #expect(Format.allCases.filter { $0.live == nil } == [.json, .csv])
  }
}
