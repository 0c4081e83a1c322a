import SocketModel

/// An expression as one flat array, so that nothing is copied or counted while a row is judged.
struct Program: Sendable {
  private enum Kind {
    case plain(PlainTest)
    /// The test's position in `tests`.
    case test(Int32)
    case not
    case join(isAll: Bool)
  }

  private struct Step {
    var kind: Kind
    /// Past the last step of its parts.
    var end: Int32 = 0
  }

  private var steps: [Step] = []
  private var tests: [Test] = []

  init(_ expression: Expression) { add(expression) }

  private mutating func add(_ expression: Expression) {
    let own = steps.count
    switch expression {
    case .term(let term):
      if case .plain(let test) = term.test {
        steps.append(Step(kind: .plain(test)))
        break
      }
      steps.append(Step(kind: .test(Int32(tests.count))))
      tests.append(term.test)
    case .not(let inner):
      steps.append(Step(kind: .not))
      add(inner)
    case .all(let parts), .any(let parts):
      let isAll = if case .all = expression { true } else { false }
      steps.append(Step(kind: .join(isAll: isAll)))
      for part in parts { add(part) }
    }
    steps[own].end = Int32(steps.count)
  }

  /// The same program for many rows of one snapshot.
  func prepared(for snapshot: Snapshot) -> Program {
    var program = self
    program.tests = tests.map { $0.prepared(for: snapshot) }
    return program
  }

  func answer(_ row: Int, of snapshot: Snapshot) -> Answer { answer(0, row, snapshot) }

  private func answer(_ position: Int, _ row: Int, _ snapshot: Snapshot) -> Answer {
    let step = steps[position]
    switch step.kind {
    case .plain(let test): return Answer(test.meets(snapshot.sockets[row]))
    case .test(let index): return tests[Int(index)].answer(row, of: snapshot)
    case .not: return !answer(position + 1, row, snapshot)
    case .join(let isAll):
      let decisive: Answer = isAll ? .no : .yes
      var result: Answer = isAll ? .yes : .no
      var part = position + 1
      while part < Int(step.end) {
        let answer = answer(part, row, snapshot)
        if answer == decisive { return decisive }
        if answer == .cantTell { result = .cantTell }
        part = Int(steps[part].end)
      }
      return result
    }
  }
}
