import SocketModel
import Testing

@testable import KernelFormats
@testable import SocketSources

@Suite struct ProcessVisibilityTests {
  private let root = ProcessVisibility(
    isHostProc: true, isInitialPIDNamespace: true, isInitialUserNamespace: true,
    mayTraceAll: true, mount: ProcMount(), groups: [0])

  private func with(_ change: (inout ProcessVisibility) -> Void) -> ProcessVisibility {
    var other = root
    change(&other)
    return other
  }

  private func mount(_ hidepid: Int, group: UInt32 = 0) -> ProcMount {
    var mount = ProcMount()
    mount.hidepid = hidepid
    mount.group = group
    return mount
  }

  @Test func certainOnlyWithoutARefusal() {
    #expect(root.hiddenCause(refusals: 0) == nil)
    #expect(root.hiddenCause(refusals: 2) == .refusing(processes: 2))
  }

  @Test func oneMissingConditionIsEnough() {
    #expect(with { $0.isHostProc = false }.hiddenCause(refusals: 0) == .otherRoot)
    #expect(with { $0.mount = nil }.hiddenCause(refusals: 0) == .otherRoot)
    #expect(with { $0.isInitialPIDNamespace = false }.hiddenCause(refusals: 0) == .pidNamespace)
    #expect(with { $0.isInitialUserNamespace = false }.hiddenCause(refusals: 0) == .notPrivileged)
    #expect(with { $0.mayTraceAll = false }.hiddenCause(refusals: 0) == .notPrivileged)
  }

  // hidepid spares the members of the mount's group, `ptraceable` nobody. CAP_SYS_PTRACE is not
  // enough: a process that may not be traced would be missing in silence.
  @Test(arguments: [
    (0, 0, true, nil), (1, 0, true, nil), (2, 0, true, nil), (4, 0, true, HiddenCause.hidepid(4)),
    (1, 27, true, nil), (2, 27, true, .hidepid(2)), (1, 27, false, .hidepid(1)),
    (2, 27, false, .hidepid(2)), (2, 0, false, .notPrivileged),
  ])
  func hidepid(hidepid: Int, group: UInt32, mayTraceAll: Bool, cause: HiddenCause?) {
    let visibility = with {
      $0.mount = mount(hidepid, group: group)
      $0.mayTraceAll = mayTraceAll
    }
    #expect(visibility.hiddenCause(refusals: 0) == cause)
  }

  @Test func anotherRootIsNeverCertain() {
    #expect(ProcessVisibility.current(root: "/elsewhere").hiddenCause(refusals: 0) == .otherRoot)
  }
}
