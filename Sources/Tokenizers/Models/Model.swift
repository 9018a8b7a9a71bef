/// What cuts words into tokens.
enum Model: Sendable {
    case wordPiece(WordPiece)
    case bytePair(BytePairEncoding)
    case unigram(Unigram)

    var vocabulary: Vocabulary {
        switch self {
        case .wordPiece(let model): model.vocabulary
        case .bytePair(let model): model.vocabulary
        case .unigram(let model): model.vocabulary
        }
    }

    var unknownID: Int32? {
        switch self {
        case .wordPiece(let model): model.unknownID
        case .bytePair(let model): model.unknown.id
        case .unigram(let model): model.unknownID
        }
    }
}
