import Foundation
import HindsightRunStore

/// A folder of a test's own, removed when it goes out of use.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "runstore-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func store() throws -> RunStore { try RunStore(folder: path + "/runs") }

    /// Writes a file below the store and returns its path relative to it.
    @discardableResult
    func write(_ relative: String, bytes: Int) throws -> String {
        let full = path + "/runs/" + relative
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(count: bytes).write(to: URL(fileURLWithPath: full))
        return relative
    }

    func exists(_ relative: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/runs/" + relative)
    }
}

extension NewRun {
    static func tune(parent: String? = nil) -> NewRun {
        NewRun(
            kind: "tune", task: "text-classification", recipe: "task: text-classification\n",
            parent: parent, softwareVersion: "0.1.0", seed: 7, kernelVariant: "avx2", threads: 2,
            tags: ["demo"], notes: "first")
    }
}
