public import Testing

import Foundation
import LinuxSystem

/// The value of an environment variable.
public func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name]
}

/// The path of a file or folder under `fixtures/`.
public func fixturePath(_ name: String, file: String = #filePath) -> String {
  var parts = file.split(separator: "/")
  while let last = parts.popLast(), last != "Tests" {}
  return "/" + parts.joined(separator: "/") + "/fixtures/" + name
}

/// The bytes of a file under `fixtures/`.
public func fixture(_ name: String) throws -> [UInt8] {
  try FileDescriptor.contents(of: fixturePath(name))
}

/// Holds bytes against `fixtures/golden/NAME`. `RECORD_GOLDENS=1` writes the file anew and fails
/// that run, so that nobody records by accident.
public func expectGolden(
  _ name: String, _ actual: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let path = fixturePath("golden/" + name)
  if environment("RECORD_GOLDENS") != nil {
    let file = try FileDescriptor.open(path, [.writeOnly, .create, .truncate])
    try file.write(actual.span)
    Issue.record("recorded \(path)", sourceLocation: sourceLocation)
    return
  }
  let expected = (try? FileDescriptor.contents(of: path)) ?? []
  #expect(
    String(decoding: actual, as: UTF8.self) == String(decoding: expected, as: UTF8.self),
    "differs from \(path); RECORD_GOLDENS=1 writes it anew", sourceLocation: sourceLocation)
}
