internal import LinuxSystem

/// The paths of cgroups by id. A cgroup's id is the inode number of its directory
/// (Documentation/admin-guide/cgroup-v2.rst); the hierarchy's root is 1.
public enum CgroupPaths {
  private static let root: UInt64 = 1

  /// Where the version 2 hierarchy is mounted, alone or beside version 1; nil where it is not.
  private static var mount: String? {
    ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
      (try? FileStatus(of: $0 + "/cgroup.procs")) != nil
    }
  }

  /// The paths of the ids asked for, as far as they are found; the walk ends with the last of them, or
  /// after `limit` directories. What is near the root comes first: a user may make very many below.
  public static func of(_ ids: Set<UInt64>, limit: Int = .max) -> [UInt64: String] {
    var paths: [UInt64: String] = [:]
    guard !ids.isEmpty, let mount else { return paths }
    if ids.contains(root) { paths[root] = "/" }
    var pending = [""]
    var next = 0
    while paths.count < ids.count, next < min(pending.count, limit) {
      let path = pending[next]
      next += 1
      for child in Subdirectory.all(of: mount + path) {
        let childPath = path + "/" + child.name
        if ids.contains(child.inode) { paths[child.inode] = childPath }
        pending.append(childPath)
      }
    }
    return paths
  }

  /// The id of a path below the mount, for filters; nil where there is no such cgroup.
  public static func id(of path: String) -> UInt64? {
    guard var directory = mount else { return nil }
    var id = root
    for name in path.split(separator: "/") {
      guard let next = Subdirectory.all(of: directory).first(where: { $0.name == name }) else {
        return nil
      }
      id = next.inode
      directory += "/" + next.name
    }
    return id
  }
}
