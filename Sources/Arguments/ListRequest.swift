public import SocketModel

/// Which sockets are asked for, and where the answer comes from.
public struct ListRequest: Hashable, Sendable {
  /// The filter, a term or a part of one a word, in the order typed.
  public var terms: [String] = []
  public var scope = Scope()
  public var reading = Reading()
  /// How long after the first sample the second is taken, where verdicts are asked for.
  public var sampling: Duration = .seconds(1)

  public init() {}
}

/// What the options narrow the list to. They are no filter: that nothing is left is no failure.
public struct Scope: Hashable, Sendable {
  /// `-t`, `-u`; nil where none was typed: then the filter's terms decide.
  public var protocols: SocketKindSet?
  /// `-4`, `-6`. A v4-mapped row is IPv4 as well.
  public var families: FamilySet = .all
  public var states: StateSet = .all
  /// `-l`.
  public var onlyListening = false
}

/// Where facts come from.
public struct Reading: Hashable, Sendable {
  public var source = SourceChoice.auto
  /// `none` is also `--no-process`.
  public var owners = OwnerChoice.auto
  /// The root of another /proc; it forces /proc for sockets and owners.
  public var procRoot: String?
  /// Of one alone this process becomes a part before it reads anything.
  public var namespaces = NamespaceScope.own
  public var record: String?
  public var replay: String?
  /// A file of tables that were written down.
  public var from: String?
  /// Which of them: the one of this moment, or all since then.
  public var at: String?
  public var since: String?
  /// Whether nothing is said but errors.
  public var isQuiet = false
  /// Remarks go to stderr as well.
  public var isVerbose = false
}

extension Reading {
  /// Whether this host answers, as it is now.
  public var isOfThisHost: Bool { procRoot == nil && replay == nil && from == nil }

  /// What is asked about from within the one network namespace, where there is one alone.
  public var namespacesFromInside: NamespaceScope {
    if case .named(let names) = namespaces, names.count == 1 { .own } else { namespaces }
  }
}

public enum SourceChoice: String, CaseIterable, Sendable {
  case auto, proc, diag
}

public enum OwnerChoice: String, CaseIterable, Sendable {
  case auto, bpf, proc, none
}

/// How often the live view looks, and for how long.
public struct Pace: Hashable, Sendable {
  public var interval: Duration = .seconds(1)
  /// The number of refreshes; nil is until somebody ends it.
  public var count: Int?
  /// A line of text for each change instead of frames, also on a terminal.
  public var printsEvents = false
}

/// What a script wants of the answer.
public struct ScriptOptions: Hashable, Sendable {
  /// No output: the exit code alone.
  public var isQuiet = false
  /// The owners' pids alone.
  public var printsPIDs = false
  public var expectation: ExpectedCount?
}

/// How many sockets there must be for exit code 0.
public enum ExpectedCount: Hashable, Sendable {
  case exactly(Int)
  case fewer(than: Int)
  case more(than: Int)

  public static let zero = ExpectedCount.exactly(0)
  public static let atLeastOne = ExpectedCount.more(than: 0)

  /// `none`, `any`, `3`, `<3`, `>3`.
  public init?(_ text: String) {
    switch text {
    case "none": self = .zero
    case "any": self = .atLeastOne
    default:
      let digits = text.first.map { "<>=".contains($0) } ?? false ? text.dropFirst() : text[...]
      guard let number = decimal(digits) else { return nil }
      self =
        text.hasPrefix("<")
        ? .fewer(than: number) : text.hasPrefix(">") ? .more(than: number) : .exactly(number)
    }
  }

  /// Whether it holds for every number that the count may be, or for none of them; nil where that
  /// depends on which it is.
  public func holds(for counts: ClosedRange<Int>) -> Bool? {
    let (isMet, canBeMet) =
      switch self {
      case .exactly(let number): (counts == number...number, counts.contains(number))
      case .fewer(let number): (counts.upperBound < number, counts.lowerBound < number)
      case .more(let number): (counts.lowerBound > number, counts.upperBound > number)
      }
    return isMet ? true : canBeMet ? nil : false
  }
}

extension ExpectedCount: CustomStringConvertible {
  /// As typed, after "expected ".
  public var description: String {
    switch self {
    case .zero: "none"
    case .atLeastOne: "any"
    case .exactly(let number): "\(number)"
    case .fewer(let number): "<\(number)"
    case .more(let number): ">\(number)"
    }
  }
}
