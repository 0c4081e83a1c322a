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
      ("10.0.0.5", "missing port, e.g. 10.0.0.5:80"),
      ("example.com", "missing port, e.g. example.com:80"),
      ("localhost:", "missing port"),
      ("", "missing port"),
      ("[::1", "missing ]"),
      ("[::1]", "missing port, e.g. [::1]:80"),
      ("[10.0.0.5]:80", "invalid IPv6 address '10.0.0.5'"),
      ("70000", "invalid port '70000': ports are 0 to 65535"),
      ("90-80", "invalid range '90-80': write 80-90"),
      ("80,", "invalid port ''"),
      ("8-", "invalid port '8-'"),
      ("a b", "invalid port 'a b'"),
      ("http://x:80", "invalid host 'http://x'"),
      (
        "fe80::1%eth0:80",
        "write [fe80::1%eth0:80]:PORT for that address or [fe80::1%eth0]:80 for that port"
      ),
      // These were taken for an IPv6 address, "[127.0.0.1,:]:1".
      ("127.0.0.1,::1", "one host at a time"), ("::1,127.0.0.1", "one host at a time"),
      ("127.0.0.1,127.0.0.2", "one host at a time"),
      ("//x:80", "invalid host '//x'"),
    ] as [(String, String)])
  func refused(text: String, reason: String) {
    #expect { try Target(text) } throws: { ($0 as? Target.ParseError)?.reason == reason }
  }
}
