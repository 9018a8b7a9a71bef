import Yams

extension RecipeDraft {
    /// Takes over a section's keys.
    mutating func take(_ mapping: Node.Mapping, in section: String, at place: Position) {
        sections[section] = place
        for (key, value) in mapping {
            guard problems.count < RecipeDraft.mostProblems else {
                let place = key.position(in: start)
                problems.append(place.problem("", "too many problems; the rest is not checked"))
                return
            }
            guard let name = key.scalar?.string else {
                problems.append(
                    key.position(in: start).problem(
                        section, "expected a key's name, found \(key.found)"))
                continue
            }
            if RepeatedKeys.isFiller(name) { continue }
            take(
                value, as: RecipeSchema.path(section, name), name, section, key.position(in: start))
        }
    }

    private mutating func take(
        _ value: Node, as path: String, _ name: String, _ section: String, _ place: Position
    ) {
        if let key = RecipeSchema.keysByPath[path], !name.contains(".") {
            take(value, key, at: start)
        } else if !path.isEmpty, RecipeSchema.sectionsByPath[path] != nil, !name.contains(".") {
            takeSection(value, path, place)
        } else {
            problems.append(place.problem(path, unknown(name, in: section, value)))
        }
    }

    /// Takes over a value that has to be a section.
    mutating func takeSection(_ value: Node, _ path: String, _ place: Position) {
        switch value {
        case .mapping(let mapping): take(mapping, in: path, at: place)
        case .scalar(let scalar) where scalar.isNull: sections[path] = place
        default:
            let names = RecipeSchema.names(in: path)
            var example = names.first ?? ""
            if let scalar = value.scalar, names.contains("name") {
                example = "name: " + shown(scalar.string, quoted: false)
            } else {
                example += ": …"
            }
            problems.append(
                value.position(in: start).problem(
                    path,
                    "expected a section with \(names.joined(separator: ", ")), "
                        + "found \(value.found); write `\(path): {\(example)}`"))
        }
    }

    /// Takes over a key's value.
    mutating func take(_ node: Node, _ key: KeyDescription, at start: Position) {
        let place = node.position(in: start)
        var given = Given(value: nil, position: place)
        if let tag = node.explicitTag {
            problems.append(
                place.problem(key.path, "tags are not read; leave out \(shown(tag, quoted: false))")
            )
        } else if let scalar = node.scalar, scalar.isNull {
            given.value = key.null == nil ? nil : .null
            if key.null == nil {
                problems.append(
                    place.problem(
                        key.path,
                        "expected \(key.type), found nothing; give a value or remove the line"))
            }
        } else if let value = key.type.read(node) {
            given.value = value
        } else {
            problems.append(place.problem(key.path, mismatch(node, key)))
        }
        self.given[key.path] = given
    }

    private func mismatch(_ node: Node, _ key: KeyDescription) -> String {
        let advice = key.type.advice(node)
        let orNull = key.null.map { ", or null (\($0))" } ?? ""
        return "expected \(key.type)\(orNull), found \(node.found)"
            + (advice.isEmpty ? "" : "; " + advice)
    }

    /// What to say of a key that nobody knows.
    private func unknown(_ name: String, in section: String, _ value: Node) -> String {
        if name == "<<" { return "merge keys are not read; write the keys out" }
        if let key = RecipeSchema.keysByPath[RecipeSchema.path(section, name)] {
            return "unknown key with a dot; write it nested: "
                + "`\(key.section): {\(key.name): \(value.scalar.map { shown($0.string, quoted: false) } ?? "…")}`"
        }
        return "unknown key" + suggestion(name, in: section)
    }
}

/// The nearest known key, in words that follow "unknown key".
func suggestion(_ name: String, in section: String) -> String {
    let siblings = RecipeSchema.names(in: section)
    let lowered = name.lowercased()
    if let key = nearest(to: name, among: siblings) {
        return "; did you mean \(RecipeSchema.path(section, key))?"
    }
    let meant = RecipeSchema.keys.filter {
        $0.synonyms.contains(lowered) || $0.name == lowered || $0.path == lowered
    }
    if let key = meant.first(where: { $0.section == section }) ?? meant.first {
        return "; did you mean \(key.path)?"
    }
    if let path = nearest(to: name, among: RecipeSchema.keys.map(\.path))
        ?? RecipeSchema.keys.first(where: { nearest(to: name, among: [$0.name]) != nil })?.path
    {
        return "; did you mean \(path)?"
    }
    let place = section.isEmpty ? "known are" : "known in \(section) are"
    return "; \(place) \(siblings.joined(separator: ", "))"
}
