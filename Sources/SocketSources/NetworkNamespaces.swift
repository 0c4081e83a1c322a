internal import LinuxSystem
internal import SocketModel

/// The network namespaces of this host: where they are found, and how one gets into them.
public enum NetworkNamespaces {
  /// One that was found.
  struct Found: Sendable {
    var namespace: NetworkNamespace
    let place: Place

    /// By what one gets into it.
    enum Place: Sendable {
      /// A file that is it.
      case file(String)
      /// Sockets in it: it may have no name and no process.
      case sockets([BPFHeldSockets.Holder])
    }

    /// For messages.
    var path: String {
      switch place {
      case .file(let path): path
      case .sockets(let holders):
        holders.first.map { "/proc/\($0.process)/fd/\($0.descriptor)" } ?? ""
      }
    }

    /// What a user named needs no more rights than the user has; processes' are the kernel's files.
    static func opened(_ path: String) throws(FileFailure) -> NamespaceFile {
      let words = path.split(separator: "/", omittingEmptySubsequences: false)
      let isOfProcess =
        words.count == 5 && words[1] == "proc" && UInt32(words[2]) != nil
        && words[3...] == ["ns", "net"]
      if !isOfProcess { return try NamespaceFile(path) }
      return try Capabilities.sysPtrace.raised { () throws(FileFailure) in
        try NamespaceFile(path)
      }
    }

    /// Nil where it is gone.
    func open() throws(FileFailure) -> NamespaceFile? {
      switch place {
      case .file(let path):
        do throws(FileFailure) {
          let file = try Self.opened(path)
          // A pid may have gone to a process of another one.
          if let inode = namespace.inode, file.inode != inode { return nil }
          return file
        } catch .system(.noSuchFile), .system(.noSuchProcess), .kind {
          return nil
        }
      case .sockets(let holders):
        var failure: Errno?
        for holder in holders {
          do throws(Errno) {
            let file = try NamespaceFile(ofSocket: holder.descriptor, of: holder.process)
            if file.inode == namespace.inode { return file }
          } catch .noSuchProcess, .badDescriptor {
            continue
          } catch {
            failure = error
          }
        }
        if let failure { throw .system(failure) }
        return nil
      }
    }
  }

  /// What was found, and what was not.
  struct Search: Sendable {
    var found: [Found] = []
    /// Processes whose namespace can't be seen: they may be in others.
    var hidden = 0
  }

  /// Where names are: `ip netns`' (ip-netns(8)) and docker's.
  static let directories = ["/run/netns", "/run/docker/netns"]

  static let own = "/proc/thread-self/ns/net"

  /// Puts this process into a namespace, before it has another thread.
  public static func enter(_ name: String) throws(SourceError) {
    let path = pathOfAny(name)
    do throws(FileFailure) {
      let file = try Found.opened(path)
      do throws(Errno) { try file.enter() } catch { throw .system(error) }
    } catch {
      throw .closedNamespace(name, path: path, error)
    }
  }

  /// The file that a name, a pid or a path means, as in ss.
  static func path(of name: String) -> String {
    if name.contains("/") { return name }
    if !name.isEmpty, name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) { return "/proc/\(name)/ns/net" }
    return "\(directories[0])/\(name)"
  }

  /// The same, or that of the container which is called so and has a namespace without a name.
  private static func pathOfAny(_ name: String) -> String {
    let path = path(of: name)
    if (try? FileStatus(of: path)) != nil || path == name { return path }
    var containers = NamespaceContainers()
    return (try? all(&containers))?.found.first { $0.namespace.name == name }?.path ?? path
  }

  /// The addresses of the one that this thread is in.
  static func addresses() -> Set<IPAddress> {
    Set((Host.addresses ?? []).map(\.endpoint.address.unmapped))
  }

  /// Our own.
  static func current() -> NetworkNamespace {
    let inode = try? FileStatus(of: own).inode
    return NetworkNamespace(
      inode: inode, cookie: NamespaceFile.ownCookie(),
      name: inode.flatMap { named()[$0]?.name })
  }

  /// All that have a name, by inode.
  private static func named() -> [UInt64: (name: String, path: String)] {
    var found: [UInt64: (name: String, path: String)] = [:]
    guard let device = try? FileStatus(of: own).device else { return [:] }
    for directory in directories {
      let entries = (try? DirectoryEntry.all(of: directory)) ?? []
      for name in entries.map(\.name).sorted() {
        let path = "\(directory)/\(name)"
        guard let status = try? FileStatus(of: path), status.device == device else { continue }
        if found[status.inode] == nil { found[status.inode] = (name, path) }
      }
    }
    return found
  }

  /// Those that are asked for, each once. Throws for one that is named and not there. Where it is known
  /// which sockets are held, no process that hides its namespace hides a socket.
  static func search(
    _ scope: NamespaceScope, _ held: BPFHeldSockets?, _ containers: inout NamespaceContainers
  ) throws(SourceError) -> Search {
    switch scope {
    case .own: return Search()
    case .everywhere:
      var search = try all(&containers)
      if let held { search.add(held) }
      return search
    case .named(let names):
      let known = named()
      var search = Search()
      for name in names {
        let path = pathOfAny(name)
        do throws(FileFailure) {
          let inode = try Found.opened(path).inode
          if search.found.contains(where: { $0.namespace.inode == inode }) { continue }
          search.found.append(
            Found(
              namespace: NetworkNamespace(inode: inode, name: known[inode]?.name),
              place: .file(path)))
        } catch {
          throw .closedNamespace(name, path: path, error)
        }
      }
      return search
    }
  }

  private static func all(
    _ containers: inout NamespaceContainers
  ) throws(SourceError) -> Search {
    var search = Search()
    containers.begin()
    var inodes: Set<UInt64> = []
    let named = named()
    func add(_ inode: UInt64, _ path: String, of pid: Int32? = nil) {
      if !inodes.insert(inode).inserted { return }
      let name = named[inode]?.name ?? pid.flatMap { containers.name(of: inode, with: $0) }
      search.found.append(
        Found(
          namespace: NetworkNamespace(inode: inode, name: name),
          place: .file(named[inode]?.path ?? path)))
    }
    if let inode = try? FileStatus(of: own).inode { add(inode, own) }
    do throws(Errno) {
      let directory = try Directory(ProcRoot.host)
      var pids: [Int32] = []
      var buffer: [UInt8] = []
      try directory.appendNumbers(to: &pids, buffer: &buffer)
      for pid in pids {
        do throws(Errno) {
          let inode = try Capabilities.sysPtrace.raised { () throws(Errno) in
            try FileStatus(of: "\(pid)/ns/net", at: directory.rawValue).inode
          }
          add(inode, "/proc/\(pid)/ns/net", of: pid)
        } catch .noSuchFile, .noSuchProcess {
          continue
        } catch {
          search.hidden += 1
        }
      }
    } catch {
      throw .unreadable(path: ProcRoot.host, error)
    }
    for (inode, place) in named { add(inode, place.path) }
    return search
  }
}

extension NetworkNamespaces.Search {
  /// Adds those that only sockets tell of, and a hidden process's.
  fileprivate mutating func add(_ held: BPFHeldSockets) {
    let known = Set(found.compactMap(\.namespace.inode))
    let others = held.namespaces.filter { !known.contains($0.key) }
    for (inode, namespace) in others.sorted(by: { $0.key < $1.key }) {
      found.append(
        NetworkNamespaces.Found(
          namespace: NetworkNamespace(inode: inode, name: nil), place: .sockets(namespace.holders)))
    }
    hidden = 0
  }
}
