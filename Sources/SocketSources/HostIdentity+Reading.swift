internal import LinuxSystem
public import SocketModel

extension HostIdentity {
  /// The host that this runs on.
  public static func ofThisHost() -> HostIdentity { HostIdentity(procRoot: ProcRoot.host) }

  /// The running kernel's and its host's; under another root what that tells of its kernel: the machine
  /// would be another one.
  init(procRoot: String) {
    self.init(bootID: Self.bootID(in: procRoot + "/sys/kernel/random/boot_id"))
    guard procRoot == ProcRoot.host,
      let text = try? FileDescriptor.contents(of: "/etc/machine-id", chunk: 64)
    else { return }
    machineID = Self.machineID(text)
  }

  /// What is told of the text of /etc/machine-id, which itself should not leave the host: made as by
  /// sd_id128_get_machine_app_specific(3). Nil for `uninitialized`, for zeros, and for what is no id.
  static func machineID(_ text: [UInt8], for application: [UInt8] = application) -> String? {
    let digits = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
    guard digits.count == 32, let key = bytes(digits), key.contains(where: { $0 != 0 }) else {
      return nil
    }
    var id = Array(SHA256.authenticate(application, key: key).prefix(16))
    // Version 4, variant DCE (RFC 9562).
    id[6] = id[6] & 0x0f | 0x40
    id[8] = id[8] & 0x3f | 0x80
    return id.map { hexadecimal($0 >> 4) + hexadecimal($0 & 0xf) }.joined()
  }

  /// Our own, made by `systemd-id128 new`.
  static let application: [UInt8] = [
    0x7b, 0x85, 0x6a, 0x4c, 0x75, 0x73, 0x45, 0x81, 0xa2, 0x81, 0x4d, 0x62, 0xbe, 0x85, 0x69, 0xd1,
  ]

  private static func bootID(in path: String) -> String? {
    guard let text = try? FileDescriptor.contents(of: path, chunk: 64) else { return nil }
    let id = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
    let isID = id.count == 36 && bytes(id.filter { $0 != UInt8(ascii: "-") })?.count == 16
    return isID ? String(decoding: id, as: UTF8.self) : nil
  }

  /// Nil where something is no pair of hexadecimal digits.
  private static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
    let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard values.count == digits.count, values.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }

  private static func hexadecimal(_ digit: UInt8) -> String { String(digit, radix: 16) }
}
