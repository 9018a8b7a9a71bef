import HindsightDatasets
import Testing

@Suite struct SequencePackerTests {
    @Test func layout() throws {
        let packer = SequencePacker(capacities: [8, 4], maxSequences: 4)
        let batch = try packer.pack([[1, 2, 3], [], [4, 5]], [2, 1, 0])
        #expect(batch.ids == [4, 5, 1, 2, 3, 0, 0, 0])
        #expect(batch.offsets == [0, 2, 2, 5, 5])
        #expect(batch.positions == [0, 1, 0, 1, 2, 0, 0, 0])
        #expect((batch.sequenceCount, batch.tokenCount, batch.capacity) == (3, 5, 8))
        #expect(try packer.pack([[1, 2, 3]], [0]).capacity == 4)
        #expect(try packer.pack([], []).offsets == [0, 0, 0, 0, 0])
    }

    @Test func whatDoesNotFitIsAnError() {
        let packer = SequencePacker(capacity: 4, maxSequences: 2)
        expectError(.sequenceTooLong(index: 1, length: 5, capacity: 4), "sequence 1 has 5 tokens") {
            _ = try packer.pack([[], [1, 2, 3, 4, 5]], [0, 1])
        }
        expectError(.sequenceTooLong(index: 0, length: 5, capacity: 4)) {
            _ = try packer.fill(lengths: [5])
        }
        expectError("a batch of 2 sequences with 6 tokens does not fit") {
            _ = try packer.pack([[1, 2, 3], [1, 2, 3]], [0, 1])
        }
        expectError("a batch of 3 sequences") { _ = try packer.pack([[1], [1], [1]], [0, 1, 2]) }
    }

    @Test(arguments: 0..<20) func nothingIsLost(_ seed: Int) throws {
        var random = TestRandom(state: UInt64(seed))
        let sequences = (0..<700).map { index in
            [Int32](repeating: Int32(index), count: random.below(random.below(10) == 0 ? 128 : 40))
        }
        let packer = SequencePacker(capacity: 128, maxSequences: 16)
        let groups = try packer.fill(lengths: sequences.map(\.count), window: 1 + random.below(300))
        #expect(groups.joined().sorted() == Array(0..<700))
        for group in groups {
            let batch = try packer.pack(sequences, group)
            for (row, index) in batch.indexes.enumerated() {
                let range = Int(batch.offsets[row])..<Int(batch.offsets[row + 1])
                #expect(Array(batch.ids[range]) == sequences[index])
                #expect(
                    Array(batch.positions[range])
                        == range.indices.map { Int32($0 - range.lowerBound) })
            }
            #expect(batch.ids[batch.tokenCount...].allSatisfy { $0 == 0 })
        }
    }

    @Test func batchesAreWellFilled() throws {
        var random = TestRandom(state: 5)
        let lengths = (0..<5000).map { _ in 4 + random.below(60) }
        let groups = try SequencePacker(capacity: 512, maxSequences: 64).fill(lengths: lengths)
        #expect(Double(lengths.reduce(0, +)) / Double(512 * groups.count) > 0.97)
    }

    @Test func capacitiesHoldEveryBatch() throws {
        var random = TestRandom(state: 6)
        let sequences = (0..<1000).map { _ in
            [Int32](repeating: 1, count: 2 + random.below(random.below(50) == 0 ? 500 : 40))
        }
        let capacities = SequencePacker.capacities(lengths: sequences.map(\.count), batchSize: 32)
        #expect(capacities.count <= 4)
        #expect(capacities.allSatisfy { $0 % 64 == 0 })
        let packer = SequencePacker(capacities: capacities, maxSequences: 32)
        let sampler = EpochSampler(count: 1000, batchSize: 32, seed: 0)
        for batch in sampler.epoch(0) { _ = try packer.pack(sequences, batch) }
        let longest = (0..<1000).sorted { sequences[$0].count > sequences[$1].count }.prefix(32)
        _ = try packer.pack(sequences, Array(longest))
    }
}
