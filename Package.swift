// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: strict)
}

func tests(_ name: String, use: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: use + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
  name: "sockeye",
  products: [
    .executable(name: "sockeye", targets: ["sockeye"]),
    .library(
      name: "Sockeye", targets: ["Sockeye", "SocketModel", "SocketFilter", "SocketSources"]),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    module("SocketModel"),
    module("LinuxSystem", uses: ["CLinux", "SocketModel"]),
    module("KernelFormats", uses: ["SocketModel"]),
    module("SocketFilter", uses: ["SocketModel"]),
    module("SocketSources", uses: ["LinuxSystem", "KernelFormats", "SocketModel"]),
    module("Sockeye", uses: ["LinuxSystem", "SocketFilter", "SocketModel", "SocketSources"]),
    module("Display", uses: ["SocketModel"]),
    module("Watch", uses: ["SocketModel", "SocketFilter", "Display"]),
    module("Peers", uses: ["LinuxSystem", "SocketModel"]),
    module("Arguments", uses: ["SocketModel", "SocketFilter", "Display"]),
    .executableTarget(
      name: "sockeye",
      dependencies: [
        "Arguments", "Display", "LinuxSystem", "Peers", "SocketFilter", "SocketModel",
        "SocketSources", "Sockeye", "Watch",
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["CLinux", "LinuxSystem", "SocketModel"],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests("SocketModel", use: ["SocketModel"]),
    tests("LinuxSystem", use: ["LinuxSystem", "CLinux", "SocketModel"]),
    tests("KernelFormats", use: ["KernelFormats", "SocketModel", "CLinux"]),
    tests("SocketFilter", use: ["SocketFilter", "SocketModel"]),
    tests(
      "SocketSources",
      use: ["SocketSources", "SocketModel", "KernelFormats", "LinuxSystem", "Peers"]),
    tests("Display", use: ["Display", "SocketModel"]),
    tests("Watch", use: ["Watch", "Display", "SocketFilter", "SocketModel"]),
    tests("Peers", use: ["Peers", "LinuxSystem", "SocketModel"]),
    tests("Arguments", use: ["Arguments", "Display", "SocketFilter", "SocketModel"]),
    tests("sockeye", use: ["sockeye", "Arguments", "LinuxSystem", "Peers", "SocketModel"]),
  ]
)
