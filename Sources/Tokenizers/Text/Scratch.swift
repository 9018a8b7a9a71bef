/// The memory that encoding uses, kept from one text to the next.
struct Scratch: ~Copyable {
    var ids = Growable<Int32>()
    /// Where the second text of a pair starts in the ids.
    var boundary: Int?
    var normalized = Growable<UInt8>()
    var prefixed = Growable<UInt8>()
    var otherPrefixed = Growable<UInt8>()
    var unigram = Unigram.Scratch()
    var pieces = Growable<Piece>()
    var otherPieces = Growable<Piece>()
    var spans = Growable<Span>()
    var numbers = Growable<UInt64>()
    var normalizer = NormalizerScratch()
}
