/// Measurements of one name, as Prometheus knows them: each has its labels and a number.
public struct MetricFamily: Hashable, Sendable {
  public let name: String
  public let kind: Kind
  /// One sentence.
  public let help: String
  public private(set) var samples: [Sample] = []
  private var places: [[Label]: Int] = [:]

  public enum Kind: String, Sendable {
    /// Goes up and down.
    case gauge
    /// Only goes up, until what counts starts again.
    case counter
  }

  public struct Label: Hashable, Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public struct Sample: Hashable, Sendable {
    public let labels: [Label]
    public fileprivate(set) var value: Double
  }

  public init(_ name: String, _ kind: Kind = .gauge, help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  /// Adds a measurement. Two of the same labels are one, their sum: Prometheus refuses a page that has
  /// a series twice. A label without a value is none at all.
  public mutating func add(_ value: Double, _ labels: [Label] = []) {
    let labels = labels.filter { !$0.value.isEmpty }
    if let place = places[labels] {
      samples[place].value += value
    } else {
      places[labels] = samples.count
      samples.append(Sample(labels: labels, value: value))
    }
  }
}

extension [MetricFamily] {
  /// Prometheus's text format 0.0.4. A family without a measurement is left out.
  public var prometheusText: [UInt8] {
    var out: [UInt8] = []
    for family in self where !family.samples.isEmpty {
      out.append("# HELP \(family.name) \(family.help)\n")
      out.append("# TYPE \(family.name) \(family.kind.rawValue)\n")
      for sample in family.samples {
        out.append(family.name)
        if !sample.labels.isEmpty {
          let labels = sample.labels.map { "\($0.name)=\"\($0.quoted)\"" }
          out.append("{" + labels.joined(separator: ",") + "}")
        }
        out.append(" \(sample.number)\n")
      }
    }
    return out
  }
}

extension MetricFamily.Label {
  /// Within double quotes. Unprintable bytes are `\xNN`, as everywhere; then backslashes and quotes are escaped.
  fileprivate var quoted: String {
    var quoted = ""
    for scalar in escaped(value).unicodeScalars {
      if scalar == "\\" || scalar == "\"" { quoted.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted
  }
}

extension MetricFamily.Sample {
  fileprivate var number: String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
