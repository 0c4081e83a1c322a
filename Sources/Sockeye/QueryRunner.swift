public import SocketFilter
public import SocketModel
public import SocketSources

/// A query in words, and the way to its answer: the words are parsed, what can be left out is
/// pushed down to the kernel, rows are read, filtered, named and put in order.
///
///     var runner = try QueryRunner(SocketQuery(["listening", ":443"]))
///     for row in try runner.run().rows { … }
///
/// What is read is made of the filter, the scope and what is to be shown, once, before the first byte.
public struct QueryRunner: Sendable {
  /// After `run` with the words that were taken as beginnings.
  public private(set) var filter: Filter
  /// Words that were taken as beginnings of processes' names, where the request wants that.
  public private(set) var beginnings: [Filter.Beginning] = []
  private let takesBeginnings: Bool
  private let ofOwnEnd: Bool
  public private(set) var query: Query
  /// What options and needs make of it, before the filter narrows it.
  private var whole: Query
  /// The listeners that serve an address which no row has: `0.0.0.0:8080` for `localhost:8080`. With
  /// `-l` they are the rows.
  public private(set) var servers: [Socket] = []
  /// What must be known of the rows that are shown, names included.
  public private(set) var needs: Projection
  public var collector: Collector
  /// Whether what there is none of is an answer too: states that nothing is in.
  public var countsAll = false
  /// How long after the first sample the second is taken, where verdicts are asked for.
  public var sampling: Duration = .seconds(1)
  /// The network namespaces that were asked for, where this process is in them already.
  public var enteredNamespaces: NamespaceScope?

  /// Throws `FilterError` for words that can't be read, and `QueryContradiction`.
  public init(
    _ request: SocketQuery, collector: Collector = Collector(),
    names: some FilterNames = HostFilterNames()
  ) throws {
    self.collector = collector
    takesBeginnings = request.takesBeginnings
    ofOwnEnd = request.ofOwnEnd
    let asked = try Filter(parsing: request.terms, names: names)
    filter = request.ofOwnEnd ? asked.ofOwnEnd : asked
    let owners: Projection = [.owners, .processNames, .commands]
    needs = collector.tellsOwners ? request.needs : request.needs.subtracting(owners)
    var query = Query(
      protocols: request.protocols ?? filter.protocols ?? request.defaultProtocols,
      families: request.families,
      states: request.states(for: filter),
      onlyListening: request.onlyListening && !filter.replacesStates,
      needs: needs.subtracting([.processNames, .commands]))
    query.checksBound = !request.isVerbatim
    query.listeners = request.listeners
    query.isVerbatim = request.isVerbatim
    query.namespaces = request.namespaces
    whole = query
    self.query = query
    self.query = narrowed(by: filter)
    try QueryContradiction.check(request, filter, self.query)
  }

  private func narrowed(by filter: Filter) -> Query {
    var query = whole
    filter.narrow(&query)
    if !collector.tellsOwners { query.needs.subtract([.owners, .processNames, .commands]) }
    return query
  }

  /// Adds what is shown beside what the request needs: the fields that the filter compares, which are
  /// read in any case, and their names.
  public mutating func show(_ fields: Projection) {
    let owners: Projection = [.owners, .processNames, .commands]
    needs.formUnion(collector.tellsOwners ? fields : fields.subtracting(owners))
  }

  /// Leaves out rows in these states, whatever the filter says.
  public mutating func leaveOut(_ states: StateSet) {
    whole.states.subtract(states)
    query = narrowed(by: filter)
  }

  /// Adds what must be known of the rows.
  public mutating func require(_ fields: Projection) {
    show(fields)
    let facts = needs.subtracting([.processNames, .commands])
    whole.needs.formUnion(facts)
    query = narrowed(by: filter)
  }

  /// The kinds beside TCP and UDP that may be among the rows.
  public var otherKinds: SocketKindSet { query.protocols.subtracting(.all) }

