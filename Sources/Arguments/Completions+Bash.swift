extension Completions {
  /// Needs no bash-completion. Candidates are compared as data: nothing that a process is called is
  /// ever expanded by the shell.
  static var bash: String {
    """
    # bash completion for sockeye; load it with: source <(sockeye completions bash)

    _sockeye_offer() {
      local word
      while IFS= read -r word; do
        if [[ -n $word && $word == "$2"* ]]; then COMPREPLY+=("$1$word"); fi
      done
    }

    _sockeye_live() { "${COMP_WORDS[0]}" completions --words "$1" 2>/dev/null; }

    _sockeye() {
      local line=${COMP_LINE:0:COMP_POINT} current previous= verb= word i mark
      local -a typed
      COMPREPLY=()
      read -ra typed <<< "$line"
      if [[ $line == *[[:space:]] ]]; then typed+=(""); fi
      current=${typed[${#typed[@]} - 1]}
      for ((i = 1; i < ${#typed[@]} - 1; i++)); do
        previous=
        word=${typed[i]}
        case $word in
          --)
            if [[ $verb == wait ]]; then return; fi
            verb=${verb:-list} ;;
          \(valued.joined(separator: "|")))
            previous=$word
            ((i++)) ;;
          -*) ;;
          *) if [[ -z $verb ]]; then verb=$word; fi ;;
        esac
      done
      if ((i < ${#typed[@]})); then previous=; fi
      if [[ $current == --*=* ]]; then
        previous=${current%%=*}
        current=${current#*=}
      fi

      case $previous in
        \(fieldOptions.joined(separator: "|")))
          mark=${current%"${current##*[,+-]}"}
          _sockeye_offer "$mark" "${current#"$mark"}" <<'WORDS'
    \(fields.joined(separator: "\n"))
    WORDS
          compopt -o nospace ;;
    \(chosen.map(choiceCase).joined(separator: "\n"))
        \(fileOptions.joined(separator: "|")))
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        \(directoryOptions.joined(separator: "|")))
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        "")
          case $current in
            -*) _sockeye_options ;;
            *) _sockeye_words ;;
          esac ;;
      esac

      # Readline replaces only what follows the last of these marks.
      for mark in = :; do
        if [[ $COMP_WORDBREAKS == *$mark* && $current == *$mark* ]]; then
          word=${current%"${current##*$mark}"}
          COMPREPLY=("${COMPREPLY[@]#"$word"}")
        fi
      done
      if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
    }

    _sockeye_options() {
      case $verb in
    \(Verb.allCases.filter { $0 != .list }.map(bashOptions).joined(separator: "\n"))
        *) _sockeye_offer "" "$current" <<'WORDS'
    \(optionWords(.list))
    WORDS
        ;;
      esac
    }

    _sockeye_words() {
      case $verb in
        \(verbs(.ports).joined(separator: "|")))
          _sockeye_offer "" "$current" < <(_sockeye_live ports) ;;
        \(verbs(.shells).joined(separator: "|")))
          _sockeye_offer "" "$current" <<'WORDS'
    \(Shell.allCases.map(\.rawValue).joined(separator: "\n"))
    WORDS
        ;;
        \(verbs(.files).joined(separator: "|")))
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        \(verbs(.nothing).joined(separator: "|"))) ;;
        *)
          if [[ -z $verb || $verb == help ]]; then
            _sockeye_offer "" "$current" <<'WORDS'
    \(verbs.map(\.rawValue).joined(separator: "\n"))
    WORDS
          fi
          if [[ $verb == help ]]; then return; fi
          if [[ $current == process=* ]]; then
            _sockeye_offer process= "${current#process=}" < <(_sockeye_live processes)
            return
          fi
          _sockeye_offer "" "$current" <<'WORDS'
    \(TermText.words.joined(separator: "\n"))
    WORDS
          case $current in
            :*) _sockeye_offer ":" "${current#:}" < <(_sockeye_live ports) ;;
            [0-9]*) _sockeye_offer "" "$current" < <(_sockeye_live ports) ;;
            *) _sockeye_offer "" "$current" < <(_sockeye_live processes) ;;
          esac ;;
      esac
    }

    complete -F _sockeye sockeye

    """
  }

  private static func choiceCase(_ option: (name: String, choices: [String])) -> String {
    """
        --\(option.name))
          _sockeye_offer "" "$current" <<'WORDS'
    \(option.choices.joined(separator: "\n"))
    WORDS
        ;;
    """
  }

  private static func bashOptions(_ verb: Verb) -> String {
    """
        \(verb)) _sockeye_offer "" "$current" <<'WORDS'
    \(optionWords(verb))
    WORDS
        ;;
    """
  }

  private static func optionWords(_ verb: Verb) -> String {
    Option.listed(for: verb).flatMap(spellings).joined(separator: "\n")
  }

  static func verbs(_ operands: Verb.Operands) -> [String] {
    Verb.allCases.filter { $0.operands == operands }.map(\.rawValue)
  }
}
