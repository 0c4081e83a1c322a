internal import SocketModel

/// Tells whether a socket's cookie has been seen: a hash table of row numbers, by linear probing.
///
/// While a dump is read, sockets come and go in the hash chains that the kernel walks, and it resumes
/// by position: a row can come twice, also far apart (bound, then connected). A `Set` of cookies
/// would cost as much as all of the decoding.
struct CookieIndex {
  /// Row number plus one; 0 is free. At most half are taken.
  private var slots: [UInt32] = []
  private var count = 0
  private var shift: UInt64 = 64

  /// Remembers `row` of `rows`, which is about to get this cookie; false where an earlier row has it.
  mutating func insert(_ cookie: UInt64, row: Int, of rows: [Socket]) -> Bool {
    if count * 2 >= slots.count { grow(rows) }
    var slot = first(cookie)
    while slots[slot] != 0 {
      if rows[Int(slots[slot]) - 1].cookie == cookie { return false }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard let number = UInt32(exactly: row + 1) else { return true }
    slots[slot] = number
    count += 1
    return true
  }

  /// Makes room for so many rows while there are none: to grow among a million takes a fifth of a
  /// second. Room that is not used costs nothing.
  mutating func reserve(_ rows: Int) {
    guard count == 0, rows * 2 >= slots.count else { return }
    let bits = UInt64.bitWidth - UInt64(max(31, rows * 2)).leadingZeroBitCount
    slots = [UInt32](repeating: 0, count: 1 << min(bits, 32))
    shift = UInt64(64 - slots.count.trailingZeroBitCount)
  }

  mutating func removeAll() {
    slots = []
    count = 0
  }

  /// Cookies are counted up; the golden ratio spreads them.
  private func first(_ cookie: UInt64) -> Int {
    Int(truncatingIfNeeded: (cookie &* 0x9e37_79b9_7f4a_7c15) >> shift)
  }

  private mutating func grow(_ rows: [Socket]) {
    let old = slots
    slots = [UInt32](repeating: 0, count: max(64, old.count * 2))
    shift = UInt64(64 - slots.count.trailingZeroBitCount)
    for number in old where number != 0 {
      var slot = first(rows[Int(number) - 1].cookie)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = number
    }
  }
}
