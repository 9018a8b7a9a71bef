import Foundation

/// The `hindsight` program that was built beside these tests, as a process of its own.
struct Program {
    /// What a process said, and how it ended.
    struct Outcome {
        let output: String
        let errors: String
        /// The exit code; minus the signal's number if one ended it.
        let code: Int32

        /// The last JSON object that was printed of an event.
        func event(_ name: String) throws -> [String: Any]? {
            for line in output.split(separator: "\n").reversed() {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                if let members = object as? [String: Any], members["event"] as? String == name {
                    return members
                }
            }
            return nil
        }
    }

    /// The program's path: the test bundle lies beside it.
    static let path: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for argument in CommandLine.arguments where argument.contains(".xctest") {
            folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
        }
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("hindsight").path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
                !isFolder.boolValue
            {
                return candidate
            }
            folder.deleteLastPathComponent()
        }
        return "hindsight"
    }()

    /// A process that was started.
    final class Running {
        let process = Process()
        private let files: [URL]

        init(
            _ path: String, _ arguments: [String], in folder: String, environment: [String: String]
        ) throws {
            files = ["out", "err"].map {
                FileManager.default.temporaryDirectory
                    .appendingPathComponent("program-\(UUID().uuidString).\($0)")
            }
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            for file in files { try Data().write(to: file) }
            process.standardOutput = try FileHandle(forWritingTo: files[0])
            process.standardError = try FileHandle(forWritingTo: files[1])
            try process.run()
        }

        deinit { for file in files { try? FileManager.default.removeItem(at: file) } }

        /// What it has printed so far.
        var output: String { (try? String(contentsOf: files[0], encoding: .utf8)) ?? "" }

        func wait() throws -> Outcome {
            process.waitUntilExit()
            let code = process.terminationStatus
            return Outcome(
                output: output, errors: try String(contentsOf: files[1], encoding: .utf8),
                code: process.terminationReason == .uncaughtSignal ? -code : code)
        }
    }

    /// Starts the program.
    static func start(
        _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> Running {
        try Running(path, arguments, in: folder, environment: environment)
    }

    /// Runs another program to its end.
    static func run(
        _ path: String, _ arguments: [String], in folder: String
    ) throws -> Outcome {
        try Running(path, arguments, in: folder, environment: [:]).wait()
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) throws -> Outcome {
        try start(arguments, in: folder, environment: environment).wait()
    }
}