  /// Reads, filters, and names what is left. The order is that of the table.
  ///
  /// Where nothing has an address that the filter names, the listeners are looked for that serve it.
  public mutating func run(_ naming: Naming = Naming()) throws(SourceError) -> Listing {
    let listing = try read(naming)
    // What is ended was named.
    guard listing.rows.isEmpty, !ofOwnEnd, !query.isVerbatim, let asking = filter.askingForServers
    else {
      return listing
    }
    var other = self
    other.filter = asking
    other.query = narrowed(by: asking)
    if other.query.states.isDisjoint(with: .listening) { return listing }
    let showsThem = query.onlyListening || query.states.isSubset(of: .listening)
    if !showsThem { (other.query.needs, other.needs) = (asking.needs, []) }
    let found = try other.read(naming)
    collector = other.collector
    servers = found.rows.map { found.snapshot[$0].socket }
    guard showsThem, !servers.isEmpty else { return listing }
    (filter, query) = (other.filter, other.query)
    return found
  }

  /// What the filter and the options ask for, as the data says it.
  public var question: Question {
    var question = Question(protocols: query.protocols)
    question.families = query.families
    question.onlyListening = query.onlyListening
    question.asksOwners = collector.tellsOwners
    question.namespaces = enteredNamespaces ?? query.namespaces
    question.filter = "\(filter)"
    return question
  }

  /// What listens in other network namespaces of this host and would match: an answer for who asked in the
  /// wrong one. Nothing of it where the query is of others already.
  public func listeningElsewhere() throws(SourceError) -> Listing? {
    if query.namespaces != .own || !collector.isLive { return nil }
    var other = self
    other.query.namespaces = .everywhere
    other.query.onlyListening = true
    other.query.states.formIntersection(.listening)
    other.query.checksBound = false
    other.query.needs.formUnion([.owners, .processNames, .namespace])
    if other.query.states.isEmpty { return nil }
    var listing = try other.read(Naming())
    listing.rows.removeAll { listing.snapshot[$0].socket.namespace == 0 }
    return listing
  }

  private mutating func named(
    _ snapshot: Snapshot, _ asked: Projection
  ) throws(SourceError) -> Snapshot {
    if collector.isSaved { return snapshot }
    if !collector.isReplay {
      return try collector.name(nil, of: snapshot, needs: asked, services: .none)
    }
    var names = snapshot.names
    names.unreadNames = UnreadNames(allFor: "a recording holds no names")
    return snapshot.naming(names)
  }

  private mutating func read(_ naming: Naming) throws(SourceError) -> Listing {
    var snapshot =
      query.needs.contains(.verdicts) && collector.isLive
      ? try collector.collectTwice(query, apart: sampling)
      : try collector.collect(query, answering: question, counted: countsAll)
    // A pattern is held against names: those of all rows, before it is known which it picks.
    let asked = filter.needs.intersection([.userNames, .interfaces, .cgroups])
    if !asked.isEmpty {
      snapshot = try named(snapshot, asked)
    }
    // A process whose sockets are not asked for is there all the same.
    if !filter.unmatchedWords(in: snapshot).isEmpty && collector.tellsOwners && collector.isLive {
      var names = snapshot.names
      names.runningProcesses = try collector.runningProcesses()
      snapshot = snapshot.naming(names)
    }
    if takesBeginnings { (filter, beginnings) = filter.takingBeginnings(in: snapshot) }
    let selection = filter.select(from: snapshot, for: query)
    var listing = Listing(snapshot, rows: selection.rows)
    listing.question = question
    listing.hidden = selection.undecided.count
    listing.isBlind =
      !selection.undecided.isEmpty
      && (!filter.needs.isDisjoint(with: snapshot.unknown.union(snapshot.unknownInProc))
        || snapshot.unknown.union(snapshot.unknownInProc).contains(.peers)
          && filter.comparesWhatUnixTableLacks)
    listing.hiddenByV6Only = snapshot.rowsOpen(selection.undecided, to: .ipv4)
    listing.hiddenInPart = snapshot.partialOwners(selection.undecided)
    listing.unnamed = snapshot.unnamedOwners(selection.undecided)
    if filter.needs.contains(.cgroups) {
      listing.unplaced = selection.undecided.count { snapshot[$0].hasUnknownCgroup }
    }
    listing.askedProcesses = filter.processesAskedFor(in: snapshot)
    if collector.isLive {
      listing.snapshot = try collector.name(
        listing.rows, of: snapshot, needs: needs, services: naming.services,
        users: naming.users, hostTimeout: naming.hostTimeout)
    }
    if !query.isVerbatim { SocketOrder.sort(&listing.rows, of: listing.snapshot) }
    return listing
  }
}

