import Foundation
import LinuxSystem

/// The value of an environment variable.
public func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name]
}

/// The path of a file or directory under `fixtures/`.
public func fixturePath(_ name: String, file: String = #filePath) -> String {
  var parts = file.split(separator: "/")
  while let last = parts.popLast(), last != "Tests" {}
  return "/" + parts.joined(separator: "/") + "/fixtures/" + name
}

/// The bytes of a file under `fixtures/`.
public func fixture(_ name: String) throws -> [UInt8] {
  try FileDescriptor.contents(of: fixturePath(name))
}

/// Why a golden file does not agree.
public struct GoldenDiffers: Error, CustomStringConvertible {
  public let description: String
}

/// Holds bytes against `fixtures/golden/NAME`, and throws where they differ. `RECORD_GOLDENS=1`
/// writes the file again and throws as well, so that nobody records by accident.
public func expectGolden(_ name: String, _ actual: [UInt8]) throws {
  let path = fixturePath("golden/" + name)
  if environment("RECORD_GOLDENS") != nil {
    let file = try FileDescriptor.open(path, [.writeOnly, .create, .truncate])
    try file.write(actual.span)
    throw GoldenDiffers(description: "recorded \(path)")
  }
  let expected = (try? FileDescriptor.contents(of: path)) ?? []
  if actual == expected { return }
  throw GoldenDiffers(
    description: """
      differs from \(path); RECORD_GOLDENS=1 writes it again
      --- expected
      \(String(decoding: expected, as: UTF8.self))
      --- actual
      \(String(decoding: actual, as: UTF8.self))
      """)
}
