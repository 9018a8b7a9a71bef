import Yams

/// A key that a search varies, and the values it tries.
public struct SearchAxis: Sendable, Equatable {
    /// The key's path.
    public let key: String
    /// The values as YAML; empty where they are still to be found (`auto`).
    public let values: [String]

    /// Why something can't be searched over.
    struct Problem: Error {
        let message: String
    }

    static let mostValues = 100

    /// Keys that say what is learnt rather than how.
    private static let fixedKeys = ["task", "model", "tokenizer", "seed", "replay.data"]
    private static let fixedSections = ["data", "stop", "search", "checkpoint"]

    /// Reads `key=[value, …]` or `optimizer.learning_rate=auto`.
    ///
    /// - Throws: `Problem`.
    init(_ text: String) throws {
        guard let equals = text.firstIndex(of: "=") else {
            throw Problem(
                message: "expected key=[value, …], found \(shown(text)); write for example "
                    + "\"batch_size=[16, 32]\"")
        }
        key = text[..<equals].split(separator: " ").joined(separator: " ")
        guard let description = RecipeSchema.keysByPath[key] else {
            let near = nearest(to: key, among: RecipeSchema.keys.map(\.path))
            throw Problem(
                message: "unknown key \(shown(key))"
                    + (near.map { "; did you mean \($0)?" }
                        ?? "; the keys are listed by: hindsight check --explain"))
        }
        let isFixed =
            SearchAxis.fixedKeys.contains(key)
            || SearchAxis.fixedSections.contains(description.section)
            || !description.affectsResult
        guard !isFixed else {
            throw Problem(
                message: "\(key) can't be searched over: it says what is learnt, or has no part "
                    + "in it; vary method, optimizer, schedule, regularization and the like")
        }
        let rest = String(text[text.index(after: equals)...])
        let isAuto = rest.split(separator: " ").elementsEqual(["auto"])
        values =
            isAuto && key == "optimizer.learning_rate"
            ? [] : try SearchAxis.values(rest, description)
    }

    private static func values(_ text: String, _ key: KeyDescription) throws -> [String] {
        let place = Position(file: "search.over", line: nil, column: nil)
        let document = RecipeDocument(Array(text.utf8), at: place)
        guard document.problems.isEmpty, let nodes = document.root?.sequence,
            (1...mostValues).contains(nodes.count)
        else {
            throw Problem(
                message: "expected a list of 1 to \(mostValues) values for \(key.path), found "
                    + "\(shown(text)); write for example \"\(key.path)=[…, …]\"")
        }
        var values: [String] = []
        for node in nodes {
            let isNull = node.scalar?.isNull == true && key.null != nil
            guard let value = isNull ? .null : key.type.read(node), value != .text("auto") else {
                throw Problem(
                    message: "\(key.path): expected \(key.type), found \(node.found)")
            }
            if !values.contains(value.yaml) { values.append(value.yaml) }
        }
        return values
    }
}
