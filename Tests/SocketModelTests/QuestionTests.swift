import SocketModel
import Testing

@Suite struct QuestionTests {
  @Test(arguments: [
    "tcp", "tcp,udp", "u_str,u_dgr,u_seq", "tcp -4", "tcp,udp -6 -l port = 443",
    "tcp --no-process state = established and not port = 22", "tcp --everywhere",
    "udp --netns=a --netns=/run/netns/b",
  ])
  func isReadAsItIsWritten(text: String) {
    #expect(Question(text)?.text == text)
  }

  @Test(arguments: ["", "sctp", "tcp,", "tcp -9", "-4", " tcp"])
  func refusesOthers(text: String) {
    #expect(Question(text)?.text != text)
  }
}
