public import Display
public import SocketModel

/// A command line of lsof (4.95) whose selection is of internet sockets.
public struct LsofArguments: Hashable, Sendable {
  /// `-i`, each what it asks for: a socket that meets one of them is listed.
  public private(set) var places: [LsofPlace] = []
  /// `-s TCP:…`; nil where it was not typed: then UDP is listed as well.
  public private(set) var states: StateSet?
  /// `-p`, `-u`, `-c`; empty where it was not typed. With `-a`, and never without it, a process must meet one of each.
  public private(set) var pids: [Int32] = []
  public private(set) var users: [String] = []
  public private(set) var commands: [String] = []
  /// `-t`: the pids alone.
  public private(set) var printsPIDs = false
  /// Without `-w`.
  public private(set) var hasWarnings = true
  public private(set) var form = LsofForm()

  private var joins = false

  public init(_ arguments: [String]) throws(NotAnswered) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word.hasPrefix("+c") {
        try takeWidth(word, &rest)
      } else if word.hasPrefix("-"), word.count > 1, !word.hasPrefix("--") {
        try takeCluster(word, &rest)
      } else {
        throw NotAnswered(word)
      }
    }
    if places.isEmpty { throw NotAnswered(arguments.first ?? "all files") }
    // Bare, it is every socket, and beside another one none.
    if places.count > 1, places.contains(LsofPlace()) { throw NotAnswered("-i") }
    if !joins,
      let word = [
        pids.isEmpty ? nil : "-p", users.isEmpty ? nil : "-u", commands.isEmpty ? nil : "-c",
      ]
      .compactMap({ $0 }).first
    {
      throw NotAnswered("\(word) without -a")
    }
    if printsPIDs && form.fields != nil { throw NotAnswered("-t with -F") }
  }

  private mutating func takeCluster(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(NotAnswered) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      switch letter {
      case "n": form.hasHostNames = false
      case "P": form.hasServices = false
      case "l": form.hasUserNames = false
      case "t": printsPIDs = true
      case "a": joins = true
      case "w": hasWarnings = false
      case "i", "s", "F", "p", "u", "c":
        try take(letter, String(letters), &rest)
        return
      default: throw NotAnswered("-\(letter)")
      }
    }
  }

  /// What takes a value, in the same word or the next one.
  private mutating func take(
    _ letter: Character, _ attached: String, _ rest: inout ArraySlice<String>
  ) throws(NotAnswered) {
    var value: String? = attached.isEmpty ? nil : attached
    if value == nil, let next = rest.first, !next.hasPrefix("-"), !next.hasPrefix("+"),
      !(letter == "F")
    {
      value = rest.removeFirst()
    } else if value == nil, letter == "F", let next = rest.first, !next.hasPrefix("-") {
      value = rest.removeFirst()
    }
    switch letter {
    case "i":
      guard let place = value.map({ LsofPlace($0) }) ?? LsofPlace() else {
        throw NotAnswered("-i \(value ?? "")")
      }
      places.append(place)
    case "s": try takeStates(value ?? "")
    case "F":
      // `0` alone is all fields.
      guard let value, value != "0", let fields = LsofForm.Fields(value) else {
        throw NotAnswered("-F")
      }
      form.fields = form.fields?.joined(with: fields) ?? fields
    case "p":
      for item in try Self.items("-p", value) {
        guard let number = decimal(item), let pid = Int32(exactly: number), pid > 0 else {
          throw NotAnswered("-p \(item)")
        }
        pids.append(pid)
      }
    case "u": users += try Self.items("-u", value)
    default:
      // A process's name has 15 bytes at most: a longer one is an error.
      guard let value, let first = value.first, !"^/".contains(first), value.utf8.count < 16 else {
        throw NotAnswered("-c")
      }
      commands.append(value)
    }
  }

  private static func items(_ option: String, _ list: String?) throws(NotAnswered) -> [String] {
    let items = (list ?? "").split(separator: ",", omittingEmptySubsequences: false).map(
      String.init)
    if items.contains(where: { $0.isEmpty || $0.hasPrefix("^") }) { throw NotAnswered(option) }
    return items
  }

  /// `TCP:LISTEN,ESTABLISHED`.
  private mutating func takeStates(_ text: String) throws(NotAnswered) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard states == nil, parts.count == 2, parts[0].uppercased() == "TCP" else {
      throw NotAnswered("-s \(text)")
    }
    var states: StateSet = []
    for name in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      guard let state = LsofForm.state(named: name.uppercased()), !states.contains(state) else {
        throw NotAnswered("-s \(text)")
      }
      states.insert(StateSet(state))
    }
    self.states = states
  }

  /// `+c 15`.
  private mutating func takeWidth(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(NotAnswered) {
    let value = word.count > 2 ? String(word.dropFirst(2)) : rest.popFirst() ?? ""
    guard let width = decimal(value), 0...15 ~= width else { throw NotAnswered(word) }
    // No less than the column's title.
    form.commandWidth = width == 0 ? nil : max(width, 7)
  }
}

