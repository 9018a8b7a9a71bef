import ArgumentParser
import Foundation
import HindsightJobs
import HindsightRecipes
import HindsightRunStore

/// Options every command has.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print one JSON object a line, for scripts.")
    var json = false

    @Option(help: ArgumentHelp("Folder of the run store.", valueName: "folder"))
    var store: String?

    /// The store the command works on.
    func openStore() throws -> RunStore {
        try RunStore(folder: namedStore ?? "runs", create: false)
    }

    /// The store the user named: with `--store`, or in the environment's `HINDSIGHT_STORE`.
    var namedStore: String? {
        store ?? ProcessInfo.processInfo.environment["HINDSIGHT_STORE"]
    }

    /// The command that goes on with a run.
    func resumption(of run: String, in folder: String, command: String = "tune") -> String {
        let isFound = FilePaths.isSame(folder, namedStore ?? "runs")
        let place = isFound ? store : folder
        return "hindsight \(command) --resume \(run)" + (place.map { " --store \($0)" } ?? "")
    }
}

/// What the command prints: lines for people, or JSON for scripts.
struct Output {
    let json: Bool

    /// A line for people.
    func line(_ text: String) {
        if !json { print(text) }
    }

    /// An object for scripts: its members in order, `event` first.
    func object(_ event: String, _ members: [(String, Any?)]) {
        guard json else { return }
        let body = ([("event", event as Any?)] + members).map { name, value in
            "\(Output.quoted(name)):\(Output.value(value))"
        }
        print("{\(body.joined(separator: ","))}")
    }

    /// Writes what was printed so far.
    func flush() { fflush(nil) }

    private static func value(_ value: Any?) -> String {
        // An empty list can be cast to one of members, so the cast alone does not tell them apart.
        if let members = value as? [(String, Any?)], isObject(value) {
            let body = members.map { "\(quoted($0)):\(Output.value($1))" }
            return "{\(body.joined(separator: ","))}"
        }
        switch value {
        case let text as String: return quoted(text)
        case let flag as Bool: return flag ? "true" : "false"
        case let number as Int: return "\(number)"
        case let number as Int64: return "\(number)"
        case let number as Double: return number.isFinite ? "\(number)" : "null"
        case let number as Float: return number.isFinite ? "\(number)" : "null"
        case let list as [Any?]: return "[\(list.map(Output.value).joined(separator: ","))]"
        default: return "null"
        }
    }

    private static func isObject(_ value: Any?) -> Bool {
        value.map { type(of: $0) == [(String, Any?)].self } ?? false
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    result += String(format: "\\u%04x", scalar.value)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
