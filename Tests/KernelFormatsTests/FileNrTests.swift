import KernelFormats
import Testing

struct FileNrTests {
  @Test(arguments: [
    ("556\t0\t2466193\n", 556), ("0\t0\t1", 0), ("108924", 108_924),
    ("9223372036854775807\t0\t9223372036854775807\n", Int.max),
    ("", nil), ("\t0\t1", nil), ("-1\t0\t1", nil), ("9223372036854775808\t0\t1", nil),
  ])
  func theFirstNumberIsTheOpenFiles(_ text: String, _ openFiles: Int?) {
    let bytes = Array(text.utf8)
    #expect(FileNr.openFiles(bytes.span) == openFiles)
  }
}
