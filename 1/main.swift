// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "example",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../hindsight")],
    targets: [
        .executableTarget(
            name: "example",
            dependencies: [.product(name: "Hindsight", package: "hindsight")])
    ]
)
