import SocketFilter
import SocketModel
import Testing

@testable import Arguments

/// What the help, the manual and the completions offer as a term is one.
@Suite("Term table")
struct TermTableTests {
  private struct AnyNames: FilterNames {
    func ports(service: String) -> Set<UInt16> { service == "https" ? [443] : [] }
    let serviceNames: [String] = []
    func uid(user: String) -> UInt32? { user == "root" ? 0 : nil }
    let userNames: [String] = []
    func interface(_ name: String) -> UInt32? { name == "lo" ? 1 : nil }
    let interfaceNames: [String] = []
    func addresses(host: String) -> [IPAddress] { [] }
    func cgroup(path: String) -> UInt64? { nil }
    func localPortRange() -> ClosedRange<UInt16> { 32768...60999 }
  }

  private func filter(_ words: String...) throws -> Filter {
    try Filter(parsing: words, names: AnyNames())
  }

  @Test("every word that a completion offers is read as what it is", arguments: TermText.words)
  func words(word: String) throws {
    let filter =
      switch word {
      case "and", "or": try filter("22", word, "443")
      case "not": try filter(word, "443")
      case "state", "exclude": try filter(word, "established")
      case "sport", "dport": try filter(word, "443")
      case "src", "dst": try filter(word, "10.0.0.5")
      case "dev": try filter(word, "lo")
      case "user=": try filter(word + "root")
      case "process=": try filter(word + "nginx")
      case "local=", "remote=", "reaches=": try filter(word + "10.0.0.5")
      case _ where word.hasSuffix("="): try filter(word + "443")
      default: try filter(word)
      }
    #expect(!filter.isEmpty && filter.bareWords.isEmpty)
  }

  @Test("every form in the help is a term", arguments: TermText.all.flatMap(\.forms))
  func forms(form: String) throws {
    let filter =
      switch form {
      case "and", "or", "&&", "||": try filter("22", form, "443")
      case "not", "!": try filter(form, "443")
      case "( )": try filter("(", "443", ")")
      default: try filter(form)
      }
    #expect(filter.bareWords == (["nginx", "post*"].contains(form) ? [form] : []))
  }
}
