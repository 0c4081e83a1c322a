extension Completions {
  static var fish: String {
    """
    # fish completion for sockeye; load it with: sockeye completions fish | source

    function __sockeye_verb
        set -l skip no
        for word in (commandline -opc)[2..-1]
            if test $skip = yes
                set skip no
                continue
            end
            switch $word
                case --
                    echo list
                    return
                case \(valued.joined(separator: " "))
                    set skip yes
                case '-*'
                case \(verbs.map(\.rawValue).joined(separator: " "))
                    echo $word
                    return
                case '*'
                    echo list
                    return
            end
        end
        echo first
    end

    function __sockeye_is
        contains -- (__sockeye_verb) $argv
    end

    function __sockeye_live
        set -l words (commandline -opc)
        $words[1] completions --words $argv[1] 2>/dev/null
    end

    function __sockeye_ports
        __sockeye_live ports
        string match -q ':*' -- (commandline -ct); and __sockeye_live ports | string replace -r '^' :
    end

    function __sockeye_fields
        set -l token (commandline -ct | string replace -r '^--[a-z-]+=' '')
        set -l start (string replace -r '[^,+-]*$' '' -- $token)
        printf '%s\\n' $start\(fishFields)
    end

    complete -c sockeye -f
    complete -c sockeye -n '__sockeye_is first' -a \(quoted(verbs.map(\.rawValue).joined(separator: " ")))
    complete -c sockeye -n '__sockeye_is first \(verbs(.terms).joined(separator: " "))' \
    -a \(quoted(TermText.words.joined(separator: " ")))
    complete -c sockeye -n '__sockeye_is first \(verbs(.terms).joined(separator: " "))' \
    -a '(__sockeye_live processes)'
    complete -c sockeye -n '__sockeye_is first \(verbs(.terms).joined(separator: " ")); \
    and string match -q "process=*" -- (commandline -ct)' -a 'process=(__sockeye_live processes)'
    complete -c sockeye -n '__sockeye_is first \(verbs(.terms).joined(separator: " ")); \
    and string match -qr "^[:0-9]" -- (commandline -ct)' -a '(__sockeye_ports)'
    complete -c sockeye -n '__sockeye_is \(verbs(.ports).joined(separator: " "))' \
    -a '(__sockeye_ports)'
    complete -c sockeye -n '__sockeye_is \(verbs(.shells).joined(separator: " "))' \
    -a '\(Shell.allCases.map(\.rawValue).joined(separator: " "))'
    complete -c sockeye -n '__sockeye_is \(verbs(.files).joined(separator: " "))' -F
    complete -c sockeye -n '__sockeye_is \(verbs(.verbs).joined(separator: " "))' \
    -a \(quoted(verbs.map(\.rawValue).joined(separator: " ")))
    \(Option.all.filter { !$0.isHidden }.map(fishOption).joined(separator: "\n"))

    """
  }

  /// A brace expansion: each name after what was typed before it.
  private static let fishFields = "{" + fields.joined(separator: ",") + "}"

  private static func fishOption(_ option: Option) -> String {
    let verbs = option.verbs.map(\.rawValue) + (option.verbs.contains(.list) ? ["first"] : [])
    let letters = option.letters.map { " -s \($0)" }.joined()
    return "complete -c sockeye -n '__sockeye_is \(verbs.joined(separator: " "))'\(letters)"
      + " -l \(option.name)\(fishValue(option)) -d \(quoted(option.help))"
  }

  private static func fishValue(_ option: Option) -> String {
    guard case .required(_, let kind) = option.value else { return "" }
    return switch kind {
    case .choice(let words): " -x -a \(quoted(words.joined(separator: " ")))"
    case .fields: " -x -a '(__sockeye_fields)'"
    case .file: " -r -F"
    case .directory: " -x -a '(__fish_complete_directories)'"
    case .expectation: " -x -a 'none any'"
    case .number, .seconds, .bytes, .limits, .text: " -x"
    }
  }
}
