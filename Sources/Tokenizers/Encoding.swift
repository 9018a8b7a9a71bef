/// Token ids with the part of the input that each belongs to.
public struct Encoding: Sendable, Equatable {
    /// The ids of the tokens.
    public var ids: [Int32]
    /// For each token the segment it belongs to: BERT has 0 for the first text and 1 for the second.
    public var typeIDs: [Int32]

    /// An encoding of ids and segments, as many of one as of the other.
    public init(ids: [Int32], typeIDs: [Int32]) {
        self.ids = ids
        self.typeIDs = typeIDs
    }
}
