import Testing

@testable import Arguments

@Suite("Targets")
struct TargetTests {
  @Test(
    "are read",
    arguments: [
      ("8080", nil, [.numbers(8080...8080)]),
      (":8080", nil, [.numbers(8080...8080)]),
      ("https", nil, [.service("https")]),
      ("0", nil, [.numbers(0...0)]),
      ("22,80-90,https", nil, [.numbers(22...22), .numbers(80...90), .service("https")]),
      ("localhost:80", "localhost", [.numbers(80...80)]),
      ("10.0.0.5:ssh", "10.0.0.5", [.service("ssh")]),
      ("*:80", "*", [.numbers(80...80)]),
      ("[::1]:80", "::1", [.numbers(80...80)]),
      ("[fe80::1%eth0]:80", "fe80::1%eth0", [.numbers(80...80)]),
      ("iso-tsap", nil, [.service("iso-tsap")]),
      ("example.com:1-65535", "example.com", [.numbers(1...65535)]),
    ] as [(String, String?, [Target.Ports])])
  func read(text: String, host: String?, ports: [Target.Ports]) throws {
    #expect(try Target(text) == Target(host: host, ports: ports))
  }

  @Test(
    "or refused",
    arguments: [
      ("::1:80", "write [::1:80]:PORT for that address or [::1]:80 for that port"),
      ("10.0.0.5", "a port is missing, e.g. 10.0.0.5:80"),
      ("example.com", "a port is missing, e.g. example.com:80"),
      ("localhost:", "a port is missing"),
      ("", "a port is missing"),
      ("[::1", "a ] is missing"),
      ("[::1]", "a port is missing, e.g. [::1]:80"),
      ("[10.0.0.5]:80", "'10.0.0.5' is no IPv6 address"),
      ("70000", "ports go from 0 to 65535"),
      ("90-80", "the range 90-80 goes down; write 80-90"),
      ("80,", "'' is no port"),
      ("8-", "'8-' is no port"),
      ("a b", "'a b' is no port"),
      ("http://x:80", "'http://x' is no host"),
      (
        "fe80::1%eth0:80",
        "write [fe80::1%eth0:80]:PORT for that address or [fe80::1%eth0]:80 for that port"
      ),
      // These were taken for an IPv6 address, "[127.0.0.1,:]:1".
      ("127.0.0.1,::1", "one host at a time"), ("::1,127.0.0.1", "one host at a time"),
      ("127.0.0.1,127.0.0.2", "one host at a time"),
      ("//x:80", "'//x' is no host"),
    ] as [(String, String)])
  func refused(text: String, reason: String) {
    #expect { try Target(text) } throws: { ($0 as? Target.Refusal)?.reason == reason }
  }
}
