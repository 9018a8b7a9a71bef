import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightModels
import HindsightTensors
import Testing

/// The demo's encoder against Python's transformers.
@Suite struct EncoderTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            let text: String
            let ids: [Int32]
            let mean: [Float]
            let pooled: [Float]
        }
        struct Pair: Decodable {
            let text: String
            let pair: String
            let ids: [Int32]
            let segments: [Int32]
            let mean: [Float]
        }
        let cases: [Case]
        let pairs: [Pair]
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private func fixture() throws -> Fixture {
        let path = "\(EncoderTests.root)/Tests/Fixtures/models/minilm.json"
        return try JSONDecoder().decode(
            Fixture.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func model(_ pooling: Pooling) throws -> TextModel {
        try TextModel(
            pretrained: "\(EncoderTests.root)/models/all-MiniLM-L6-v2",
            problem: .classification(labels: ["a", "b"]), pooling: pooling)
    }

    @Test("tokens are those of transformers")
    func tokens() throws {
        let model = try model(.mean)
        for one in try fixture().cases { #expect(model.tokens([one.text])[0] == one.ids) }
    }

    @Test("mean embeddings equal transformers'", arguments: [1, 2])
    func meanEmbeddings(threads: Int) throws {
        let cases = try fixture().cases
        let model = try model(.mean)
        let features = try Threads.withLimit(threads) {
            try SequenceScorer(model.network).features(cases.map(\.ids))
        }
        try expectClose(features, cases.flatMap(\.mean))
    }

    @Test("the pooler's outputs equal transformers'")
    func pooled() throws {
        let cases = try fixture().cases
        let network = try model(.pooler).network
        let features = try SequenceScorer(network).features(cases.map(\.ids))
        let first = Tensor(features, shape: [cases.count, 384])
        let transformed = network.transform!(first).array(of: Float.self)
        try expectClose(transformed, cases.flatMap(\.pooled))
    }

    @Test("pairs have transformers' tokens and embeddings, second texts their segment")
    func pairs() throws {
        let pairs = try fixture().pairs
        let model = try model(.mean)
        let tokens = model.tokens(pairs.map(\.text), pairs: pairs.map(\.pair))
        // The segment stands above the id.
        for (found, pair) in zip(tokens, pairs) {
            #expect(found.map { $0 & 0xFF_FFFF } == pair.ids)
            #expect(found.map { $0 >> 24 } == pair.segments)
        }
        let scorer = SequenceScorer(model.network)
        try expectClose(try scorer.features(tokens), pairs.flatMap(\.mean))
        // Without segments it is another embedding, and single texts beside pairs keep theirs.
        let single = try scorer.features([pairs[0].ids])
        let error = zip(single, pairs[0].mean).map { abs($0 - $1) }.max()!
        #expect(error > 1e-3)
        let mixed = try scorer.features([pairs[0].ids, tokens[1]])
        #expect(Array(mixed[..<384]) == single)
    }

    @Test("the first tokens alone have the bits they have among all")
    func firstTokens() throws {
        let encoder = try model(.cls).network.encoder
        let ids = try fixture().cases.prefix(3).map(\.ids)
        var offsets: [Int32] = [0]
        for one in ids { offsets.append(offsets.last! + Int32(one.count)) }
        let rows = TokenRows(
            ids: Tensor(ids.flatMap { $0 }),
            positions: Tensor(ids.flatMap { Array(0..<Int32($0.count)) }),
            offsets: Tensor(offsets))
        var none: RandomGenerator? = nil
        let all = encoder(rows, random: &none)
        let firsts = encoder.firstTokens(rows, random: &none).array(of: Float.self)
        for (index, offset) in offsets.dropLast().enumerated() {
            #expect(
                Array(firsts[(index * 384)..<((index + 1) * 384)])
                    == all[Int(offset)].array(of: Float.self))
        }
    }

    @Test("a text's features do not depend on the texts beside it")
    func batchInvariance() throws {
        let cases = try fixture().cases
        let scorer = SequenceScorer(try model(.mean).network)
        let together = try scorer.features(cases.map(\.ids))
        for (index, one) in cases.enumerated() {
            let alone = try scorer.features([one.ids])
            #expect(alone == Array(together[(index * 384)..<((index + 1) * 384)]))
        }
    }

    private func expectClose(_ found: [Float], _ expected: [Float]) throws {
        try #require(found.count == expected.count)
        let largest = expected.map(abs).max() ?? 0
        let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
        #expect(error <= 1e-5 * largest, "off by \(error) where the largest is \(largest)")
    }
}
