import Hindsight
import HindsightTestSupport
import Testing

/// What attention promises beyond its values, which the fixtures check.
@Suite struct AttentionTests {
    private static let heads = 4
    private static let size = 8

    private func tensors(_ rows: Int, seed: UInt64 = 1) -> [Tensor] {
        var random = RandomGenerator(seed: seed)
        let features = AttentionTests.heads * AttentionTests.size
        return [
            random.normal([rows, features]), random.normal([rows, features / 2]),
            random.normal([rows, features / 2]), random.normal([rows, features]),
        ]
    }

    /// Result and gradients; the last of `inputs` is the weight of the result.
    private func everything(
        _ inputs: [Tensor], _ spans: SequenceSpans, causal: Bool = false, dropout: Double = 0,
        seed: UInt64 = 9
    ) throws -> [Tensor] {
        func run(_ inputs: [Tensor]) -> Tensor {
            var random = RandomGenerator(seed: seed)
            return attention(
                query: inputs[0], key: inputs[1], value: inputs[2], heads: AttentionTests.heads,
                keyValueHeads: 2, spans: spans, isCausal: causal, dropout: dropout, random: &random)
        }
        let gradients = try valueAndGradients(at: Array(inputs[..<3])) {
            (run($0) * inputs[3]).sum()
        }.gradients
        return [run(inputs)] + gradients
    }

