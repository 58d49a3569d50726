// swift-tools-version: 6.2
import PackageDescription

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
  ],
  targets: [
    // The flags of libtorch's own headers and libraries come from `.setup/libtorch.pc` (`make setup`).
    .systemLibrary(name: "Clibtorch", pkgConfig: "libtorch"),
    .target(name: "CTorch", dependencies: ["Clibtorch"], cxxSettings: [.headerSearchPath(".")]),
    .target(name: "Torch", dependencies: ["CTorch"]),
    .target(name: "Layers", dependencies: ["Torch"]),
    .target(name: "Tokenizers"),
    .target(name: "Datasets"),
    .target(name: "Evaluation"),
    .target(name: "Models", dependencies: ["Layers", "Torch"]),
    .target(name: "Optimizers", dependencies: ["Layers", "Torch"]),
    .target(name: "Tasks", dependencies: ["Models", "Datasets", "Evaluation", "Tokenizers", "Layers", "Torch"]),
    .target(name: "Training", dependencies: ["Tasks", "Optimizers", "Datasets", "Evaluation", "Layers", "Torch"]),
    .target(
      name: "Tracking",
      dependencies: ["Evaluation", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["TensorBoard/event.proto", "TensorBoard/README.md"]),
    .target(
      name: "Recipes",
      dependencies: [
        "Datasets", "Evaluation", "Layers", "Models", "Optimizers", "Tasks", "Tokenizers", "Torch",
        "Tracking", "Training", "Yams",
      ]),
    .target(
      name: "Finetune",
      dependencies: [
        "Datasets", "Evaluation", "Layers", "Models", "Optimizers", "Recipes", "Tasks",
        "Tokenizers", "Torch", "Tracking", "Training",
      ]),
    .executableTarget(
      name: "FinetuneCommand",
      dependencies: [
        "Finetune", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"), .strictMemorySafety(),
  ]
}
