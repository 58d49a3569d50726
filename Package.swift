// swift-tools-version: 6.2
import PackageDescription

/// A target of the product: its name is its folder in Sources.
func product(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude)
}

/// Tests of a target: their folder in Tests mirrors its folder in Sources.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: dependencies + ["TestSupport"])
}

let package = Package(
  name: "swift-finetune",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "finetune", targets: ["FinetuneCommand"]),
    .library(name: "Finetune", targets: ["Finetune"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
  ],
  targets: [
    // The flags of libtorch's own headers and libraries come from `.setup/libtorch.pc` (`make setup`).
    .systemLibrary(name: "Clibtorch", pkgConfig: "libtorch"),
    .target(
      name: "CTorch", dependencies: ["Clibtorch"], cxxSettings: [.headerSearchPath(".")]),
    product("Torch", ["CTorch"]),
    product("Tokenizers"),
    product("Datasets"),
    product("Evaluation"),
    product(
      "Hub",
      [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
      ]),
    product("Layers", ["Torch"]),
    product("Models", ["Layers", "Torch"]),
    product("Adapters", ["Layers", "Models", "Torch"]),
    product("Optimizers", ["Layers", "Torch"]),
    product("Tasks", ["Datasets", "Evaluation", "Layers", "Models", "Tokenizers", "Torch"]),
    product(
      "Training", ["Adapters", "Datasets", "Evaluation", "Layers", "Optimizers", "Tasks", "Torch"]),
    product(
      "Tracking", ["Evaluation", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["TensorBoard/event.proto", "TensorBoard/README.md"]),
    product(
      "Recipes",
      [
        "Adapters", "Datasets", "Evaluation", "Hub", "Layers", "Models", "Optimizers", "Tasks",
        "Tokenizers", "Torch", "Tracking", "Training", "Yams",
      ]),
    product(
      "Finetune",
      [
        "Adapters", "Datasets", "Evaluation", "Hub", "Layers", "Models", "Optimizers", "Recipes",
        "Tasks", "Tokenizers", "Torch", "Tracking", "Training",
      ]),
    .executableTarget(
      name: "FinetuneCommand",
      dependencies: [
        "Finetune", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(
      name: "TorchTestSupport", dependencies: ["Torch", "TestSupport"],
      path: "Tests/TorchTestSupport"),
    tests("Torch", ["Torch", "TorchTestSupport"]),
    tests("Kernels", ["Torch", "TorchTestSupport"]),
    tests("Layers", ["Layers", "Torch", "TorchTestSupport"]),
    tests("Tokenizers", ["Tokenizers"]),
    tests("Datasets", ["Datasets"]),
    tests("Evaluation", ["Evaluation"]),
    tests("Hub", ["Hub"]),
    tests("Models", ["Models", "Layers", "Torch", "TorchTestSupport"]),
    tests("Adapters", ["Adapters", "Layers", "Models", "Torch", "TorchTestSupport"]),
    tests("Optimizers", ["Optimizers", "Layers", "Torch", "TorchTestSupport"]),
    tests(
      "Tasks",
      [
        "Tasks", "Datasets", "Evaluation", "Layers", "Models", "Tokenizers", "Torch",
        "TorchTestSupport",
      ]),
    tests(
      "Training",
      [
        "Training", "Adapters", "Datasets", "Evaluation", "Layers", "Models", "Optimizers",
        "Tasks", "Tokenizers", "Torch", "TorchTestSupport",
      ]),
    tests("Tracking", ["Tracking", "Evaluation"]),
    tests("Recipes", ["Adapters", "Layers", "Recipes", "Tasks", "Training", "Optimizers"]),
    // The program itself, as a user runs it.
    tests("Command", ["Finetune"]),

    .executableTarget(
      name: "TokenizationBenchmark", dependencies: ["Tokenizers"],
      path: "Benchmarks/Tokenization"),
    .executableTarget(
      name: "LatencyBenchmark", dependencies: ["Finetune"], path: "Benchmarks/Latency"),
    .executableTarget(
      name: "applications",
      dependencies: [
        "Finetune", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/Applications"),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ]
  if target.type != .test, !(target.path ?? "").hasPrefix("Tests") {
    target.swiftSettings?.append(.strictMemorySafety())
  }
}
