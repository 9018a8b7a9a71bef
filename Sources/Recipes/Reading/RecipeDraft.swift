/// A recipe while it is read: what was given, where, and what is wrong so far.
struct RecipeDraft {
    /// A key that stands in the recipe.
    struct Given {
        /// The value; nil if the key's type doesn't take it.
        var value: RecipeValue?
        /// Where the value stands.
        var position: Position
    }

    /// Problems after which a file is taken for something other than a recipe.
    static let mostProblems = 100

    /// Where the recipe begins.
    let start: Position
    /// The recipe's folder, from which paths are looked up too; nil for a text without a file.
    let folder: String?
    /// Whether files are looked up.
    var checksFiles = true
    var given: [String: Given] = [:]
    /// Where sections stand.
    var sections: [String: Position] = [:]
    var problems: [RecipeProblem] = []
    /// Every key's value, defaults filled in; no value for what is missing or broken.
    var values = RecipeValues(values: [:])
    /// Paths as they were found, by key.
    var files: [String: String] = [:]

    init(start: Position, folder: String?) {
        self.start = start
        self.folder = folder
    }

    /// Where a key stands, else its section, else the file.
    func position(of path: String) -> Position {
        if let given = given[path] { return given.position }
        let section = path.split(separator: ".").dropLast().joined(separator: ".")
        return sections[section] ?? start
    }

    mutating func report(
        _ path: String, _ message: String, severity: RecipeProblem.Severity = .error
    ) {
        problems.append(position(of: path).problem(path, message, severity: severity))
    }

    /// Fills in what the recipe leaves out, and reports what it must not.
    mutating func fillIn() {
        // Choices first: other keys' defaults depend on them.
        let simple = RecipeSchema.keys.filter {
            if case .by = $0.defaultValue { false } else { true }
        }
        let dependent = RecipeSchema.keys.filter {
            if case .by = $0.defaultValue { true } else { false }
        }
        for key in simple + dependent {
            if let given = given[key.path] {
                values.values[key.path] = given.value
            } else if let value = defaultValue(key) {
                values.values[key.path] = value
            }
        }
    }

    private mutating func defaultValue(_ key: KeyDescription) -> RecipeValue? {
        switch key.defaultValue {
        case .value(let value): return value
        case .required(let example):
            let line =
                key.section.isEmpty
                ? "\(key.name): \(example)" : "\(key.section): {\(key.name): \(example)}"
            report(key.path, "missing; add for example `\(line)`")
            return nil
        case .by(let path, let table, let otherwise):
            guard case .text(let choice)? = values.values[path] else { return nil }
            return table.first { $0.0 == choice }?.1 ?? otherwise
        }
    }

    /// Puts keys that don't matter back to their defaults, and warns of them.
    mutating func dropWhatHasNoEffect() {
        let broken = Set(given.filter { $0.value.value == nil }.keys)
        for section in RecipeSchema.sections {
            let unmet = section.conditions.first { values.satisfies($0) == false }
            if let unmet, let place = sections[section.path] {
                let message = "has no effect \(reason(unmet))"
                problems.append(place.problem(section.path, message, severity: .warning))
            }
            for key in section.keys where given[key.path] != nil && !broken.contains(key.path) {
                let condition = key.conditions.first { values.satisfies($0) == false }
                guard unmet != nil || condition != nil else { continue }
                if let condition, unmet == nil {
                    report(key.path, "has no effect \(reason(condition))", severity: .warning)
                } else if unmet != nil, sections[section.path] == nil, let unmet {
                    report(key.path, "has no effect \(reason(unmet))", severity: .warning)
                }
                given[key.path] = nil
                values.values[key.path] = defaultValue(key)
            }
        }
    }

    private func reason(_ condition: Condition) -> String {
        var found = ""
        if case .text(let name)? = values.values[condition.path] { found = name }
        return "with \(condition.path) \(found); it is for \(condition)"
    }
}
