import Sockeye
import SocketModel

var runner = try QueryRunner(SocketQuery(["listening"]))
for row in try runner.run() { print(row.socket.local, row.ownerName ?? "?") }
