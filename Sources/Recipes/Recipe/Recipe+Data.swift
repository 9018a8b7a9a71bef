extension Recipe {
    /// Where the examples come from, and what their columns mean.
    public struct Data: Sendable, Equatable {
        /// The training examples: a file, or a folder with a folder a class.
        public let train: String
        /// The examples that decide which model is best and when training ends.
        public let validation: HeldOut
        /// The examples on which the best model is measured once, at the end; nil for none.
        public let test: HeldOut?
        /// The texts' column.
        public let text: String
        /// The column of second texts, where examples are pairs.
        public let pair: String?
        /// The column of classes, labels or numbers.
        public let label: String
        /// What stands between the labels of one example.
        public let labelSeparator: String
        /// The column of the examples' weights; nil where all count the same.
        public let weight: String?
        /// The column of the examples' ids; nil for their number in the file.
        public let id: String?
        /// The files' format.
        public let format: Format
        /// The character between a table's columns; nil for the format's own.
        public let delimiter: String?
        /// The files' encoding.
        public let encoding: Encoding
        /// What is done with text that the encoding doesn't admit.
        public let onInvalidText: InvalidText
        /// Tokens after which a text is cut off, special tokens included.
        public let maximumLength: Int
        /// Whether a text that occurs again is left out, within and across splits.
        public let removeDuplicates: Bool

        init(_ values: RecipeValues) {
            train = values(Keys.train)
            validation = values(Keys.validation)
            test = values(Keys.test)
            text = values(Keys.text)
            pair = values(Keys.pair)
            label = values(Keys.label)
            labelSeparator = values(Keys.labelSeparator)
            weight = values(Keys.weight)
            id = values(Keys.id)
            format = values(Keys.format)
            delimiter = values(Keys.delimiter)
            encoding = values(Keys.encoding)
            onInvalidText = values(Keys.onInvalidText)
            maximumLength = values(Keys.maximumLength)
            removeDuplicates = values(Keys.removeDuplicates)
        }
    }
}

extension Recipe.Data {
    enum Keys {
        static let train = Key<String>(
            required: "data.train", .path(.examples), example: "reviews.csv",
            also: ["train_file", "dataset", "file", "path"],
            "The training examples: a file, or a folder with a folder a class.")
        static let validation = Key<HeldOut>(
            "data.validation", heldOut, default: .fraction(0.1),
            also: ["valid", "val", "dev", "eval"],
            "Examples that decide which model is best: a fraction of data.train, or a file.")
        static let test = Key<HeldOut?>(
            "data.test", heldOut, default: .fraction(0.1), null: "none",
            "Examples that measure the best model at the end: a fraction of data.train, or a file.")
        static let text = Key<String>(
            "data.text", .text, default: "text", also: ["text_column", "sentence", "input"],
            "The texts' column.")
        static let pair = Key<String?>(
            "data.pair", .text, default: nil, null: "examples are single texts",
            also: ["text_pair", "text2", "second_text"],
            "The column of second texts, where examples are pairs.")
        static let label = Key<String>(
            "data.label", .text, default: "label",
            also: ["label_column", "labels", "target", "outcome"],
            "The column of classes, labels or numbers.")
        static let labelSeparator = Key<String>(
            "data.label_separator", .character, default: "|",
            only: [.tasks(.textMultiLabel)], "What stands between the labels of one example.")
        static let weight = Key<String?>(
            "data.weight", .text, default: nil, null: "all count the same",
            also: ["weights", "sample_weight"], "The column of the examples' weights.")
        static let id = Key<String?>(
            "data.id", .text, default: nil, null: "their number in the file",
            also: ["id_column"], "The column of the examples' ids.")
        static let format = Key<Format>(
            "data.format", .choice(Format.self), default: .auto, "The files' format.")
        static let delimiter = Key<String?>(
            "data.delimiter", .character, default: nil, null: "the format's own",
            only: [Condition(path: "data.format", values: ["auto", "csv", "tsv"])],
            also: ["separator", "sep"], "The character between a table's columns.")
        static let encoding = Key<Encoding>(
            "data.encoding", .choice(Encoding.self), default: .utf8, "The files' encoding.")
        static let onInvalidText = Key<InvalidText>(
            "data.on_invalid_text", .choice(InvalidText.self), default: .error,
            "What is done with text that the encoding doesn't admit.")
        static let maximumLength = Key<Int>(
            "data.maximum_length", .integer(4...1_000_000), default: 256,
            also: ["max_length", "max_seq_length", "maximum_tokens"],
            "Tokens after which a text is cut off, special tokens included.")
        static let removeDuplicates = Key<Bool>(
            "data.remove_duplicates", .boolean, default: true, also: ["deduplicate"],
            "Whether a text that occurs again is left out, within and across splits.")
        static let heldOut = ValueType.either([.number(.fraction), .path(.examples)])
    }

    static let section = SectionDescription(
        "data", "Where the examples come from, and what their columns mean.",
        [
            Keys.train.description, Keys.validation.description, Keys.test.description,
            Keys.text.description, Keys.pair.description, Keys.label.description,
            Keys.labelSeparator.description, Keys.weight.description, Keys.id.description,
            Keys.format.description, Keys.delimiter.description, Keys.encoding.description,
            Keys.onInvalidText.description, Keys.maximumLength.description,
            Keys.removeDuplicates.description,
        ])
}
