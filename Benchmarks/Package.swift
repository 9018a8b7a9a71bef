// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who depends on Hindsight builds its benchmarks.
let package = Package(
    name: "hindsight-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "hindsight", path: "..")],
    targets: [
        .executableTarget(
            name: "hindsight-benchmarks",
            dependencies: [.product(name: "Hindsight", package: "hindsight")],
            path: "Sources/Benchmarks"),
        .executableTarget(
            name: "fine-tuning",
            dependencies: [.product(name: "Hindsight", package: "hindsight")],
            path: "Sources/FineTuning"),
        .executableTarget(
            name: "regularisers",
            dependencies: [.product(name: "Hindsight", package: "hindsight")],
            path: "Sources/Regularisers"),
        .executableTarget(
            name: "control",
            dependencies: [.product(name: "Hindsight", package: "hindsight")],
            path: "Sources/Control"),
        .executableTarget(
            name: "tokenizing",
            dependencies: [.product(name: "HindsightTokenizers", package: "hindsight")],
            path: "Sources/Tokenizing"),
    ],
    swiftLanguageModes: [.v6]
)
