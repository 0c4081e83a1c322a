/// A unit's name without what is another one each time: `session-*.scope`, `docker-*.scope`,
/// `run-*.service`, and `sshd@*.service` for a service that systemd starts for each connection
/// (systemd.socket(5), Accept=), whose name has a number and both ends in it.
///
/// Scopes are never installed, always made by a program; of services these are those that systemd-run
/// makes (`run-`).
func lastingUnit(_ unit: String) -> String {
  unit.split(separator: "/", omittingEmptySubsequences: false).map { lastingName($0) }
    .joined(separator: "/")
}

private func lastingName(_ name: Substring) -> String {
  guard let dot = name.lastIndex(of: ".") else { return String(name) }
  let (stem, suffix) = (name[..<dot], name[dot...])
  if suffix == ".service", let at = stem.firstIndex(of: "@") {
    let instance = stem[stem.index(after: at)...]
    let number = instance.prefix { $0 != "-" }
    let isOfConnection =
      !number.isEmpty && number.utf8.allSatisfy { 48...57 ~= $0 } && instance.contains(":")
    return isOfConnection ? "\(stem[...at])*\(suffix)" : String(name)
  }
  guard suffix == ".scope" || suffix == ".service" && stem.hasPrefix("run-") else {
    return String(name)
  }
  var parts: [Substring] = []
  for part in stem.split(separator: "-", omittingEmptySubsequences: false) {
    let lasting = isCountedOrRandom(part) ? "*" : part
    if lasting != "*" || parts.last != "*" { parts.append(lasting) }
  }
  return parts.joined(separator: "-") + suffix
}

/// `12`, `c3`, `u81`, or hexadecimal digits with a decimal one among them.
private func isCountedOrRandom(_ part: Substring) -> Bool {
  func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
  let rest = part.utf8.first.map(isDigit) == false ? part.utf8.dropFirst() : part.utf8[...]
  if !rest.isEmpty && rest.allSatisfy(isDigit) { return true }
  func isRandom(_ bytes: Substring.UTF8View) -> Bool {
    bytes.count >= 4 && bytes.contains(where: isDigit)
      && bytes.allSatisfy { isDigit($0) || 97...102 ~= $0 }
  }
  // systemd-run's are an r and 32 digits.
  return isRandom(part.utf8) || part.first == "r" && isRandom(part.utf8.dropFirst())
}
