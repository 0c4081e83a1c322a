public import SocketModel

/// The sum of a listing in one line, without a newline: `1,204 sockets: 12 listening, 1,090
/// established, 102 time-wait; owners of 3 hidden`.
public func summary(_ listing: Listing) -> String {
  let hidden = listing.hiddenOwners
  return stateSummary(listing) + (hidden == 0 ? "" : "; owners of \(grouped(hidden)) hidden")
}

/// The same without the hidden owners.
public func stateSummary(_ listing: Listing) -> String {
  var counts = [Int](repeating: 0, count: SocketKind.allCases.count << 8)
  var isThere = [Bool](repeating: false, count: 256)
  for row in listing.rows {
    let socket = listing.snapshot[row].socket
    counts[index(socket.state, socket.kind)] += 1
    isThere[Int(socket.state.rawValue)] = true
  }
  var sums: [(words: String, count: Int)] = []
  for state in states where isThere[Int(state.rawValue)] {
    for kind in SocketKind.allCases {
      let count = counts[index(state, kind)]
      if count == 0 { continue }
      let words = words(state, kind)
      if let known = sums.firstIndex(where: { $0.words == words }) {
        sums[known].count += count
      } else {
        sums.append((words, count))
      }
    }
  }
  let parts = sums.map { "\(grouped($0.count)) \($0.words)" }
  let total = listing.rows.count == 1 ? "1 socket" : "\(grouped(listing.rows.count)) sockets"
  return parts.isEmpty ? total : total + ": " + parts.joined(separator: ", ")
}

private func index(_ state: TCPState, _ kind: SocketKind) -> Int {
  Int(kind.rawValue) << 8 | Int(state.rawValue)
}

/// Those with names first.
private let states =
  TCPState.named
  + (UInt8.min...UInt8.max).map(TCPState.init).filter { !TCPState.named.contains($0) }

private func words(_ state: TCPState, _ kind: SocketKind) -> String {
  guard let name = state.name(kind) else { return "in state \(state.rawValue)" }
  return String("\(name)".lowercased().map { $0 == "_" ? "-" : $0 })
}

/// A count with a comma before each three digits.
public func grouped(_ count: Int) -> String {
  let digits = Array("\(count.magnitude)")
  var text = count < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}
