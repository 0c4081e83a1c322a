import Testing

@testable import SocketModel

@Suite struct NearestTests {
  static let words = [
    "listening", "established", "time_wait", "state", "user", "uid", "rtt", "rto",
  ]

  @Test(arguments: [
    ("lisening", "listening"), ("LISTENNIG", "listening"), ("estab", "established"),
    ("time-wiat", "time_wait"), ("stat", "state"), ("uesr", "user"), ("rt", "rtt"),
  ])
  func findsWhatWasMeant(typed: String, meant: String) {
    #expect(nearest(to: typed, among: Self.words) == meant)
  }

  @Test(arguments: ["", "x", "nginx", "zzzzzz", String(repeating: "a", count: 5000)])
  func saysNothingWhereNothingIsNear(typed: String) {
    #expect(nearest(to: typed, among: Self.words) == nil)
  }

  @Test func theFirstOfEqualsWins() {
    #expect(nearest(to: "rtx", among: ["rto", "rtt"]) == "rto")
    #expect(nearest(to: "rtx", among: ["rtt", "rto"]) == "rtt")
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "ab", 2), ("ab", "ba", 1), ("kitten", "sitting", 3),
  ])
  func countsEdits(a: String, b: String, distance: Int) {
    #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
  }
}
