import LinuxSystem
import Testing

// An ordinary user may load nothing: there the same calls are held to be refused.
struct BPFTests {
  private func refusal(_ instructions: [UInt8], _ function: UInt32) -> BPF.LoadError? {
    do throws(BPF.LoadError) {
      _ = try BPF.load(instructions.span, at: .iterator(of: function))
      return nil
    } catch {
      return error
    }
  }

  private let exit: [UInt8] = [0x95, 0, 0, 0, 0, 0, 0, 0]

  @Test func whoMayNotLoadIsRefusedAtOnce() {
    guard !BPF.isPermitted else { return }
    #expect(refusal(exit, 1) == BPF.LoadError(errno: .notPermitted, log: ""))
  }

  @Test func aProgramWithoutFunctionIsRefused() {
    guard BPF.isPermitted else { return }
    let refusal = refusal(exit, 0)
    #expect(refusal?.errno == .invalidArgument)
    #expect(refusal?.verdict == "Tracing programs must provide btf_id")
  }

  @Test func theVerdictIsTheLastLineBeforeTheStatistics() {
    let log = "0: R1=ctx() R10=fp0\n0: (95) exit\nR0 !read_ok\nprocessed 1 insns (limit 1000000)\n"
    #expect(BPF.LoadError(errno: .accessDenied, log: log).verdict == "R0 !read_ok")
    #expect(BPF.LoadError(errno: .accessDenied, log: "").verdict == nil)
    #expect(BPF.LoadError(errno: .invalidArgument, log: "processed 0 insns\n").verdict == nil)
  }

  @Test func onlyAnIteratorCanBeLinked() throws {
    let file = try FileDescriptor.open("/dev/null")
    #expect(throws: Errno.invalidArgument) { _ = try BPF.link(file) }
    #expect(throws: Errno.invalidArgument) { _ = try BPF.iterator(file) }
  }
}
