import Foundation
import SocketModel
import TestSupport
import Testing

@testable import Display

/// The README's table of fields, and what the schema says of a socket, are made from the catalogue:
/// `RECORD_GOLDENS=1` rewrites them. The members of the two objects are in the manual.
@Suite struct FieldDocumentsTests {
  @Test func theREADMETellsEveryField() throws {
    let heading = "| field | what it holds |\n|---|---|\n"
    let readme = String(decoding: try fixture("../README.md"), as: UTF8.self)
    let parts = readme.components(separatedBy: heading)
    try #require(parts.count == 2)
    let rows = Field.all.filter { $0.group == nil }.map { "| `\($0.name)` | \($0.help) |\n" }
    let lines = parts[1].split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.drop { $0.hasPrefix("|") }.joined(separator: "\n")
    try expectGolden("../../README.md", Array((parts[0] + heading + rows.joined() + rest).utf8))
  }

  @Test func theSchemaTellsEveryField() throws {
    let schema = String(decoding: try fixture("socket.schema.json"), as: UTF8.self)
    let start = try #require(schema.range(of: "\n    \"socket\": "))
    let end = try #require(
      schema.range(of: "\n    },\n", range: start.upperBound..<schema.endIndex))
    let definition = SchemaNode.socket.text(indent: 4) + ",\n"
    let text = schema[..<start.upperBound] + definition + schema[end.upperBound...]
    try expectGolden("../socket.schema.json", Array(text.utf8))
  }
}

/// A part of a JSON Schema.
private enum SchemaNode {
  case object([(key: String, value: SchemaNode)])
  case array([SchemaNode])
  case text(String)
  case number(Int)
  case null

  /// On lines of their own, two spaces further in each.
  func text(indent: Int) -> String {
    let outer = String(repeating: " ", count: indent)
    let inner = "\n" + outer + "  "
    switch self {
    case .object(let members):
      let lines = members.map { "\(inner)\"\($0)\": \($1.text(indent: indent + 2))" }
      return "{" + lines.joined(separator: ",") + "\n\(outer)}"
    case .array(let items):
      return "[" + items.map { inner + $0.text(indent: indent + 2) }.joined(separator: ",")
        + "\n\(outer)]"
    case .text(let text):
      return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    case .number(let number): return "\(number)"
    case .null: return "null"
    }
  }
}

// MARK: What the catalogue does not say

extension SchemaNode {
  /// What every row has.
  private static let neverNull: Set<Field> = [
    .proto, .family, .state, .timer, .timerRetransmits,
  ]
  /// Words to which the kernel may add: what has no word is a number.
  private static let numbered: Set<Field> = [.state, .timer, .event(.error)]
  private static let maxima: [Field: Int] = [
    .localPort: 65535, .remotePort: 65535, .timerRetransmits: 255, .tos: 255,
    .trafficClass: 255, .shutdown: 255,
  ]
  private static let origins = [
    "tcp_info":
      "struct tcp_info (include/uapi/linux/tcp.h), null where a member is unset or newer than the kernel",
    "memory": "SK_MEMINFO_* (include/uapi/linux/sock_diag.h)",
  ]
  private static let remarks: [Field: String] = [
    .localAddress: "Without brackets, zone or name. Null for unix, link and netlink.",
    .localPort: "Null for unix, raw, link and netlink.",
    .remoteAddress: "Null for unix, link and netlink.",
    .remotePort: "Null for unix, raw, link and netlink.",
    .subprotocol: "Null for what is neither raw nor packet nor netlink.",
    .netlinkPort: "Null for what is not netlink.",
    .uid: "Null also for netlink.",
    .ip(.local): "Null as local_address is.",
    .ip(.remote): "Null as remote_address is; unspecified where there is no other end.",
    .netns: "Null for a recording and another /proc.",
    .netnsCookie: "May exceed 2^53; null before Linux 5.14, and as netns is.",
    .receiveQueue: "Null for unix over /proc.",
    .interface: "An index where it has no name; null where there is none.",
    .state: "A number where the kernel's state has no name.",
    .sendQueue: "0 for a listener over /proc; null for unix there.",
    .localPath:
      "A path that begins with @ is ./@. NUL and bytes that are not UTF-8 are \\xNN, a backslash is "
      + "doubled. Null for a socket without a name, and for what is not unix.",
    .remotePath: "As local_path; null also over /proc.",
    .peerInode: "Null where there is none, or it is not known.",
    .direction:
      "Null where that can't be told: without a listener now, or with one at both ends.",
    .peerLocal: "Null where it is not known to be; never false: an address may be translated.",
    .peerPID: "Null where that is not known.",
    .peerProcess: "Null where that is not known.",
    .user: "Null where the number has no name.",
    .inode: "Null where the socket belongs to no descriptor.",
    .ownerStatus:
      "partial: others may hold it who can't be seen; unheld: no process holds a descriptor; kernel: the "
      + "kernel's own, by proof. "
      + "Null where owners were not asked.",
    .owners:
      "Those of the listener for a queued connection, without descriptors; null where owners were "
      + "not asked.",
    .timerExpires: "Null where no timer runs.",
    .cookie: "May exceed 2^53; null over /proc.",
    .v6only: "Null where it is not known, or the socket is not IPv6.",
    .cgroup: "Its id where the path is not known.",
    .unit:
      "Born in: a process that moved leaves its sockets behind, and an accepted connection has its "
      + "listener's. Null where there is none, or it is not known.",
    .container: "Null where there is none, or it is not known.",
    .event(.event): "Null but in trace, as are the next five; changed is the live view's.",
    .event(.duration): "Null where it began before anybody looked.",
    .event(.error): "A number where it has no name here; null for none.",
    .forwardsTo: "Null where the owner is none, or its arguments are not known.",
  ]
}

