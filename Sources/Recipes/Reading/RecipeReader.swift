import Foundation
import Yams

/// What reading a recipe gave.
public struct RecipeReadResult: Sendable {
    /// The recipe, defaults filled in; nil if there are errors.
    public let recipe: Recipe?
    /// Everything that is wrong, in the order of the file, overrides last.
    public let problems: [RecipeProblem]
    /// Paths the recipe names as they were found from the working directory, by key: `data.train`.
    /// Empty if files were not looked up.
    public let files: [String: String]

    /// The problems that keep the recipe from being run.
    public var errors: [RecipeProblem] { problems.filter { $0.severity == .error } }

    /// The problems in spite of which the recipe can be run.
    public var warnings: [RecipeProblem] { problems.filter { $0.severity == .warning } }

    /// The recipe.
    ///
    /// - Throws: `RecipeError` with all problems if there are errors.
    public func get() throws -> Recipe {
        guard let recipe else { throw RecipeError(problems: problems) }
        return recipe
    }
}

/// Reads recipes: YAML 1.2, checked against `RecipeSchema`, all problems found at once.
public enum RecipeReader {
    /// Reads a recipe's file.
    ///
    /// - Parameters:
    ///   - path: the file, of at most 1 MiB.
    ///   - overrides: `path.to.key=value`, each with a YAML value; the last of several wins.
    ///   - checkingFiles: whether the files that the recipe names are looked up, first from the
    ///     working directory, then from the recipe's folder.
    /// - Returns: the recipe or what is wrong with it.
    /// - Throws: `RecipeError` if the file can't be read.
    public static func read(
        path: String, overrides: [String] = [], checkingFiles: Bool = true
    ) throws -> RecipeReadResult {
        let bytes = try contents(of: path)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return read(
            bytes, name: path, folder: folder.joined(separator: "/"), overrides: overrides,
            checkingFiles: checkingFiles)
    }

    /// Reads a recipe's text.
    ///
    /// - Parameters:
    ///   - text: the recipe, of at most 1 MiB.
    ///   - name: what problems name as the file.
    ///   - overrides: `path.to.key=value`, each with a YAML value; the last of several wins.
    ///   - checkingFiles: whether the files that the recipe names are looked up from the working
    ///     directory.
    /// - Returns: the recipe or what is wrong with it.
    public static func read(
        text: String, name: String = "recipe", overrides: [String] = [],
        checkingFiles: Bool = false
    ) -> RecipeReadResult {
        read(
            Array(text.utf8), name: name, folder: nil, overrides: overrides,
            checkingFiles: checkingFiles)
    }

    /// Reads a recipe's bytes, which need not be a text.
    ///
    /// - Parameters:
    ///   - bytes: the recipe, of at most 1 MiB.
    ///   - name: what problems name as the file.
    ///   - folder: where relative paths are looked up after the working directory.
    ///   - overrides: `path.to.key=value`, each with a YAML value; the last of several wins.
    ///   - checkingFiles: whether the files that the recipe names are looked up.
    /// - Returns: the recipe or what is wrong with it.
    public static func read(
        _ bytes: [UInt8], name: String, folder: String? = nil, overrides: [String] = [],
        checkingFiles: Bool
    ) -> RecipeReadResult {
        let start = Position(file: name, line: 1, column: 1)
        var draft = RecipeDraft(start: start, folder: folder)
        guard draft.takeFile(RecipeDocument(bytes, at: start)) else {
            return RecipeReadResult(recipe: nil, problems: draft.problems, files: [:])
        }
        for argument in overrides { draft.take(override: argument) }
        draft.fillIn()
        draft.dropWhatHasNoEffect()
        draft.checkTogether()
        if checkingFiles { draft.checkFiles() }
        return draft.result
    }

    private static func contents(of path: String) throws(RecipeError) -> [UInt8] {
        func failure(_ message: String) -> RecipeError {
            RecipeError(problems: [Position(file: path).problem("", message)])
        }
        guard !path.utf8.contains(0), FileManager.default.fileExists(atPath: path) else {
            throw failure("no such file; name a recipe, for example Examples/sentiment.yaml")
        }
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw failure("expected a file, found a folder or a device; name a recipe")
        }
        let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
        guard size <= YAMLGuard.maximumBytes else {
            throw failure("too large for a recipe: \(size) bytes, at most 1 MiB; is it the data?")
        }
        do {
            return Array(try Foundation.Data(contentsOf: URL(filePath: path)))
        } catch {
            throw failure("can't be read: \(error); check its permissions")
        }
    }
}

extension RecipeDraft {
    /// Takes over a parsed file.
    ///
    /// - Returns: false if there is nothing to go on with.
    fileprivate mutating func takeFile(_ document: RecipeDocument) -> Bool {
        problems += document.problems
        switch document.root {
        case .mapping(let mapping)?:
            take(mapping, in: "", at: start)
            return true
        case nil where !problems.isEmpty: return false
        case .scalar(let scalar)? where scalar.isNull: return refuse(empty)
        case nil: return refuse(empty)
        case let root?:
            return refuse(
                "expected keys with values, such as `task: text-classification`, found "
                    + root.found)
        }
    }

    private var empty: String { "the recipe is empty; it needs at least task, model and data" }

    private mutating func refuse(_ message: String) -> Bool {
        report("", message)
        return false
    }

    /// The recipe if nothing is wrong, and the problems in order.
    fileprivate var result: RecipeReadResult {
        let ordered = problems.enumerated().sorted { first, second in
            let (a, b) = (first.element, second.element)
            let left = (a.line ?? .max, a.column ?? .max, first.offset)
            return left < (b.line ?? .max, b.column ?? .max, second.offset)
        }.map(\.element)
        let isUsable = !ordered.contains { $0.severity == .error }
        return RecipeReadResult(
            recipe: isUsable ? Recipe(values) : nil, problems: ordered, files: files)
    }
}
