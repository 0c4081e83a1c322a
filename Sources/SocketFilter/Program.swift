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

  func answer(_ row: Row) -> Answer { answer(0, row) }

  private func answer(_ position: Int, _ row: Row) -> Answer {
    let step = steps[position]
    switch step.kind {
    case .plain(let test): return test.answer(row.socket)
    case .test(let index): return tests[Int(index)].answer(row)
    case .not: return !answer(position + 1, row)
    case .join(let isAll):
      let decisive: Answer = isAll ? .no : .yes
      var result: Answer = isAll ? .yes : .no
      var part = position + 1
      while part < Int(step.end) {
        let answer = answer(part, row)
        if answer == decisive { return decisive }
        if answer == .cantTell { result = .cantTell }
        part = Int(steps[part].end)
      }
      return result
    }
  }
}
