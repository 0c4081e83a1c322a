import KernelFormats
import TestSupport
import Testing

struct SockStatTests {
  @Test(
    arguments: [
      (["sockets: used 9\nTCP: inuse 5 orphan 1 tw 30 alloc 40 mem 2\nUDP: inuse 7\n"], 5, 30),
      (["TCP: inuse 5 orphan 1 tw 30 alloc 40", "TCP6: inuse 7\nUDP6: inuse 1\n"], 12, 30),
      (["TCP: tw 4 new 1 inuse 3"], 3, 4), (["UDP: inuse 9 alloc 3\n"], 0, 0),
      (["TCP: tw -1 inuse x alloc\n"], 0, 0), (["TCP:"], 0, 0), ([""], 0, 0),
      (["TCP: tw 99999999999999999999 inuse 2 alloc 2"], 2, 0),
      (["TCP: inuse 9223372036854775807", "TCP6: inuse 9223372036854775807"], 2 << 40, 0),
    ] as [([String], Int, Int)])
  func counts(files: [String], inUse: Int, timeWait: Int) {
    var counts = SockStat()
    for file in files {
      let bytes = Array(file.utf8)
      counts.add(bytes.span)
    }
    #expect(counts.inUse == inUse && counts.timeWait == timeWait)
  }

  @Test func socketsOfEveryFamilyAreCounted() {
    var counts = SockStat()
    for file in ["sockets: used 9\nTCP: inuse 5 orphan 1 tw 30\n", "TCP6: inuse 7\n"] {
      let bytes = Array(file.utf8)
      counts.add(bytes.span)
    }
    #expect(counts.used == 9)
  }

  @Test func countsOrphansAndPages() {
    var counts = SockStat()
    let bytes = Array("TCP: inuse 5 orphan 17 tw 30 alloc 40 mem 2\nUDP: inuse 7 mem 9\n".utf8)
    counts.add(bytes.span)
    #expect(counts.orphans == 17 && counts.pages == 2)
  }

  @Test func whateverComesItEnds() {
    let text = Array("sockets: used 9\nTCP: inuse 5 orphan 1 tw 30 alloc 400 mem 2\n".utf8)
    fuzz(text) { bytes in
      var counts = SockStat()
      counts.add(bytes.span)
    }
  }
}
