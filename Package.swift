// swift-tools-version: 6.1
import PackageDescription

// Folders have short names; modules carry the prefix Hindsight, since target names must be unique
// in a user's whole package graph.
let package = Package(
    name: "hindsight",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "Hindsight", targets: ["Hindsight"]),
        .library(name: "HindsightTensors", targets: ["HindsightTensors"]),
        .library(name: "HindsightNeuralNetworks", targets: ["HindsightNeuralNetworks"]),
    ],
    targets: [
        .target(name: "CHindsightKernels", path: "Sources/CKernels"),
        .target(
            name: "HindsightTensors", dependencies: ["CHindsightKernels"], path: "Sources/Tensors"),
        .target(
            name: "HindsightNeuralNetworks", dependencies: ["HindsightTensors"],
            path: "Sources/NeuralNetworks"),
        .target(
            name: "Hindsight", dependencies: ["HindsightTensors", "HindsightNeuralNetworks"],
            path: "Sources/Hindsight"),
        .executableTarget(
            name: "regression-example", dependencies: ["Hindsight"], path: "Examples/Regression"),
        .target(
            name: "HindsightTestSupport", dependencies: ["Hindsight"], path: "Tests/TestSupport"),
        .testTarget(
            name: "TensorsTests", dependencies: ["HindsightTensors", "HindsightTestSupport"],
            path: "Tests/TensorsTests"),
        .testTarget(
            name: "NeuralNetworksTests", dependencies: ["Hindsight", "HindsightTestSupport"],
            path: "Tests/NeuralNetworksTests"),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
