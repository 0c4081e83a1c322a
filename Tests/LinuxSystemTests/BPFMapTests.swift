import LinuxSystem
import Testing

// An ordinary user may make no map: there the same calls are held to be refused.
struct BPFMapTests {
  @Test func whatIsSetIsFound() throws {
    guard BPF.isPermitted else {
      #expect(throws: Errno.self) { _ = try BPFMap(.array, key: 4, value: 8, entries: 1) }
      return
    }
    let map = try BPFMap(.hash, key: 4, value: 2, entries: 2, allocatesLater: true)
    let key: [UInt8] = [1, 2, 3, 4]
    #expect(map.value(of: key) == nil)
    let isSet = map.set([7, 8], of: key)
    #expect(isSet)
    #expect(map.value(of: key) == [7, 8])
    map.remove(key)
    #expect(map.value(of: key) == nil)
    // Of another size than the kernel would read.
    let others = [map.set([7], of: key), map.set([7, 8], of: [1])]
    #expect(others == [false, false])
    #expect(map.value(of: []) == nil)
    let array = try BPFMap(.array, key: 4, value: 8, entries: 1)
    #expect(array.value(of: [0, 0, 0, 0]) == [UInt8](repeating: 0, count: 8))
    #expect(array.value(of: [1, 0, 0, 0]) == nil)
  }

  @Test func aRingIsAPowerOfTwoAndPages() throws {
    guard BPF.isPermitted else { return }
    var ring = try BPFRing(size: 4096)
    let count = ring.read(limit: 10) { _ in }
    let descriptor = ring.descriptor
    #expect(count == 0 && descriptor >= 0)
    for size in [0, 100, 4097, 12_288] {
      #expect(throws: Errno.invalidArgument) { _ = try BPFRing(size: size) }
    }
  }
}
