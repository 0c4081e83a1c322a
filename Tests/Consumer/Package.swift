// swift-tools-version: 6.2
import PackageDescription

// Another program that uses the library as anybody would: `.ci/run` builds and runs it.
let package = Package(
  name: "Consumer",
  dependencies: [.package(name: "sockeye", path: "../..")],
  targets: [
    .executableTarget(
      name: "Consumer", dependencies: [.product(name: "Sockeye", package: "sockeye")])
  ])
