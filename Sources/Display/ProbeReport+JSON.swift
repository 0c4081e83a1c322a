internal import SocketModel

extension ProbeReport {
  /// `{"schema":1,"host":…,"time":…,"target":…,"up":…,"latency_ms":…,"ports":[…]}`; `up` is null where
  /// it is not known.
  public var json: [UInt8] {
    var out = Array("{\"schema\":1".utf8)
    out.append(key: "host")
    out.append(jsonText: host)
    out.append(key: "time")
    out.append(jsonText: time.rfc3339)
    out.append(key: "target")
    out.append(jsonText: target)
    out.append(key: "up")
    out.append(isUp.map { "\($0)" } ?? "null")
    out.append(key: "latency_ms")
    out.append(latency.map { jsonMilliseconds($0) } ?? "null")
    out.append(key: "ports")
    out.append(UInt8(ascii: "["))
    for (index, port) in ports.enumerated() {
      out.append(index > 0 ? ",\n{" : "\n{")
      append(port, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    out.append("\n]}\n")
    return out
  }

  private func append(_ port: Port, to out: inout [UInt8]) {
    out.append(key: "address")
    out.append(jsonText: "\(port.result.endpoint.address)")
    out.append(key: "port")
    out.append("\(port.result.endpoint.port)")
    out.append(key: "protocol")
    out.append(jsonText: "tcp")
    out.append(key: "state")
    out.append(jsonText: port.state)
    out.append(key: "service")
    out.append(jsonText: port.service)
    out.append(key: "time_ms")
    out.append(jsonMilliseconds(port.result.duration))
    out.append(key: "reason")
    out.append(jsonText: port.reason)
    out.append(key: "icmp")
    if let icmp = port.icmp {
      out.append("{\"type\":\(icmp.type),\"code\":\(icmp.code)")
      out.append(key: "from")
      out.append(jsonText: icmp.sender.map { "\($0)" })
      out.append(UInt8(ascii: "}"))
    } else {
      out.append("null")
    }
    out.append(key: "owner")
    out.append(jsonText: port.owner)
  }

  private func jsonMilliseconds(_ duration: Duration) -> String {
    let text = milliseconds(duration)
    return String(text.dropLast(3))
  }
}
