/// The word that was most likely meant, or nil where none is near: one slip in three letters is
/// near, and so is a beginning of at least three. Case does not count, `-` counts as `_`, and of
/// equals the first wins.
public func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  let typed = folded(word)
  guard (2...64).contains(typed.count) else { return nil }
  let most = max(1, typed.count / 3)
  var best: (word: String, distance: Int)?
  for candidate in candidates {
    let letters = folded(candidate)
    let isBeginning = typed.count >= 3 && letters.starts(with: typed)
    if !isBeginning && abs(letters.count - typed.count) > most { continue }
    let distance = isBeginning ? 1 : editDistance(typed, letters)
    if distance <= most, distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.word
}

private func folded(_ word: String) -> [UInt8] {
  word.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
}

/// How many letters were added, left out, changed or swapped with their neighbour (the optimal
/// string alignment distance).
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
