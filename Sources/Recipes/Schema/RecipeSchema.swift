/// The keys of recipes: the one place from which reading, checking and documentation follow.
///
/// A new section is a file with a struct, its keys and a `SectionDescription`, one entry in
/// `sections` and one stored property of `Recipe`.
public enum RecipeSchema {
    /// Every section, in the order in which they are documented and written.
    public static let sections: [SectionDescription] = [
        Recipe.section, Recipe.Data.section, Recipe.Optimizer.section, Recipe.Schedule.section,
        Recipe.Regularization.section, Recipe.Replay.section, Recipe.Stop.section,
        Recipe.LoRA.section, Recipe.Probe.section, Recipe.Checkpoint.section,
    ]

    /// Every key, section by section.
    public static let keys: [KeyDescription] = sections.flatMap(\.keys)

    static let keysByPath = Dictionary(uniqueKeysWithValues: keys.map { ($0.path, $0) })

    static let sectionsByPath = Dictionary(
        uniqueKeysWithValues: sections.map { ($0.path, $0) })

    /// Names of keys and sections directly in a section.
    static func names(in section: String) -> [String] {
        let keys = sectionsByPath[section]?.keys.map(\.name) ?? []
        let prefix = section.isEmpty ? "" : section + "."
        let nested = sections.map(\.path).filter {
            $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains(".") && $0 != section
        }
        return keys + nested.map { String($0.dropFirst(prefix.count)) }
    }

    /// A key's conditions together with those of its section.
    static func conditions(of key: KeyDescription) -> [Condition] {
        (sectionsByPath[key.section]?.conditions ?? []) + key.conditions
    }

    /// A path made of a section and a name in it.
    static func path(_ section: String, _ name: String) -> String {
        section.isEmpty ? name : section + "." + name
    }
}
