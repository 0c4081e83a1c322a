import SocketModel

extension ManualPage {
  static func findings(_ page: inout Mdoc) {
    page.section("FINDINGS")
    page.text(
      """
      What sockeye check looks for, the worst first. --without NAME leaves one out, and --limit NAME=N \
      sets from which number on it is a finding; the usual one is in brackets. tcp-memory and orphans are \
      of the whole host, and only its own network namespace has their limits.
      """)
    page.list(
      FindingKind.allCases.map { ("Li \($0.name)", "\($0.meaning) (\($0.limit))") },
      width: "accept-queue-drops")
  }

  static func verdicts(_ page: inout Mdoc) {
    page.section("VERDICTS")
    page.text(
      """
      The field verdict says of each TCP connection what keeps it from moving. It takes two samples of \
      the connection, --for SECONDS apart, and its other end where that is on this host and among the \
      rows that were read. These are asked in their order, and the first that holds counts. They are \
      about what this end sends; a share is of the time between the samples. What is not told by netlink \
      has no verdict.
      """)
    page.list(
      Verdict.rules.map { ("Li \($0.verdict.name)", $0.text) }, width: "waiting-for-answer")
  }
}
