import Foundation
import Glibc

/// Asks again until the answer is yes; false when the deadline came first. A test waits for a
/// condition with this and never for a fixed time.
public func eventually(
  within seconds: Double = 60, _ condition: () throws -> Bool
) rethrows -> Bool {
  let deadline = Date().addingTimeInterval(seconds)
  while try !condition() {
    if Date() > deadline { return false }
    _ = poll(nil, 0, 2)
  }
  return true
}