    @Test(arguments: [false, true])
    func aSequenceAloneAndInABatch(_ causal: Bool) throws {
        let offsets: [Int32] = [0, 3, 3, 40, 41, 130]
        let inputs = tensors(135)
        let whole = try everything(inputs, .packed(offsets: Tensor(offsets)), causal: causal)
        for (begin, end) in zip(offsets, offsets.dropFirst()).map({ (Int($0), Int($1)) }) {
            let alone = try everything(
                inputs.map { $0[begin..<end] },
                .packed(offsets: Tensor([0, Int32(end - begin)])), causal: causal)
            for (part, all) in zip(alone, whole) {
                #expect(bits(part) == bits(all[begin..<end]), "rows \(begin)..<\(end)")
            }
        }
        for tensor in whole { #expect(tensor[130..<135].abs().sum().item == 0) }
    }

    /// The first rows' results and, where nothing else is asked for, everybody's gradients.
    @Test(arguments: [0, 0.3])
    func onlyTheFirstRowsAsk(_ dropout: Double) throws {
        let offsets: [Int32] = [0, 3, 40, 41, 130]
        let inputs = tensors(135), firsts = Tensor(offsets.dropLast().map { Int64($0) })
        let spans = SequenceSpans.packed(offsets: Tensor(offsets))
        func run(_ inputs: [Tensor], _ alone: Bool) -> Tensor {
            var random = RandomGenerator(seed: 9)
            let asking = alone ? inputs[0].rows(firsts) : inputs[0]
            let all = attention(
                query: asking, key: inputs[1], value: inputs[2], heads: AttentionTests.heads,
                keyValueHeads: 2, spans: spans, firstRowsOnly: alone, dropout: dropout,
                random: &random)
            return alone ? all : all.rows(firsts)
        }
        #expect(bits(run(inputs, true)) == bits(run(inputs, false)))
        func gradients(_ alone: Bool) throws -> [Tensor] {
            try valueAndGradients(at: Array(inputs[..<3])) {
                (run($0, alone) * inputs[3].rows(firsts)).sum()
            }.gradients
        }
        for (alone, all) in zip(try gradients(true), try gradients(false)) {
            expectClose(alone, all, "gradients")
        }
    }

    @Test(arguments: [0, 0.3])
    func anyNumberOfThreads(_ dropout: Double) throws {
        let inputs = tensors(400)
        let spans = SequenceSpans.packed(offsets: Tensor([0, 300, 307, 399] as [Int32]))
        func run() throws -> [[UInt8]] {
            try everything(inputs, spans, causal: true, dropout: dropout).map(bits)
        }
        let one = try Threads.withLimit(1) { try run() }
        for count in [2, 4] { #expect(try Threads.withLimit(count) { try run() } == one) }
    }

    @Test func aCapturedStepTakesOtherLengths() throws {
        let inputs = tensors(20)
        let body: CapturedFunction.Body = { inputs, random in
            let dropout = random
            return try valueAndGradients(at: Array(inputs[..<3])) { differentiated in
                var random = dropout
                return
                    (attention(
                        query: differentiated[0], key: differentiated[1], value: differentiated[2],
                        heads: AttentionTests.heads, keyValueHeads: 2,
                        spans: .packed(offsets: inputs[4]), dropout: 0.2, random: &random)
                    * inputs[3]).sum()
            }.gradients
        }
        let captured = CapturedFunction(body)
        for offsets in [[0, 5, 20], [0, 0, 11], [0, 20, 20], [3, 4, 19]] as [[Int32]] {
            let all = inputs + [Tensor(offsets)]
            var first = RandomGenerator(seed: 3), second = RandomGenerator(seed: 3)
            let replayed = try captured(all, random: &first)
            #expect(try body(all, &second).map(bits) == replayed.map(bits), "\(offsets)")
        }
    }

    @Test func dropoutFollowsFromRowAndPosition() throws {
        let inputs = tensors(30)
        let once = try everything(
            inputs, .packed(offsets: Tensor([0, 10, 30] as [Int32])), dropout: 0.4)
        let again = try everything(
            inputs, .packed(offsets: Tensor([0, 10, 25] as [Int32])), dropout: 0.4)
        for (a, b) in zip(once, again) { #expect(bits(a[0..<10]) == bits(b[0..<10])) }
        let other = try everything(
            inputs, .packed(offsets: Tensor([0, 10, 30] as [Int32])), dropout: 0.4, seed: 10)
        #expect(bits(once[0]) != bits(other[0]))
        let none = try everything(
            inputs, .packed(offsets: Tensor([0, 10, 30] as [Int32])), dropout: 1)
        for tensor in none { #expect(tensor.abs().sum().item == 0) }
    }

    @Test func dropoutKeepsTheMeanAndAgreesWithTheReference() throws {
        var random = RandomGenerator(seed: 2)
        let (rows, features) = (200, 32)
        let x = random.normal([rows, features]), ones = Tensor.ones([rows, features])
        let spans = SequenceSpans.packed(offsets: Tensor([0, Int32(rows)]))
        func drop(_ x: Tensor, _ value: Tensor) -> Tensor {
            var random = RandomGenerator(seed: 4)
            return attention(
                query: x, key: x, value: value, heads: 4, spans: spans, scale: 0.1, dropout: 0.25,
                random: &random)
        }
        // The kept probabilities of a row sum to 1 on average.
        let sums = drop(x, ones)
        #expect((sums.mean().item - 1).magnitude < 0.01)
        #expect((sums - 1).abs().max().item > 0.01)
        expectClose(drop(x, x), drop(x.to(.reference), x.to(.reference)), "attention dropout")
    }

    @Test func gradientsWithDropoutAreThoseOfDifferences() throws {
        var random = RandomGenerator(seed: 3)
        let inputs = (0..<4).map { _ in random.normal([7, 6]).to(.reference) }
        let spans = SequenceSpans.padded(lengths: Tensor([3, 2] as [Int32]), capacity: 3)
        func value(_ inputs: [Tensor]) -> Tensor {
            var random = RandomGenerator(seed: 4)
            let y = attention(
                query: inputs[0], key: inputs[1], value: inputs[2], heads: 2, spans: spans,
                isCausal: true, dropout: 0.3, random: &random)
            return (y * inputs[3]).sum()
        }
        let exact = try valueAndGradients(at: inputs) { value($0) }.gradients
        for (a, b) in zip(exact, centralDifferences(inputs, value)) {
            #expect(deviation(a, b).difference < 1e-8)
        }
    }
}
