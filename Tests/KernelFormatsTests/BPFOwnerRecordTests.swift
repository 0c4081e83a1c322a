import KernelFormats
import SocketModel
import Testing

struct BPFOwnerRecordTests {
  private let two: [UInt8] = [
    0x52, 0x2a, 0x03, 0, 1, 0, 0, 0x80, 0x2c, 0x03, 0, 0, 5, 0, 0, 0,  //
    7, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 1, 0,
  ]

  @Test func recordsAreInodePidDescriptor() {
    var records = [OwnerIndex.Record(inode: 1, pid: 1, descriptor: 1)]
    #expect(BPFOwnerRecord.decode(two.span, appendingTo: &records))
    #expect(
      records == [
        OwnerIndex.Record(inode: 1, pid: 1, descriptor: 1),
        OwnerIndex.Record(inode: 0x8000_0001_0003_2a52, pid: 812, descriptor: 5),
        OwnerIndex.Record(inode: 7, pid: .max, descriptor: 65536),
      ])
  }

  @Test(arguments: [0, 15, 16, 17, 31, 32])
  func whatIsLeftOverIsSaid(_ length: Int) {
    var records: [OwnerIndex.Record] = []
    let bytes = Array(two.prefix(length))
    #expect(BPFOwnerRecord.decode(bytes.span, appendingTo: &records) == (length % 16 == 0))
    #expect(records.count == length / 16)
  }
}
