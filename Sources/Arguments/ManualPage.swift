import Display
import SocketModel

/// The manual page, as mdoc(7) source.
public enum ManualPage {
  /// When the words below were last changed.
  private static let date = "November 22, 2026"

  public static var text: String {
    var page = Mdoc()
    page.macro("Dd \(date)")
    page.macro("Dt SOCKEYE 1")
    page.macro("Os")
    name(&page)
    verbs(&page)
    options(&page)
    filter(&page)
    fields(&page)
    output(&page)
    endings(&page)
    return page.source
  }

  private static func name(_ page: inout Mdoc) {
    page.section("NAME")
    page.macro("Nm sockeye")
    page.macro("Nd list sockets, their owners and what they are doing")
    page.section("SYNOPSIS")
    for verb in Verb.allCases {
      page.macro("Nm")
      synopsis(verb, &page)
    }
    page.section("DESCRIPTION")
    page.macro("Nm")
    page.text(
      "shows what this host is connected to, who owns each connection and what it does now.")
    page.text(
      """
      A word that is no option is a filter term: sockeye 8080 shows who is on port 8080. Options \
      may stand before or after the terms, together (-tlpn), with = or a blank before a value; -- \
      ends them. The first word is a verb where it is one of those below; a process that is called \
      like one is asked for as process=watch.
      """)
    page.paragraph(
      """
      Called as ss or netstat, through a link, it reads -a, -b, -c, -F, -i, -l, -M, -N, -r and -s \
      as that tool does, and lists the states that it lists. What it does not have, it refuses with \
      what to type instead.
      """)
  }

  /// The macros of one line of the synopsis.
  private static func synopsis(_ verb: Verb, _ page: inout Mdoc) {
    if verb != .list { page.macro("Cm \(verb)") }
    switch verb {
    case .list, .watch, .stats:
      page.macro("Op Ar options")
      page.macro("Op Ar term ...")
    case .serve:
      page.macro("Op Ar options")
      page.macro("Oo Ar address : Oc Ns Ar port")
    case .connect:
      page.macro("Op Ar options")
      page.macro("Oo Ar host : Oc Ns Ar port")
    case .probe:
      page.macro("Op Ar options")
      page.macro("Oo Ar host : Oc Ns Ar ports")
    case .wait:
      page.macro("Op Ar options")
      page.macro("Oo Ar host : Oc Ns Ar port ...")
      page.macro("Op Ar term ...")
      page.macro("Op Fl - Ar command ...")
    case .demo: page.macro("Op Ar options")
    case .completions: page.macro("Ar bash | zsh | fish")
    case .help: page.macro("Op Ar verb")
    case .man: break
    }
  }

  private static func verbs(_ page: inout Mdoc) {
    page.section("VERBS")
    page.list(
      Verb.allCases.map { ("Cm \($0)", $0.summary + " " + $0.explanation) }, width: "completions")
  }

  private static func options(_ page: inout Mdoc) {
    page.section("OPTIONS")
    page.text("Behind a sentence stand the verbs that take the option, where the list does not.")
    for group in OptionGroup.all {
      let options = group.options.filter { !$0.isHidden }
      page.subsection(group.title)
      page.list(options.map { (head($0), explanation($0)) }, width: "Ds")
    }
  }

  /// `Fl c , Fl Fl watch Ns Op = Ns Ar SECONDS`
  private static func head(_ option: Option) -> String {
    let letters = option.letters.map { "Fl \(Mdoc.literal(String($0))) , " }.joined()
    let long = "Fl Fl \(Mdoc.literal(option.name))"
    return switch option.value {
    case .none: letters + long
    case .optional(let word, _): letters + long + " Ns Op = Ns Ar \(word)"
    case .required(let word, _): letters + long + " Ar \(word)"
    }
  }

  private static func explanation(_ option: Option) -> String {
    var text = option.help
    if !option.choices.isEmpty {
      text += " One of " + ArgumentError.list(option.choices) + "."
    }
    if !option.more.isEmpty { text += " " + option.more }
    if !option.more.isEmpty, !option.more.hasSuffix(".") { text += "." }
    let verbs = option.verbs.map(\.rawValue)
    return option.verbs.contains(.list) ? text : text + " For \(ArgumentError.list(verbs))."
  }
}
