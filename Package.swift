// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "swift-finetune",
  platforms: [.macOS(.v15)],
  products: [
  ],
  dependencies: [
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
