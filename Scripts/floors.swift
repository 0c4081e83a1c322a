// The least that the kernel makes any tool spend: `Scripts/bench` compiles it with `swiftc -O`.
//
//   floors dump    one netlink walk over all TCP sockets, the answers thrown away
//   floors netns   the same in each network namespace of /run/netns
//   floors fds     readlink(2) of every descriptor of every process, on one thread
//   floors procnet reads /proc/net/tcp and tcp6 to their ends
import Glibc

@_silgen_name("getdents64")
func getdents64(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ length: Int) -> Int

@_silgen_name("setns")
func setns(_ descriptor: Int32, _ kind: Int32) -> Int32

func dump() {
  let netlink = socket(16, Int32(SOCK_RAW.rawValue) | 0o2000000, 4)
  // struct nlmsghdr and struct inet_diag_req: TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP.
  var request = [UInt32](repeating: 0, count: 4 + 15)
  request[0] = UInt32(request.count * 4)
  request[1] = 0x301 << 16 | 18
  request[4 + 13] = 0xffff_ffff
  var address: [UInt16] = [16, 0, 0, 0, 0, 0]
  address.withUnsafeMutableBytes { to in
    _ = sendto(
      netlink, &request, request.count * 4, 0, to.assumingMemoryBound(to: sockaddr.self).baseAddress,
      12)
  }
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = recv(netlink, &buffer, buffer.count, 0)
    if count < 16 { break }
    // NLMSG_DONE or NLMSG_ERROR, alone or behind the last rows.
    if buffer[4] == 3 || buffer[4] == 2 { break }
  }
  close(netlink)
}

func namespaces() {
  guard let directory = opendir("/run/netns") else { exit(1) }
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
    }
    let file = open("/run/netns/" + name, O_RDONLY)
    if setns(file, 0x4000_0000) == 0 { dump() }
    close(file)
  }
}

func numbers(_ directory: Int32, _ body: (UnsafePointer<CChar>) -> Void) {
  let buffer = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 8)
  defer { buffer.deallocate() }
  while true {
    let count = getdents64(directory, buffer, 1 << 16)
    if count <= 0 { return }
    var offset = 0
    while offset < count {
      let name = (buffer + offset + 19).assumingMemoryBound(to: CChar.self)
      if name[0] >= 0x30 && name[0] <= 0x39 { body(name) }
      offset += Int((buffer + offset + 16).load(as: UInt16.self))
    }
  }
}

func descriptors() {
  let proc = open("/proc", O_RDONLY | O_DIRECTORY)
  var target = [CChar](repeating: 0, count: 64)
  numbers(proc) { pid in
    let directory = openat(proc, String(cString: pid) + "/fd", O_RDONLY | O_DIRECTORY)
    if directory < 0 { return }
    numbers(directory) { _ = readlinkat(directory, $0, &target, target.count) }
    close(directory)
  }
}

func tables() {
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
    let file = open(path, O_RDONLY)
    while read(file, &buffer, buffer.count) > 0 {}
    close(file)
  }
}

switch CommandLine.arguments.dropFirst().first {
case "dump": dump()
case "netns": namespaces()
case "fds": descriptors()
case "procnet": tables()
default: exit(2)
}
