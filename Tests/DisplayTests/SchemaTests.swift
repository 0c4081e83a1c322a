import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

/// `fixtures/socket.schema.json` names what is written, and no other field.
@Suite struct SchemaTests {
  private let definitions: [String: Any]

  init() throws {
    let schema = try JSONSerialization.jsonObject(with: Data(try fixture("socket.schema.json")))
    let root = try #require(schema as? [String: Any])
    definitions = try #require(root["$defs"] as? [String: Any])
  }

  private func properties(_ definition: Any?) throws -> [String: Any] {
    try #require((definition as? [String: Any])?["properties"] as? [String: Any])
  }

  private func socket(_ sections: Sections) throws -> [String: Any] {
    let bytes = written {
      JSON(.document, sections: sections).rendering(Samples.detailed).write(to: $0)
    }
    let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    return try #require((root?["sockets"] as? [[String: Any]])?.first)
  }

  @Test func namesEveryField() throws {
    let known = try properties(definitions["socket"])
    let all = Sections(rawValue: .max)
    let socket = try socket(all)
    #expect(Set(known.keys) == Set(socket.keys))
    for part in ["tcp_info", "memory"] {
      let written = try #require(socket[part] as? [String: Any])
      #expect(Set(try properties(known[part]).keys) == Set(written.keys))
    }
    let owner = try #require((socket["owners"] as? [[String: Any]])?.first)
    #expect(Set(try properties(definitions["owner"]).keys) == Set(owner.keys))
  }

  /// What a value is, as far as it can be told from others once it is parsed.
  private func types(of value: Any) -> Set<String> {
    switch value {
    case is NSNull: ["null"]
    case is String: ["string"]
    case is [Any]: ["array"]
    case is [String: Any]: ["object"]
    case _: ["integer", "boolean"]
    }
  }

  private func expect(_ object: [String: Any], isAs known: [String: Any]) throws {
    for (name, value) in object {
      let property = try #require(known[name] as? [String: Any], "\(name)")
      if let words = property["enum"] as? [Any] {
        #expect(words.contains { "\($0)" == "\(value)" }, "\(name)")
        continue
      }
      let allowed = (property["type"] as? [String]) ?? [property["type"] as? String ?? "?"]
      #expect(!types(of: value).isDisjoint(with: allowed), "\(name)")
      if let members = value as? [String: Any] {
        try expect(members, isAs: try properties(property))
      }
    }
  }

  @Test(arguments: [Samples.plain, Samples.detailed, Samples.hostile, Samples.longest])
  func saysWhatEveryValueIs(listing: Listing) throws {
    let known = try properties(definitions["socket"])
    for sections in [Sections(), Sections(rawValue: .max)] {
      let bytes = written { JSON(.document, sections: sections).rendering(listing).write(to: $0) }
      let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      for socket in try #require(root?["sockets"] as? [[String: Any]]) {
        try expect(socket, isAs: known)
      }
    }
  }

  @Test func requiresWhatIsAlwaysThere() throws {
    let definition = try #require(definitions["socket"] as? [String: Any])
    #expect(Set(definition["required"] as? [String] ?? []) == Set(try socket([]).keys))
  }

  @Test func knowsEveryState() throws {
    let state = try properties(definitions["socket"])["state"] as? [String: Any]
    let pattern = try Regex(try #require(state?["pattern"] as? String))
    for number in UInt8.min...UInt8.max {
      for kind in SocketKind.allCases {
        let state = TCPState(rawValue: number)
        let text = state.name(kind).map { "\($0)" } ?? "\(number)"
        #expect(text.wholeMatch(of: pattern) != nil)
      }
    }
  }
}
