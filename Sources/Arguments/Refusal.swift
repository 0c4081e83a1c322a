/// An option of another tool that sockeye does not have, with what to type instead.
struct Refusal {
  let letters: [Character]
  let names: [String]
  let tools: [Tool]
  /// The one value that it is about; nil where it is about all the others.
  private let value: String?
  private let instead: String

  private init(
    _ letters: Character..., names: [String] = [], of value: String? = nil,
    as tools: [Tool] = [.sockeye, .ss, .netstat], say instead: String
  ) {
    self.letters = letters
    self.names = names
    self.tools = tools
    self.value = value
    self.instead = instead
  }

  /// `value` is the text that would be the option's value, if it takes one.
  static func of(letter: Character, value: String? = nil, tool: Tool) -> Refusal? {
    all.first { $0.letters.contains(letter) && $0.applies(to: value, tool) }
  }

  static func of(name: String, value: String? = nil, tool: Tool) -> Refusal? {
    all.first { $0.names.contains(name) && $0.applies(to: value, tool) }
  }

  private func applies(to value: String?, _ tool: Tool) -> Bool {
    tools.contains(tool) && (self.value == nil || self.value == value)
  }

  /// Called through a link, `ss -x` would come back here.
  func text(for tool: Tool) -> String {
    tool == .ss && instead.contains("type: ss") ? instead + " (iproute2's own)" : instead
  }

  static let all = tables + actions + other

  /// Other kinds of sockets.
  private static let tables = [
    Refusal("x", names: ["unix"], say: "unix sockets are not listed here; type: ss -x"),
    Refusal("w", names: ["raw"], say: "raw sockets are not listed here; type: ss -w"),
    Refusal("S", names: ["sctp"], say: "SCTP sockets are not listed here; type: ss -S"),
    Refusal("d", names: ["dccp"], say: "DCCP sockets are not listed here; type: ss -d"),
    Refusal("0", names: ["packet"], say: "packet sockets are not listed here; type: ss -0"),
    Refusal("U", names: ["udplite"], say: "UDP-Lite sockets are not listed here; type: netstat -U"),
    Refusal(
      "M", names: ["masquerade"], as: [.netstat],
      say: "masqueraded connections are not listed here; type: conntrack -L"),
    Refusal("M", names: ["mptcp"], say: "MPTCP sockets are not listed here; type: ss -M"),
    Refusal(names: ["vsock"], say: "vsock sockets are not listed here; type: ss --vsock"),
    Refusal(names: ["tipc", "tipcinfo"], say: "TIPC sockets are not listed here; type: ss --tipc"),
    Refusal(names: ["xdp"], say: "XDP sockets are not listed here; type: ss --xdp"),
    Refusal(
      "A", names: ["query", "socket", "protocol"],
      say: "tables are chosen with -t and -u, families with -4 and -6; type: sockeye -tu"),
    Refusal(
      "f", names: ["family"], of: "inet6",
      say: "families are chosen with -4 and -6; type: sockeye -6"),
    Refusal(
      "f", names: ["family"], say: "families are chosen with -4 and -6; type: sockeye -4"),
  ]

  /// What ss does beyond listing.
  private static let actions = [
    Refusal(
      "K", names: ["kill"],
      say: "not there yet; to end the owner type: kill $(sockeye --pids FILTER),"
        + " to close the socket alone: ss -K FILTER"),
    Refusal("k", say: "nothing is ended here; type: kill $(sockeye --pids FILTER)"),
    Refusal("E", say: "not there yet as in ss; type: sockeye watch --events"),
    Refusal(
      "N", names: ["symbolic"], as: [.netstat], say: "hardware names are not shown; type: ip link"),
    Refusal("N", names: ["net"], say: "not there yet; type: ip netns exec NAME sockeye"),
    Refusal(
      "F", names: ["fib"], as: [.netstat], say: "routes are not listed here; type: ip route"),
    Refusal(
      "F", names: ["filter"],
      say: "the filter stands on the command line; type: sockeye \"$(cat FILE)\""
    ),
    Refusal("D", names: ["diag"], say: "type: sockeye --record FILE"),
    Refusal(
      "B", names: ["bound-inactive"], say: "the state is a term; type: sockeye bound"),
  ]

  /// What else other tools show.
  private static let other = [
    Refusal(
      "Z", "z", names: ["context", "contexts"],
      say: "security contexts are not shown; type: ss -Z"),
    Refusal("T", names: ["threads"], say: "threads are not told apart; type: ss -T"),
    Refusal("Q", names: ["no-queues"], say: "type: sockeye --columns -queue"),
    Refusal(names: ["tos"], say: "type: sockeye --columns +tos"),
    Refusal(names: ["cgroup"], say: "type: sockeye --columns +cgroup"),
    Refusal(
      names: ["inet-sockopt"], say: "socket options are not shown; type: ss --inet-sockopt"),
    Refusal("b", as: [.ss], say: "BPF filters are not shown; type: ss -b"),
    Refusal(names: ["bpf"], say: "BPF filters are not shown; type: ss -b"),
    Refusal("P", say: "numbers are -n here; type: sockeye -n"),
    Refusal("g", names: ["groups"], say: "multicast groups are not listed here; type: ip maddress"),
    Refusal("I", say: "interfaces are not listed here; type: ip -s link"),
    Refusal(
      "i", as: [.netstat],
      say: "interfaces are not listed here; type: ip -s link; TCP internals are --info"),
    Refusal(names: ["interfaces"], say: "interfaces are not listed here; type: ip -s link"),
    Refusal(
      "r", as: [.netstat],
      say: "routes are not listed here; type: ip route; host names are --resolve"),
    Refusal(names: ["route"], say: "routes are not listed here; type: ip route"),
    Refusal("C", names: ["cache"], say: "routes are not listed here; type: ip route show cache"),
    Refusal(
      "s", as: [.netstat],
      say: "the protocols' counters are not shown; type: nstat -az; totals of sockets are --stats"),
    Refusal(
      names: ["statistics"],
      say: "the protocols' counters are not shown; type: nstat -az; totals of sockets are --stats"),
  ]
}
