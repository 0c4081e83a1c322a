extension Completions {
  static var zsh: String {
    """
    #compdef sockeye
    # zsh completion for sockeye; load it with: source <(sockeye completions zsh)

    _sockeye_live() { "${words[1]}" completions --words "$1" 2>/dev/null }

    _sockeye_fields() {
      compset -P '*,'
      compset -P '[-+]'
      compadd -S '' -- \(fields.joined(separator: " "))
    }

    _sockeye_ports() {
      local -a ports=(${(f)"$(_sockeye_live ports)"})
      compset -P ':'
      compadd -- $ports
    }

    _sockeye_terms() {
      local -a processes=(${(f)"$(_sockeye_live processes)"})
      local -a plain=(\(TermText.words.filter { !$0.hasSuffix("=") }.joined(separator: " ")))
      local -a named=(\(TermText.words.filter { $0.hasSuffix("=") }.joined(separator: " ")))
      if compset -P 'process='; then
        compadd -- $processes
        return
      fi
      compadd -- $plain $processes
      compadd -S '' -- $named
      if [[ $PREFIX == [:0-9]* ]]; then _sockeye_ports; fi
    }

    _sockeye_verbs() {
      local -a verbs=(
    \(verbs.map { "    " + quoted("\($0):\($0.summary)") }.joined(separator: "\n"))
      )
      _describe verb verbs
    }

    _sockeye_first() {
      _sockeye_verbs
      _sockeye_terms
    }

    _sockeye() {
      local verb= i word
      for ((i = 2; i < CURRENT; i++)); do
        word=${words[i]}
        case $word in
          --) verb=list; break ;;
          \(valued.joined(separator: "|"))) ((i++)) ;;
          -*) ;;
          *) verb=$word; break ;;
        esac
      done
      local -a options
      case $verb in
    \(Verb.allCases.filter { $0 != .list }.map(zshVerb).joined(separator: "\n"))
        list)
    \(zshOptions(.list))
          options+=('*:term:_sockeye_terms') ;;
        *)
    \(zshOptions(.list))
          options+=('1:verb or term:_sockeye_first' '*:term:_sockeye_terms') ;;
      esac
      _arguments -s -S : $options
    }

    if [[ $funcstack[1] == _sockeye ]]; then _sockeye "$@"; else compdef _sockeye sockeye; fi

    """
  }

  private static func zshVerb(_ verb: Verb) -> String {
    let operands =
      switch verb.operands {
      case .terms: "'*:term:_sockeye_terms'"
      case .ports: "'*:port:_sockeye_ports'"
      case .shells: "'2:shell:(\(Shell.allCases.map(\.rawValue).joined(separator: " ")))'"
      case .verbs: "'2:verb:_sockeye_verbs'"
      case .files: "'*:file:_files'"
      case .nothing: ""
      }
    return """
          \(verb))
      \(zshOptions(verb))
            options+=('1:verb:' \(operands)) ;;
      """
  }

  private static func zshOptions(_ verb: Verb) -> String {
    let specs = Option.listed(for: verb).flatMap(zshSpecs)
    return "      options=(\n" + specs.map { "        " + quoted($0) }.joined(separator: "\n")
      + "\n      )"
  }

  /// `(-t --tcp)-t[TCP sockets]`, one for each spelling.
  private static func zshSpecs(_ option: Option) -> [String] {
    let group = spellings(option).joined(separator: " ")
    let help = escaped(option.help)
    return spellings(option).map { spelling in
      let isLong = spelling.hasPrefix("--")
      return switch option.value {
      case .optional(let word, _) where isLong: "(\(group))\(spelling)=-[\(help)]::\(word):"
      case .none, .optional: "(\(group))\(spelling)[\(help)]"
      case .required(let word, let kind):
        "(\(group))\(spelling)=[\(help)]:\(word):\(zshAction(kind))"
      }
    }
  }

  private static func zshAction(_ kind: Option.Kind) -> String {
    switch kind {
    case .choice(let words): "(\(words.joined(separator: " ")))"
    case .fields: "_sockeye_fields"
    case .file: "_files"
    case .directory: "_files -/"
    case .expectation: "(none any)"
    case .number, .seconds, .bytes, .limits, .text: ""
    }
  }

  /// A spec's description ends at `]`, and `:` and a backslash mean something there.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += "[]:\\".contains($1) ? "\\\($1)" : "\($1)" }
  }

  /// In single quotes, for zsh and fish.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
