import KernelFormats
import TestSupport
import Testing

@Suite struct DockerConfigTests {
  @Test(
    arguments: [
      (#"{"Name":"/web"}"#, "web"),
      (#"{"ID":"4f","Name" : "/web-1.a_b","Driver":"overlay2"}"#, "web-1.a_b"),
      (#"{"Config":{"Name":"no"},"MountPoints":{"/d":{"Name":"vol"}},"Name":"/web"}"#, "web"),
      (#"{"Args":["Name","/x"],"Path":"Name","Name":"/web"}"#, "web"),
      (#"{"Env":["a\",\"Name\":\"/no","\\"],"Name":"/web"}"#, "web"),
      // None, or none that Docker gives.
      ("", nil), ("{}", nil), (#"{"Name":null,"ID":"x"}"#, nil), (#"{"Name":"/"}"#, nil),
      (#"{"Name":"/a b"}"#, nil), (#"{"Name":"/a\u001b"}"#, nil), (#"{"Name":"/a/b"}"#, nil),
      (#"{"Name":"/web"#, nil), (#"{"Name"#, nil), (#""Name":"/web""#, nil),
      (#"[{"Name":"/a"}]"#, nil),
      ("]]]]}}}", nil), (#"{"Name":"\"#, nil),
    ] as [(String, String?)])
  func name(json: String, name: String?) {
    #expect(DockerConfig.name(in: Array(json.utf8).span) == name)
  }

  @Test func anyBytesAreSurvived() {
    let whole = Array(#"{"Config":{"Name":"no"},"Env":["\\"],"Name":"/web"}"#.utf8)
    for end in whole.indices { _ = DockerConfig.name(in: Array(whole[..<end]).span) }
    for index in whole.indices {
      for byte: UInt8 in [0, 0x22, 0x5c, 0x7b, 0x7d, 0xff] {
        var changed = whole
        changed[index] = byte
        _ = DockerConfig.name(in: changed.span)
      }
    }
  }
}
