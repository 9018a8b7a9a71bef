#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The names of special tokens that `tokenizer_config.json` gives.
struct SpecialTokenNames: Sendable {
    var pad: String?
    var cls: String?
    var sep: String?
    var mask: String?
    var unknown: String?
    var bos: String?
    var eos: String?
}

/// The files of a model's folder that make its tokenizer.
struct ModelFolder {
    private let path: String
    private let configuration: JSONField?
    private(set) var names = SpecialTokenNames()

    init(path: String) throws {
        self.path = path
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            throw TokenizerError.unreadable(path: path, reason: "there is no such folder")
        }
        let file = path + "/tokenizer_config.json"
        guard FileManager.default.fileExists(atPath: file) else {
            configuration = nil
            return
        }
        let root = JSONField(try JSONDocument(try ModelFolder.read(file)))
        configuration = root
        names = SpecialTokenNames(
            pad: ModelFolder.name(root["pad_token"]), cls: ModelFolder.name(root["cls_token"]),
            sep: ModelFolder.name(root["sep_token"]), mask: ModelFolder.name(root["mask_token"]),
            unknown: ModelFolder.name(root["unk_token"]), bos: ModelFolder.name(root["bos_token"]),
            eos: ModelFolder.name(root["eos_token"]))
    }

    /// A token's name, which is a string or an object with `content`.
    private static func name(_ field: JSONField) -> String? {
        (try? field.string()) ?? (try? field["content"].string())
    }

    func parts() throws -> TokenizerParts {
        let json = path + "/tokenizer.json"
        if FileManager.default.fileExists(atPath: json) {
            return try TokenizerParts(json: try ModelFolder.read(json))
        }
        let vocabulary = path + "/vocab.txt"
        guard FileManager.default.fileExists(atPath: vocabulary) else {
            throw TokenizerError.unreadable(
                path: path, reason: "the folder has no tokenizer.json and no vocab.txt")
        }
        return try TokenizerParts(
            vocabularyFile: try ModelFolder.read(vocabulary), try bertOptions())
    }

    private func bertOptions() throws -> BertOptions {
        var options = BertOptions()
        guard let configuration else { return options }
        options.lowercases = try configuration["do_lower_case"].boolean(default: true)
        options.stripsAccents = try configuration["strip_accents"].orNil?.boolean()
        options.separatesIdeographs =
            try configuration["tokenize_chinese_chars"].boolean(default: true)
        options.unknown = names.unknown ?? options.unknown
        options.cls = names.cls ?? options.cls
        options.sep = names.sep ?? options.sep
        options.pad = names.pad ?? options.pad
        options.mask = names.mask ?? options.mask
        return options
    }

    /// The bytes of a file.
    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TokenizerError.unreadable(
                path: path,
                reason: FileManager.default.fileExists(atPath: path)
                    ? "it can't be opened; check its permissions" : "there is no such file")
        }
        return [UInt8](data)
    }
}
