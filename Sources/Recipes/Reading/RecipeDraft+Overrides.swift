import Yams

extension RecipeDraft {
    /// Takes over `path.to.key=value`, as given with `--set`; the last of several wins.
    ///
    /// - Parameter argument: the key's path, an equals sign and a YAML value.
    mutating func take(override argument: String) {
        let place = Position(
            file: "--set " + shown(argument, quoted: false), line: nil, column: nil)
        guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            problems.append(
                place.problem("", "expected key=value, such as --set optimizer.learning_rate=2e-4"))
            return
        }
        let path = String(argument[..<equals]).trimmingSpaces
        let bytes = Array(argument.utf8[argument.utf8.index(after: equals)...])
        guard RecipeSchema.keysByPath[path] != nil || isSection(path) else {
            problems.append(place.problem(path, unknownOverride(path)))
            return
        }
        let document = RecipeDocument(bytes, at: place)
        problems += document.problems.map {
            place.problem(path, $0.message + "; put the value in quotes if it is a text")
        }
        guard document.problems.isEmpty else { return }
        let node = document.root ?? Node("", Tag(.implicit), .plain)
        var nested = RecipeDraft(start: place, folder: folder)
        if let key = RecipeSchema.keysByPath[path] {
            nested.take(node, key, at: place)
        } else {
            nested.takeSection(node, path, place)
        }
        merge(nested)
    }

    private func isSection(_ path: String) -> Bool {
        !path.isEmpty && RecipeSchema.sectionsByPath[path] != nil
    }

    private mutating func merge(_ nested: RecipeDraft) {
        problems += nested.problems
        given.merge(nested.given) { $1 }
        sections.merge(nested.sections) { old, _ in old }
    }

    private func unknownOverride(_ path: String) -> String {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        let section = parts.dropLast().joined(separator: ".")
        let name = String(parts.last ?? "")
        if isSection(section) { return "unknown key" + suggestion(name, in: section) }
        if let near = nearest(to: path, among: RecipeSchema.keys.map(\.path)) {
            return "unknown key; did you mean \(near)?"
        }
        return "unknown key" + suggestion(path.contains(".") ? name : path, in: "")
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