/// What is asked for: the words of a filter, and what options narrow it to.
public struct SocketQuery: Hashable, Sendable {
  /// The filter, a term or a part of one a word.
  public var terms: [String]
  /// Nil where the filter decides.
  public var protocols: SocketKindSet?
  /// Where the filter does not say either.
  public var defaultProtocols = SocketKindSet.tcp
  /// A v4-mapped row is IPv4 as well.
  public var families: FamilySet = .all
  public var states: StateSet = .all
  /// `-l`: listening TCP sockets, and UDP sockets that are not connected.
  public var onlyListening = false
  /// Whether a bare word that no process goes by may be the beginning of a name. Not where a script
  /// counts on the answer.
  public var takesBeginnings = false
  /// Whether a port without an end is that of a row's own end: see `Filter.ofOwnEnd`.
  public var ofOwnEnd = false
  /// What must be known of the rows.
  public var needs: Projection
  /// Listening sockets that must be known whatever the filter says.
  public var listeners = Pushdown.nothing
  public var namespaces = NamespaceScope.own
  /// Whether the rows are those that the words name and no others, as the kernel tells them and in its
  /// order.
  public var isVerbatim = false

  public init(_ terms: [String] = [], needs: Projection = [.owners, .processNames]) {
    self.terms = terms
    self.needs = needs
  }

  /// As in ss, `state` and `exclude` replace what options say.
  public func states(for filter: Filter) -> StateSet {
    filter.replacesStates ? .all : states
  }
}

/// Which names rows get.
public struct Naming: Sendable {
  public var services = ServicePorts.none
  /// Whether users are shown by name.
  public var users = true
  /// How long all host names together may take.
  public var hostTimeout = Duration.seconds(2)

  public init() {}
}

/// Options and a filter that no socket can meet both: a slip, not a query.
public enum QueryContradiction: Error, Hashable, Sendable {
  /// The options ask for these protocols alone, the filter for others.
  case protocols(SocketKindSet, filter: String)
  /// Kinds without IP addresses alone are asked for, and an address family.
  case families(SocketKindSet)
  /// `-l` leaves out every socket that the filter asks for.
  case listening(filter: String)
  /// The filter itself leaves no state, nor would any other option.
  case states(filter: String)

  static func check(_ request: SocketQuery, _ filter: Filter, _ query: Query) throws {
    if let asked = request.protocols, asked.isDisjoint(with: filter.possibleProtocols) {
      throw QueryContradiction.protocols(asked, filter: "\(filter)")
    }
    if query.protocols.isDisjoint(with: .withAddresses) && query.families != .all {
      throw QueryContradiction.families(query.protocols)
    }
    // What listens is LISTENING, or takes datagrams and is CLOSED.
    if query.onlyListening && query.states.isDisjoint(with: query.protocols.listening) {
      throw QueryContradiction.listening(filter: "\(filter)")
    }
    if query.states.isEmpty && !request.states.isEmpty {
      throw QueryContradiction.states(filter: "\(filter)")
    }
  }
}
