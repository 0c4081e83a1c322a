public import LinuxSystem

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

  /// Paths by id, and why others may have one as well: a directory could not be read.
  struct Found {
    var paths: [UInt64: String] = [:]
    var failure: Failure?
  }

  /// A directory that can't be read.
  public struct Failure: Error, Hashable, Sendable {
    public let path: String
    public let errno: Errno
  }

  /// The paths of the ids asked for, as far as they are found; the walk ends with the last of them, or
  /// after `limit` directories. What is near the root comes first: a user may make very many below.
  static func of(_ ids: Set<UInt64>, limit: Int = .max) -> Found {
    var found = Found()
    if ids.isEmpty { return found }
    if ids.contains(root) { found.paths[root] = "/" }
    guard let mount else {
      found.failure = missing
      return found
    }
    var pending = [""]
    var next = 0
    while found.paths.count < ids.count, next < min(pending.count, limit) {
      let path = pending[next]
      next += 1
      do throws(Failure) {
        for child in try children(of: mount + path) {
          let childPath = path + "/" + child.name
          if ids.contains(child.inode) { found.paths[child.inode] = childPath }
          pending.append(childPath)
        }
      } catch {
        found.failure = found.failure ?? error
      }
    }
    return found
  }

  /// The id of a path below the mount, for filters; nil where there is no such cgroup.
  public static func id(of path: String) throws(Failure) -> UInt64? {
    guard var directory = mount else { throw missing }
    var id = root
    for name in path.split(separator: "/") {
      guard let next = try children(of: directory).first(where: { $0.name == name }) else {
        return nil
      }
      id = next.inode
      directory += "/" + next.name
    }
    return id
  }

  private static let missing = Failure(path: "/sys/fs/cgroup/cgroup.procs", errno: .noSuchFile)

  /// None where the cgroup has ended meanwhile.
  private static func children(of path: String) throws(Failure) -> [DirectoryEntry] {
    do throws(Errno) {
      return try DirectoryEntry.subdirectories(of: path)
    } catch .noSuchFile {
      return []
    } catch {
      throw Failure(path: path, errno: error)
    }
  }
}

extension CgroupPaths.Failure: CustomStringConvertible {
  public var description: String { "\(path): \(errno)" }
}
