internal import SocketModel

extension Cells {
  /// What the catalogue reads, as text. The protocol, the state and the timer have their own renderers.
  func write(
    _ field: FieldReader, _ row: Int, to out: inout OutputSpan<UInt8>
  ) -> Int {
    switch field.value(of: listing[row]) {
    case .absent: return writeAbsent(to: &out)
    case .number(let number): return write(number: number, to: &out)
    case .flag(let flag):
      let start = out.count
      out.append(flag ? StaticASCII.yes : .no)
      return out.count - start
    case .address(let address):
      let start = out.count
      address.write(to: &out)
      return out.count - start
    case .word(let word): return write(word: word, to: &out)
    case .text(let text): return texts[text].map { names.write($0, to: &out) } ?? 0
    case .name(let thing): return write(thing, to: &out)
    case .descriptors: return names.write(descriptors[row], to: &out)
    case .owners: return writeProcess(row, to: &out)
    }
  }

  /// A name; the number of what has none.
  private func write(_ thing: NamedThing, to out: inout OutputSpan<UInt8>) -> Int {
    if case .command(let pid) = thing {
      return commandLines[pid].map { commands.write($0, to: &out) } ?? writeAbsent(to: &out)
    }
    if let label = labels[thing] { return names.write(label, to: &out) }
    return thing.number.map { write(number: $0, to: &out) } ?? writeAbsent(to: &out)
  }

  func writeProtocol(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    write(word: socket.kind.name, to: &out)
  }

  /// The state's name; the number of one that has none.
  func writeState(_ socket: Socket, to out: inout OutputSpan<UInt8>) -> Int {
    if let name = socket.state.name(socket.kind) { return write(word: name, to: &out) }
    return write(number: UInt64(socket.state.rawValue), to: &out)
  }

  /// A number, `-` where it is unknown or the row has none.
  func write(number: UInt64?, to out: inout OutputSpan<UInt8>) -> Int {
    guard let number else { return writeAbsent(to: &out) }
    let start = out.count
    out.append(decimal: number)
    return out.count - start
  }

  func writeAbsent(to out: inout OutputSpan<UInt8>) -> Int {
    out.append(UInt8(ascii: "-"))
    return 1
  }

  @inline(__always)
  func write(word: ShortText, to out: inout OutputSpan<UInt8>) -> Int {
    let count = word.count
    for index in 0..<count { out.append(word[index]) }
    return count
  }

  /// A short plain text of our own.
  func write(text: String, to out: inout OutputSpan<UInt8>) -> Int {
    let start = out.count
    for byte in text.utf8 { out.append(byte) }
    return out.count - start
  }
}