// MARK: What follows from the catalogue

extension SchemaNode {
  static var socket: SchemaNode {
    var members: [(key: String, value: SchemaNode)] = []
    for field in JSON.fields(Sections(rawValue: .max)) {
      guard let group = field.group else {
        members.append((field.name, SchemaNode(field)))
        continue
      }
      if members.last?.key == group { continue }
      members.append((group, object(of: group)))
    }
    return .object([
      (
        "description",
        .text(
          "the first fields are always there, the others where an option or a column asks for them")
      ),
      ("type", .text("object")),
      ("required", .array(JSON.fields([]).map { .text($0.name) })),
      ("properties", .object(members)),
    ])
  }

  private static func object(of group: String) -> SchemaNode {
    let fields = Field.all.filter { $0.group == group }
    return .object([
      ("description", .text(origins[group] ?? "")), ("type", .text("object")),
      ("required", .array(fields.map { .text($0.name) })),
      ("properties", .object(fields.map { ($0.name, SchemaNode($0)) })),
    ])
  }

  private init(_ field: Field) {
    let help = [field.help, Self.remarks[field]].compactMap { $0 }.joined(separator: " ")
    self = .object([("description", .text(help))] + Self.members(field))
  }

  private static func members(_ field: Field) -> [(key: String, value: SchemaNode)] {
    let isNullable = !neverNull.contains(field)
    func type(_ name: String) -> (key: String, value: SchemaNode) {
      ("type", isNullable ? .array([.text(name), .text("null")]) : .text(name))
    }
    switch field.kind {
    case .number:
      return [type("integer"), ("minimum", .number(0))]
        + (maxima[field].map { [("maximum", .number($0))] } ?? [])
    case .flag: return [type("boolean")]
    case .address, .name: return [type("string")]
    case .word where numbered.contains(field):
      let words = field.words.map { "\($0)" }.joined(separator: "|")
      return [type("string"), ("pattern", .text("^(\(words)|[0-9]{1,3})$"))]
    case .word:
      // The events of the live view have the same name.
      let others: [SchemaNode] = field == .event(.event) ? [.text("changed")] : []
      let words = field.words.map { SchemaNode.text("\($0)") } + others
      return [("enum", .array(words + (isNullable ? [.null] : [])))]
    case .list:
      return [type("array"), ("items", .object([("$ref", .text("#/$defs/owner"))]))]
    }
  }
}
