import Foundation
import SocketModel
import Testing

@testable import SocketSources

@Suite struct ContainerNamesTests {
  private static let id = String(repeating: "4f797c539e6c745d", count: 4)
  private static let pod = "7e44ee88-1e65-4a16-8cdf-9a90c819180e"
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func name(_ path: String) -> String? {
    var names = ContainerNames(root: folder.path)
    return CgroupOwner(path: path).container.flatMap { names.name(of: $0) }
  }

  @Test func dockers() throws {
    let file = "lib/docker/containers/\(Self.id)/config.v2.json"
    #expect(name("/docker/\(Self.id)") == nil)
    try folder.write(file, Array((#"{"Name":"/web"}"#).utf8))
    #expect(name("/docker/\(Self.id)") == "web")
    #expect(name("/my-parent/\(Self.id)") == "web")
    #expect(name("/machine.slice/libpod-\(Self.id).scope") == nil)
    try folder.write(
      file, Array((String(repeating: " ", count: 1 << 21) + #"{"Name":"/web"}"#).utf8))
    #expect(name("/docker/\(Self.id)") == nil)
    // A link is not followed.
    try folder.write("elsewhere", Array(#"{"Name":"/web"}"#.utf8))
    try folder.remove(file)
    try folder.link(file, to: "\(folder.path)/elsewhere")
    #expect(name("/docker/\(Self.id)") == nil)
  }

  @Test func ofKubernetes() throws {
    let path = "/kubepods/besteffort/pod\(Self.pod)/\(Self.id)"
    #expect(name(path) == nil)
    for odd in ["", "_", "a_b_c", "a_b_c-d", "a_b_.log", "x_y_\(Self.id).log", "a_b_c_d-e.log"] {
      try folder.write("log/containers/x\(odd)")
      try folder.write("log/pods/x\(odd)/0.log")
    }
    #expect(name(path) == nil)
    try folder.write("log/pods/shop_db-0_\(Self.pod)/postgres/0.log")
    #expect(name(path) == "shop/db-0/4f797c539e6c")
    try folder.write("log/containers/db-0_shop_postgres-\(Self.id).log")
    #expect(name(path) == "shop/db-0/postgres")
  }
}
