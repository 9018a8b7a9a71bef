// swift-tools-version: 6.1
import PackageDescription

// Folders have short names; modules carry the prefix Hindsight, since target names must be unique
// in a user's whole package graph. A room depends only on rooms above it.

/// A library room: its folder, the rooms it imports, and the outside products it needs.
func room(
    _ folder: String, _ rooms: [String] = [], _ outside: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .target(
        name: "Hindsight" + folder,
        dependencies: rooms.map { Target.Dependency(stringLiteral: "Hindsight" + $0) } + outside,
        path: "Sources/" + folder, resources: resources)
}

/// A room's tests, in Tests/<Folder>Tests.
func tests(of folder: String, _ rooms: [String] = []) -> Target {
    .testTarget(
        name: folder + "Tests",
        dependencies: [
            .target(name: "Hindsight" + folder), .target(name: "HindsightTestSupport"),
        ] + rooms.map { Target.Dependency(stringLiteral: "Hindsight" + $0) },
        path: "Tests/\(folder)Tests")
}

/// What only the command line tool's rooms need, so that an embedder's `traits: []` leaves it out.
func tool(_ product: String, _ package: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Tools"]))
}

let library = [
    "Tensors", "NeuralNetworks", "ModelFiles", "Tokenizers", "Models", "Datasets", "Learning",
    "FineTuning", "ReinforcementLearning", "Transferability",
]

let package = Package(
    name: "hindsight",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [.library(name: "Hindsight", targets: ["Hindsight"])]
        + (library + ["ModelHub", "ONNX", "RunStore", "Recipes", "Reports", "Jobs"]).map {
            .library(name: "Hindsight" + $0, targets: ["Hindsight" + $0])
        } + [.executable(name: "hindsight", targets: ["HindsightCommandLine"])],
    traits: [
        .trait(
            name: "Tools",
            description:
                "The command line tool and its rooms: downloads, ONNX, run store, recipes, reports"),
        .default(enabledTraits: ["Tools"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .target(name: "CHindsightKernels", path: "Sources/CKernels"),
        room("Tensors", [], ["CHindsightKernels"]),
        room("NeuralNetworks", ["Tensors"]),
        room("ModelFiles", ["Tensors"], ["CHindsightKernels"]),
        room("Tokenizers"),
        room("Models", ["NeuralNetworks", "ModelFiles", "Tokenizers"]),
        room("Datasets", ["Tensors"]),
        room("Learning", ["NeuralNetworks", "ModelFiles"]),
        room("FineTuning", ["Learning", "Models", "Datasets"]),
        room(
            "ReinforcementLearning", ["Learning"], ["CHindsightKernels"],
            // In the code, so that a program without its bundle has it.
            resources: [.embedInCode("Gymnasium/worker.py")]),
        room("Transferability", ["Tensors"], ["CHindsightKernels"]),
        room("ModelHub", ["ModelFiles"], [tool("Crypto", "swift-crypto")]),
        room("ONNX", ["Models"], [tool("SwiftProtobuf", "swift-protobuf")]),
        room("RunStore", [], [tool("GRDB", "GRDB.swift")]),
        room("Recipes", [], [tool("Yams", "Yams")]),
        room("Reports", ["RunStore"]),
        room(
            "Jobs",
            [
                "FineTuning", "ModelHub", "ONNX", "Recipes", "ReinforcementLearning", "Reports",
                "RunStore", "Transferability",
            ]),
        .target(
            name: "Hindsight", dependencies: library.map { .target(name: "Hindsight" + $0) },
            path: "Sources/Hindsight"),
        .executableTarget(
            name: "HindsightCommandLine",
            dependencies: [
                "Hindsight", "HindsightJobs",
                tool("ArgumentParser", "swift-argument-parser"),
            ],
            path: "Sources/CommandLine"),
        .executableTarget(
            name: "regression-example", dependencies: ["HindsightNeuralNetworks"],
            path: "Examples/Regression"),
        .executableTarget(
            name: "feedback-example", dependencies: ["Hindsight"], path: "Examples/FeedbackLoop"),
        .executableTarget(
            name: "ferry-example", dependencies: ["Hindsight"], path: "Examples/OwnEnvironment"),
        .target(
            name: "HindsightTestSupport", dependencies: ["Hindsight"],
            path: "Tests/TestSupport"),
        tests(of: "Tensors"),
        tests(of: "NeuralNetworks"),
        tests(of: "ModelFiles"),
        tests(of: "Tokenizers"),
        tests(of: "Models", ["FineTuning"]),
        tests(of: "Datasets"),
        tests(of: "Learning"),
        tests(of: "FineTuning"),
        tests(of: "ReinforcementLearning"),
        tests(of: "Transferability"),
        tests(of: "ModelHub"),
        tests(of: "ONNX"),
        tests(of: "RunStore"),
        tests(of: "Recipes"),
        tests(of: "Reports"),
        tests(of: "Jobs"),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