/// What `-i` asks for: `[46][tcp|udp][@address][:ports]`.
public struct LsofPlace: Hashable, Sendable {
  public private(set) var family: IPAddress.Family?
  public private(set) var kind: SocketKind?
  public private(set) var address: IPAddress?
  /// Either end has one of them; nil for any.
  public private(set) var ports: [ClosedRange<UInt16>]?
  /// A service in place of ports, to be looked up.
  public private(set) var service: String?

  init() {}

  /// Nil for what is not understood for certain, such as a host's name.
  init?(_ text: String) {
    if text.isEmpty { return nil }
    var rest = text[...]
    if let first = rest.first, first == "4" || first == "6" {
      family = first == "4" ? .ipv4 : .ipv6
      rest.removeFirst()
    }
    for (name, kind) in [("tcp", SocketKind.tcp), ("udp", .udp)]
    where rest.lowercased().hasPrefix(name) {
      self.kind = kind
      rest = rest.dropFirst(3)
      break
    }
    if rest.first == "@" {
      rest.removeFirst()
      guard takeAddress(&rest) else { return nil }
    }
    if rest.isEmpty { return }
    guard rest.first == ":", takePorts(rest.dropFirst()) else { return nil }
  }

  private mutating func takeAddress(_ rest: inout Substring) -> Bool {
    let text: Substring
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { return false }
      text = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      guard text.contains(":") else { return false }
    } else {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      text = rest[..<end]
      rest = rest[end...]
    }
    guard let address = IPAddress(String(text)), !address.isV4Mapped, !address.isUnspecified else {
      return false
    }
    self.address = address
    return family == nil || family == address.family
  }

  /// `80`, `80,443`, `8000-8010`, or one service.
  private mutating func takePorts(_ text: Substring) -> Bool {
    var ranges: [ClosedRange<UInt16>] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false).map {
        decimal($0).flatMap { UInt16(exactly: $0) }
      }
      if ends.count == 1, let port = ends[0], port > 0 {
        ranges.append(port...port)
      } else if ends.count == 2, let low = ends[0], let high = ends[1], 0 < low, low <= high {
        ranges.append(low...high)
      } else if !text.contains(","), text.first?.isLetter ?? false,
        text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
      {
        service = String(text)
        return true
      } else {
        return false
      }
    }
    ports = ranges
    return true
  }

  /// The same with the ports of its service.
  public func at(_ ports: Set<UInt16>) -> LsofPlace {
    var place = self
    place.service = nil
    place.ports = ports.map { $0...$0 }
    return place
  }

  /// Address and port must belong to the same end; an IPv4 address also matches its v4-mapped form.
  public func contains(_ socket: Socket) -> Bool {
    if let kind, socket.kind != kind { return false }
    // Alone, 4 and 6 are the type of the socket; with anything else, that of what it carries.
    if kind == nil && address == nil && ports == nil {
      return family == nil || socket.family == family
    }
    // Of both ends: that nothing is at the other one is `::` of a socket for IPv4 as well.
    let carrier =
      socket.local.isUnspecified && !socket.remote.isUnspecified
      ? socket.remote : socket.local
    if let family, carrier.unmapped.family != family { return false }
    return [socket.local, socket.remote].contains { end in
      if let address, end.unmapped.address != address { return false }
      return ports?.contains { $0.contains(end.port) } ?? true
    }
  }
}
