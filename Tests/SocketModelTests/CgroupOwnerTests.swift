import SocketModel
import Testing

/// The forms that systemd (CGROUP_DELEGATION, systemd.unit(5)) and the container runtimes document.
@Suite struct CgroupOwnerTests {
  static let id = String(repeating: "4f797c539e6c745d", count: 4)
  static let other = String(repeating: "ab", count: 32)
  static let pod = "7e44ee88-1e65-4a16-8cdf-9a90c819180e"
  static let podSlice = "pod7e44ee88_1e65_4a16_8cdf_9a90c819180e.slice"
  static let short = "4f797c539e6c"

  @Test(
    arguments: [
      ("/", nil), ("", nil), ("/system.slice", nil), ("/openrc/nginx", nil), ("/.service", nil),
      ("/init.scope", "init.scope"), ("/system.slice/nginx.service", "nginx.service"),
      ("/system.slice/ssh.socket", "ssh.socket"),
      ("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
      (#"/system.slice/system-my\x2dvpn.slice/my\x2dvpn@a.service"#, #"my\x2dvpn@a.service"#),
      ("/system.slice/nginx.service/worker/3", "nginx.service"),
      // What is below a unit is said with it.
      ("/system.slice/runner.service/nginx.service", "runner.service/nginx.service"),
      ("/system.slice/runner.service/a.service/b.scope", "runner.service/b.scope"),
      // A user's.
      ("/user.slice/user-1000.slice/user@1000.service", "user@1000.service"),
      (
        "/user.slice/user-1000.slice/user@1000.service/app.slice/app.scope",
        "user@1000.service/app.scope"
      ),
      ("/user.slice/user-1000.slice/session-3.scope", "user-1000.slice/session-3.scope"),
      ("/user.slice/user-1000.slice/user@0.service", "user-1000.slice/user@0.service"),
      // Forged in a user's part of the tree.
      (
        "/user.slice/user-1000.slice/user@1000.service/system.slice/nginx.service",
        "user@1000.service/nginx.service"
      ),
      (
        "/user.slice/user-1000.slice/user@1000.service/user-0.slice/user@0.service/sshd.service",
        "user@1000.service/sshd.service"
      ),
      (
        "/user.slice/user-1000.slice/user@1000.service/\u{301}.service",
        "user@1000.service/\u{301}.service"
      ),
      // A container's own systemd.
      ("/lxc.payload.web/system.slice/nginx.service", "web/nginx.service"),
      ("/docker/\(id)/system.slice/nginx.service", "\(short)/nginx.service"),
      (
        "/machine.slice/systemd-nspawn@web.service/payload/system.slice/nginx.service",
        "systemd-nspawn@web.service/nginx.service"
      ),
      ("/system.slice/docker-\(id).scope", "docker-\(id).scope"),
      ("/machine.slice/libpod-conmon-\(id).scope", "libpod-conmon-\(id).scope"),
    ] as [(String, String?)])
  func unit(path: String, unit: String?) { #expect(CgroupOwner(path: path).unit == unit) }

  struct Case: Sendable {
    let path: String
    let runtime: CgroupOwner.Runtime?
    let text: String
    var pod: String?
  }

  @Test(arguments: [
    Case(path: "/docker/\(id)", runtime: .docker, text: short),
    Case(path: "/system.slice/docker-\(id).scope", runtime: .docker, text: short),
    Case(path: "/my-parent/\(id)", runtime: nil, text: short),
    Case(path: "/machine.slice/libpod-\(id).scope/container", runtime: .podman, text: short),
    Case(path: "/libpod_parent/libpod-\(id)", runtime: .podman, text: short),
    Case(path: "/system.slice/nerdctl-\(id).scope", runtime: .containerd, text: short),
    Case(path: "/default/\(id)", runtime: .containerd, text: short),
    Case(
      path: "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-\(podSlice)/"
        + "cri-containerd-\(id).scope", runtime: .containerd, text: short, pod: pod),
    Case(
      path: "/kubepods.slice/kubepods-\(podSlice)/crio-\(id).scope/container", runtime: .crio,
      text: short, pod: pod),
    Case(path: "/kubepods/besteffort/pod\(pod)/\(id)", runtime: nil, text: short, pod: pod),
    Case(path: "/kubepods/pod\(pod)/crio-\(id)", runtime: .crio, text: short, pod: pod),
    Case(
      path: "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-\(podSlice)/docker-\(id).scope",
      runtime: .docker, text: short, pod: pod),
    Case(
      path: "/kubepods/burstable/pod0123456789abcdef0123456789abcdef/\(id)", runtime: nil,
      text: short, pod: "0123456789abcdef0123456789abcdef"),
    Case(
      path: "/system.slice/containerd.service/kubepods-burstable-\(podSlice):cri-containerd:\(id)",
      runtime: .containerd, text: "containerd.service/\(short)", pod: pod),
    Case(path: "/lxc.payload.web/init.scope", runtime: .lxc, text: "web"),
    Case(path: "/lxc/101/ns/system.slice", runtime: .lxc, text: "101"),
    Case(
      path: "/machine.slice/systemd-nspawn@db.service/payload", runtime: .nspawn, text: "db"),
    Case(
      path: #"/machine.slice/systemd-nspawn@my\x2ddb.service"#, runtime: .nspawn, text: "my-db"),
    Case(path: #"/machine.slice/machine-my\x2ddb.scope"#, runtime: .nspawn, text: "my-db"),
    Case(
      path: #"/machine.slice/machine-a\x2fb.scope"#, runtime: .nspawn, text: #"a\x2fb"#),
    Case(path: #"/machine.slice/machine-a\x.scope"#, runtime: .nspawn, text: #"a\x"#),
    // One in another: the first is the one that the host knows.
    Case(path: "/docker/\(id)/docker/\(other)", runtime: .docker, text: short),
    // Made by a service, or by a user without more rights: by whom is said.
    Case(
      path: "/system.slice/web.service/libpod-payload-\(id)", runtime: .podman,
      text: "web.service/\(short)"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(id).scope",
      runtime: .podman, text: "user@1000.service/\(short)"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/lxc.payload.web", runtime: .lxc,
      text: "user@1000.service/web"),
    Case(
      path: "/user.slice/user-1000.slice/session-3.scope/lxc/web", runtime: .lxc,
      text: "user-1000.slice/session-3.scope/web"),
    Case(
      path: "/user.slice/user-7.slice/docker/\(id)", runtime: .docker, text: "user-7.slice/\(short)"
    ),
  ])
  func container(_ expected: Case) throws {
    let container = try #require(CgroupOwner(path: expected.path).container)
    #expect(container.runtime == expected.runtime)
    #expect(container.text(named: nil) == expected.text)
    #expect(container.pod == expected.pod)
  }

  @Test(arguments: [
    "/", "/system.slice/nginx.service", "/machine.slice/libpod-conmon-\(id).scope",
    "/machine.slice/crio-conmon-\(id).scope", "/lxc.monitor.web", "/lxc.payload.", "/lxc",
    #"/machine.slice/machine-qemu\x2d1\x2dvm.scope"#, "/machine.slice/machine-.scope",
    "/system.slice/docker.service", "/docker/\(id.dropLast())", "/docker/\(id.uppercased())",
    "/system.slice/docker-\(id)0.scope", "/docker-\(id.dropLast())g.scope",
    "/kubepods.slice/kubepods-\(podSlice)",
  ])
  func noContainer(path: String) { #expect(CgroupOwner(path: path).container == nil) }

  /// A user may make a container of any id: it has no name that is looked up by that.
  @Test func aNameIsOfWhatTheSystemMadeAlone() throws {
    let real = try #require(CgroupOwner(path: "/system.slice/docker-\(Self.id).scope").container)
    let forged = try #require(
      CgroupOwner(
        path: "/user.slice/user-1000.slice/user@1000.service/docker-\(Self.id).scope"
      ).container)
    #expect(real.text(named: "web") == "web")
    #expect(forged.text(named: "web") == "user@1000.service/\(Self.short)")
  }
}
