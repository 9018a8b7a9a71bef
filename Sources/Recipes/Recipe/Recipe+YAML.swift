extension Recipe {
    /// The recipe with every key that matters, defaults filled in, as YAML.
    ///
    /// - Returns: a text that gives an equal recipe when it is read, and is the same for equal
    ///   recipes.
    public func yaml() -> String {
        var text = ""
        for section in RecipeSchema.sections {
            let keys = section.keys.filter(matters)
            guard !keys.isEmpty else { continue }
            if !section.path.isEmpty { text += section.path + ":\n" }
            let indentation = section.path.isEmpty ? "" : "  "
            for key in keys {
                text +=
                    indentation + key.name + ": " + yaml(values.values[key.path] ?? .null) + "\n"
            }
        }
        return text
    }

    /// A hash of every key that the trained model depends on, the same on every machine and in
    /// every process: 128-bit FNV-1a, 32 hexadecimal digits.
    ///
    /// The name, notes, store, checkpoints, report, threads and memory limit don't count; files
    /// count by name, not by contents.
    public var fingerprint: String {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for key in RecipeSchema.keys where key.affectsResult && matters(key) {
            let line = "\(key.path): \(yaml(values.values[key.path] ?? .null))\n"
            for byte in line.utf8 {
                hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// Whether a key matters with the choices this recipe makes.
    func matters(_ key: KeyDescription) -> Bool {
        RecipeSchema.conditions(of: key).allSatisfy { values.satisfies($0) != false }
    }

    private func yaml(_ value: RecipeValue) -> String { value.yaml }
}

extension RecipeValue {
    /// The value as YAML on one line, as it stands in a recipe.
    var yaml: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): format(value)
        case .text(let text): text.isPlainYAML ? text : text.quotedYAML
        case .list(let values): "[" + values.map(\.yaml).joined(separator: ", ") + "]"
        }
    }
}

extension String {
    /// Whether the text may stand without quotes, in YAML 1.1 and 1.2, inside brackets too.
    fileprivate var isPlainYAML: Bool {
        guard let first = utf8.first, utf8.count <= 256, !hasSuffix(":") else { return false }
        let startsWell =
            (first | 0x20 >= UInt8(ascii: "a") && first | 0x20 <= UInt8(ascii: "z"))
            || first == UInt8(ascii: "_") || first == UInt8(ascii: "/") || hasPrefix("./")
            || hasPrefix("../")
        let words = [
            "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity",
        ]
        return startsWell && !words.contains(lowercased())
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "_./@+-:".utf8.contains(byte)
                }
            }
    }

    /// The text in double quotes.
    fileprivate var quotedYAML: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x0A: result += "\\n"
            case 0x09: result += "\\t"
            case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
                0x10000...:
                result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
