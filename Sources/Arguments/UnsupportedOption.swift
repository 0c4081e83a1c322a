/// An option of another tool that sockeye does not have, with what to type instead.
struct UnsupportedOption {
  let letters: [Character]
  let names: [String]
  /// The one value that it is about; nil where it is about all the others.
  private let value: String?
  let instead: String

  private init(
    _ letters: Character..., names: [String] = [], of value: String? = nil, say instead: String
  ) {
    self.letters = letters
    self.names = names
    self.value = value
    self.instead = instead
  }

  /// `value` is the text that would be the option's value, if it takes one.
  static func of(letter: Character, value: String? = nil) -> UnsupportedOption? {
    all.first { $0.letters.contains(letter) && $0.applies(to: value) }
  }

  static func of(name: String, value: String? = nil) -> UnsupportedOption? {
    all.first { $0.names.contains(name) && $0.applies(to: value) }
  }

  private func applies(to value: String?) -> Bool {
    self.value == nil || self.value == value
  }

  static let all = tables + actions + other

  /// Other kinds of sockets.
  private static let tables = [
    UnsupportedOption("S", names: ["sctp"], say: "SCTP sockets are not listed here; type: ss -S"),
    UnsupportedOption("d", names: ["dccp"], say: "DCCP sockets are not listed here; type: ss -d"),
    UnsupportedOption(names: ["vsock"], say: "vsock sockets are not listed here; type: ss --vsock"),
    UnsupportedOption(
      names: ["tipc", "tipcinfo"], say: "TIPC sockets are not listed here; type: ss --tipc"),
    UnsupportedOption(names: ["xdp"], say: "XDP sockets are not listed here; type: ss --xdp"),
  ]

  /// What ss does beyond listing.
  private static let actions = [
    UnsupportedOption(
      "K", names: ["kill"],
      say: "type: sockeye close FILTER; to end the owners: sockeye kill FILTER"),
    UnsupportedOption(
      "k",
      say: "to end the owners type: sockeye kill FILTER; to close sockets: sockeye close FILTER"),
    UnsupportedOption("E", say: "not there yet as in ss; type: sockeye watch --events"),
    UnsupportedOption(
      "F", names: ["filter"],
      say: "the filter goes on the command line; type: sockeye \"$(cat FILE)\""
    ),
    UnsupportedOption("D", names: ["diag"], say: "type: sockeye --capture FILE"),
    UnsupportedOption(
      "B", names: ["bound-inactive"], say: "the state is a term; type: sockeye bound"),
  ]

  /// What else other tools show.
  private static let other = [
    UnsupportedOption(
      "Z", "z", names: ["context", "contexts"],
      say: "security contexts are not shown; type: ss -Z"),
    UnsupportedOption("T", names: ["threads"], say: "threads are not told apart; type: ss -T"),
    UnsupportedOption("Q", names: ["no-queues"], say: "type: sockeye --columns -queue"),
    UnsupportedOption(names: ["tos"], say: "type: sockeye --columns +tos"),
    UnsupportedOption(names: ["cgroup"], say: "type: sockeye --columns +cgroup"),
    UnsupportedOption(
      names: ["inet-sockopt"], say: "socket options are not shown; type: ss --inet-sockopt"),
    UnsupportedOption(names: ["bpf"], say: "BPF filters are not shown; type: ss -b"),
    UnsupportedOption("P", say: "numbers are -n here; type: sockeye -n"),
    UnsupportedOption(
      "g", names: ["groups"], say: "multicast groups are not listed here; type: ip maddress"),
    UnsupportedOption("I", say: "interfaces are not listed here; type: ip -s link"),
    UnsupportedOption(
      names: ["interfaces"], say: "interfaces are not listed here; type: ip -s link"),
    UnsupportedOption(names: ["route"], say: "routes are not listed here; type: ip route"),
    UnsupportedOption(
      "C", names: ["cache"], say: "routes are not listed here; type: ip route show cache"),
    UnsupportedOption(
      names: ["statistics"],
      say: "the protocols' counters are not shown; type: nstat -az; totals of sockets are --stats"),
  ]
}
