/// SentencePiece's way with spaces: a visible character stands for each, and one may be put in front.
struct Metaspace: Sendable {
    /// Where the character is put in front.
    enum Prepending: String, Sendable, CaseIterable {
        case always
        /// Only in front of what the text begins with.
        case first
        case never
    }

    /// The character that stands for a space, as UTF-8.
    let replacement: [UInt8]
    let prepending: Prepending
    /// Whether pieces end where the next such character is.
    let splits: Bool

    /// Copies pieces with spaces replaced and the character in front.
    ///
    /// - Parameters:
    ///   - isStart: Whether the text is the beginning of the whole.
    ///   - pieces: Those of the text; afterwards those of the output.
    func append(
        _ text: Bytes, isStart: Bool, to output: inout Growable<UInt8>,
        _ pieces: inout Growable<Piece>
    ) {
        for index in 0..<pieces.count {
            let piece = pieces[index]
            let bytes = piece.bytes(of: text)
            let start = output.count
            let prepends =
                prepending == .always || prepending == .first && isStart && piece.start == 0
            if prepends, bytes.first != 0x20, !bytes.starts(with: replacement) {
                for byte in replacement { output.append(byte) }
            }
            for byte in bytes {
                if byte == 0x20 {
                    for byte in replacement { output.append(byte) }
                } else {
                    output.append(byte)
                }
            }
            pieces[index] = Piece(start: start, end: output.count)
        }
    }

    /// Splits a piece in front of every replacing character.
    func split(_ piece: Piece, of text: Bytes, into pieces: inout Growable<Piece>) {
        guard splits else { return pieces.append(piece) }
        var start = piece.start
        var position = piece.start
        while position < piece.end {
            if position > start, text[position] == replacement[0],
                Bytes(rebasing: text[position..<piece.end]).starts(with: replacement)
            {
                pieces.append(Piece(start: start, end: position))
                start = position
            }
            position += 1
        }
        pieces.append(Piece(start: start, end: piece.end))
    }
}

extension Metaspace {
    /// Reads the parts of a pre-tokenizer or a decoder.
    init(_ field: JSONField) throws {
        let text = try field["replacement"].string()
        guard text.unicodeScalars.count == 1 else {
            throw field["replacement"].failure("one character")
        }
        replacement = Array(text.utf8)
        var prepending: Prepending?
        if let field = field["prepend_scheme"].orNil {
            guard let known = Prepending(rawValue: try field.string()) else {
                throw TokenizerError.unsupported(
                    path: field.path, kind: try field.string(),
                    supported: Prepending.allCases.map(\.rawValue).joined(separator: ", "))
            }
            prepending = known
        }
        // Files before the scheme say whether or not.
        if let field = field["add_prefix_space"].orNil, try !field.boolean() {
            guard prepending == nil || prepending == .never else {
                throw field.failure("true, as prepend_scheme says")
            }
            prepending = .never
        }
        self.prepending = prepending ?? .always
        splits = try field["split"].boolean(default: true)
    }
}
