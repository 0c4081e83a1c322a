internal import SocketModel

/// How a form writes what a value holds beyond numbers: bare or in quotes, escaped in its own way.
protocol FieldForm: Sendable {
  /// What is written for a value that is unknown or that the row does not have.
  var absent: StaticASCII { get }
  /// The most bytes that a byte of a text becomes, and those around the text.
  var growth: (perByte: Int, around: Int) { get }

  func write(word: ShortText, to out: inout OutputSpan<UInt8>)
  func write(text: ShortText, to out: inout OutputSpan<UInt8>)
  func write(address: IPAddress, to out: inout OutputSpan<UInt8>)

  /// The number of a word or name that has none.
  func write(numberAsText number: UInt64, to out: inout OutputSpan<UInt8>)

  /// A name that others chose, ready to be written.
  func label(_ name: [UInt8]) -> [UInt8]
}

extension FieldForm {
  /// A text of the kernel's is nearly always a word.
  func write(text: ShortText, to out: inout OutputSpan<UInt8>) {
    if text.isWord { return write(word: text, to: &out) }
    for byte in label(text.bytes) { out.append(byte) }
  }
}

extension ShortText {
  /// Whether it is letters, digits, hyphens and underscores alone.
  fileprivate var isWord: Bool {
    for index in 0..<count {
      switch self[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        continue
      default: return false
      }
    }
    return true
  }
}

/// Writes fields of the rows of a listing one after the other, as the catalogue reads them. What is
/// between them lies ready in one buffer, and each name is made ready once.
///
/// JSON and CSV are this with different forms.
struct FieldWriter<Form: FieldForm>: Sendable {
  private let listing: Listing
  private let form: Form
  private var readers: [FieldReader] = []
  private var parts: [Part] = []
  private var separators = ConstantTexts()
  private var names = LabelPool()
  private var labels = Labels<NamedThing>()
  private let owners: OwnerListWriter?
  private var runs: [Run] = []
  /// The most bytes that a run takes.
  private(set) var capacity = 0

  /// How a field is written. It holds no reference: to copy one counts nothing.
  private struct Part {
    /// What comes before it.
    let separator: ConstantTexts.Place
    /// Words and names that have none are numbers in quotes.
    let isText: Bool
    /// The bytes of the longest name of the field, as it is written.
    let longestName: Int
    /// Where the field is in the attribute that it is a member of.
    let place: MemberPlace
  }

  /// Fields that are written at once.
  private enum Run {
    case owners(Int)
    case fields(Range<Int>)
    /// Members of one attribute, which is looked up once.
    case members(SocketAttribute, Range<Int>)

    /// What comes after it with this field.
    func appending(_ field: Field, at index: Int) -> Run? {
      switch self {
      case .fields(let range) where field != .owners && field.attribute == nil:
        .fields(range.lowerBound..<index + 1)
      case .members(let attribute, let range) where field.attribute == attribute:
        .members(attribute, range.lowerBound..<index + 1)
      case .owners, .fields, .members: nil
      }
    }

    /// One field.
    init(_ field: Field, at index: Int) {
      if field == .owners {
        self = .owners(index)
      } else if let attribute = field.attribute {
        self = .members(attribute, index..<index + 1)
      } else {
        self = .fields(index..<index + 1)
      }
    }
  }

  /// Each field with the bytes that come before it; `owners` writes those of a row.
  init(
    _ listing: Listing, _ form: Form, _ fields: [(field: Field, before: String)],
    owners: OwnerListWriter?
  ) {
    self.listing = listing
    self.form = form
    self.owners = owners
    for (index, (field, before)) in fields.enumerated() {
      readers.append(FieldReader(field))
      parts.append(
        Part(
          separator: separators.add(before),
          isText: field.kind == .word || field.kind == .name,
          longestName: field.kind == .name ? resolve(field) : 0, place: field.member))
      if let longer = runs.last?.appending(field, at: index) {
        runs[runs.count - 1] = longer
      } else {
        runs.append(Run(field, at: index))
      }
    }
    let longest = max(64, 16 * form.growth.perByte + form.growth.around)
    capacity = parts.reduce(separators.capacity) { $0 + max(longest, $1.longestName) }
  }

  /// Makes the names of a field ready; returns the bytes of the longest.
  private mutating func resolve(_ field: Field) -> Int {
    let snapshot = listing.snapshot
    let reader = FieldReader(field)
    var longest = 0
    for row in listing.rows {
      guard case .name(let thing) = reader.value(of: snapshot[row]) else { continue }
      let label = labels.resolve(thing, in: &names) { [form] thing, pool in
        snapshot.names.bytes(thing).map { pool.add(ready: form.label($0).span) }
      }
      if let label { longest = max(longest, names.length(label)) }
    }
    return longest
  }

  func append(_ index: Int, to out: inout [UInt8]) {
    let row = listing[index]
    for run in runs {
      switch run {
      case .owners(let field):
        out.append(addingCapacity: capacity) {
          separators.write(parts[field].separator, to: &$0)
        }
        owners?.append(row, to: &out)
      case .fields(let fields): append(fields, of: row, to: &out)
      case .members(let attribute, let fields):
        let isThere = row.withValue(of: attribute) { bytes in
          append(fields, in: bytes, to: &out)
        }
        if !isThere { append(fields, of: row, to: &out) }
      }
    }
  }

  private func append(_ fields: Range<Int>, of row: Row, to out: inout [UInt8]) {
    out.append(addingCapacity: capacity) { out in
      for index in fields {
        let part = parts[index]
        separators.write(part.separator, to: &out)
        write(readers[index].value(of: row), part, &out)
      }
    }
  }

  /// Appends members of the attribute that these bytes are the value of.
  private func append(_ fields: Range<Int>, in bytes: Span<UInt8>, to out: inout [UInt8]) {
    out.append(addingCapacity: capacity) { out in
      for index in fields {
        let part = parts[index]
        separators.write(part.separator, to: &out)
        if let number = part.place.value(in: bytes) {
          out.append(decimal: number)
        } else {
          out.append(form.absent)
        }
      }
    }
  }

  @inline(__always)
  private func write(_ value: Value, _ part: Part, _ out: inout OutputSpan<UInt8>) {
    switch value {
    case .absent, .unknown: out.append(form.absent)
    case .number(let number) where part.isText: form.write(numberAsText: number, to: &out)
    case .number(let number): out.append(decimal: number)
    case .flag(let flag): out.append(flag ? StaticASCII.yes : .no)
    case .address(let address): form.write(address: address, to: &out)
    case .word(let word): form.write(word: word, to: &out)
    case .text(let text): form.write(text: text, to: &out)
    case .name(let thing): write(thing, &out)
    case .descriptors(let slot):
      let owner = listing.snapshot.ownerIndex.firstDescriptor(at: slot)
      out.append(decimal: UInt64(max(0, owner ?? 0)))
    case .owners: break
    }
  }

  private func write(_ thing: NamedThing, _ out: inout OutputSpan<UInt8>) {
    if let label = labels[thing] {
      _ = names.write(label, to: &out)
    } else if let number = thing.numberInData {
      form.write(numberAsText: number, to: &out)
    } else {
      out.append(form.absent)
    }
  }
}
