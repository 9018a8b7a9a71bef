import ArgumentParser
import Foundation
import HindsightDatasets
import HindsightRecipes
import HindsightReinforcementLearning

/// Why a command failed, with what to do next.
struct CommandFailure: Error {
    /// What went wrong.
    let cause: any Error
    /// What to do when that is mended.
    let advice: String
}

/// Runs a command's work and turns what it throws into a message and an exit code: an `error` object with
/// `--json`, else a line on standard error.
func reporting(_ json: Bool, _ work: () throws -> Void) throws {
    do {
        try work()
    } catch let code as ExitCode {
        throw code
    } catch {
        let failure = error as? CommandFailure
        let cause = failure?.cause ?? error
        let code: Int32 = isAskedWrongly(cause) ? 2 : 1
        let message = Messages.text(of: cause)
        if json {
            Output(json: true).object(
                "error",
                [("message", message), ("code", Int(code)), ("advice", failure?.advice)])
        } else {
            let advice = failure.map { "\($0.advice)\n" } ?? ""
            fflush(nil)
            // A recipe's problems say themselves which of them are errors.
            let label = cause is RecipeError ? "" : "error: "
            FileHandle.standardError.write(Data("\(label)\(message)\n\(advice)".utf8))
        }
        throw ExitCode(code)
    }
}

/// Whether what was asked for or given is wrong, and not something on the way.
private func isAskedWrongly(_ error: any Error) -> Bool {
    error is RecipeError || error is DatasetError || error is EnvironmentError
        || error is AlgorithmError
}

/// The words of errors.
enum Messages {
    /// What an error says to people, also if it is the system's.
    static func text(of error: any Error) -> String {
        guard type(of: error) is NSError.Type || error is CocoaError || error is POSIXError else {
            return "\(error)"
        }
        let system = error as NSError
        let path = system.userInfo[NSFilePathErrorKey] as? String
        return (path.map { "\($0): " } ?? "") + system.localizedDescription
    }
}

/// Questions about paths.
enum FilePaths {
    /// Whether two paths lead to the same folder.
    static func isSame(_ first: String, _ second: String) -> Bool {
        func whole(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
        }
        return whole(first) == whole(second)
    }
}
