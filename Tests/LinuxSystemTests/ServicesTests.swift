import LinuxSystem
import SocketModel
import Testing

/// These read the host's services(5), which a minimal container does not have.
@Suite(.enabled(if: !Services.all().isEmpty, "there is no /etc/services"))
struct ServicesTests {
  @Test func aPortHasAName() throws {
    let names = Services.names(of: [22, 1], .tcp)
    #expect(names.name(22, .tcp) == "ssh")
    #expect(names.name(22, .udp) == nil)
  }

  @Test func manyPortsAreReadInOnePass() throws {
    let few = Services.names(of: [22, 53, 80, 443], .all)
    let many = Services.names(of: Set(1...1000), .all)
    for port in [22, 53, 80, 443] as [UInt16] {
      for kind in SocketKind.allCases {
        #expect(few.name(port, kind) == many.name(port, kind))
      }
    }
  }

  @Test func aNameAndAnAliasHaveTheirPort() throws {
    #expect(try Services.ports(named: "ssh") == [22])
    #expect(try Services.ports(named: "no-such-service") == [])
    #expect(Services.all().ports("domain") == [53])
    #expect(try Services.ports(named: "ssh", .udp) == [])
  }
}
