import Hindsight
import Testing

/// Programmer errors stop the program with the operation's name and the shapes, in optimised builds
/// too.
@Suite struct MisuseTests {
    private func message(_ result: ExitTest.Result?) -> String {
        String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    @Test func add() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.ones([2, 3]) + Tensor.ones([4])
        }
        #expect(message(result).contains("add: shapes [2, 3] and [4] do not fit together"))
    }

    @Test func elementTypes() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.ones([2]) * Tensor([1, 2] as [Int64])
        }
        #expect(message(result).contains("multiply: float32 [2] and int64 [2]"))
    }

    @Test func matmul() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.ones([2, 3]).matmul(Tensor.ones([2, 3]))
        }
        #expect(message(result).contains("matmul: shapes [2, 3] and [2, 3]"))
    }

    @Test func linearLayer() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = linear(Tensor.ones([5, 9]), weight: Tensor.ones([64, 10]))
        }
        #expect(message(result).contains("linear: input [5, 9] and weight [64, 10]"))
    }

    @Test func linearBiasType() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = linear(
                Tensor.ones([5, 2]), weight: Tensor.ones([3, 2]), bias: Tensor.ones([3], .float64))
        }
        #expect(message(result).contains("input float32, weight float32 and bias float64"))
    }

    @Test func linearLayerBiasType() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Linear(weight: Tensor.ones([3, 2]), bias: Tensor.ones([3], .float64))
        }
        #expect(message(result).contains("Linear: weight is float32 and bias float64"))
    }

    @Test func whereOnTwoDevices() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let there = Tensor([1, 2] as [Int64], on: .reference)
            _ = Tensor.where(Tensor([true, false]), there, Tensor([3, 4] as [Int64]))
        }
        #expect(message(result).contains("where: condition [2] on cpu, [2] on reference"))
    }

    @Test func shapeTooLargeToCount() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var shape: Shape = [2, 1]
            shape[1] = .max
        }
        #expect(message(result).contains("Shape: [2, \(Int.max)] has too many elements to count"))
    }

    @Test func reshapedTooLargeToCount() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.ones([4]).reshaped(.max, 2)
        }
        #expect(message(result).contains("too many elements to count"))
    }

    @Test func crossEntropyTarget() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = crossEntropy(logits: Tensor.ones([2, 3]), targets: Tensor([0, 3] as [Int64]))
        }
        #expect(message(result).contains("target 3 of row 1 is outside 0..<3"))
    }

    @Test func readingWhileCapturing() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let function = CapturedFunction { inputs, _ in
                inputs[0].sum().item > 0 ? [inputs[0]] : [-inputs[0]]
            }
            _ = try function([Tensor.ones([3])])
        }
        #expect(message(result).contains("not possible while a step is being captured"))
    }

    @Test func foreignRandomNumbersWhileCapturing() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let function = CapturedFunction { inputs, _ in
                var own = RandomGenerator(seed: 1)
                return [dropout(inputs[0], rate: 0.5, random: &own)]
            }
            _ = try function([Tensor.ones([3])])
        }
        #expect(message(result).contains("generator that the closure is given"))
    }

    @Test func gradientOfAVector() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = try valueAndGradients(at: [Tensor.ones([3])]) { $0[0] * 2 }
        }
        #expect(message(result).contains("must return one element, not shape [3]"))
    }

    @Test func overTheLimitWithNobodyToTellIt() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            Memory.limit = 1_000_000
            _ = Tensor.ones([1000, 1000])
        }
        #expect(message(result).contains("Memory.withLimit"))
    }

    @Test func indexOutside() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.ones([4, 2]).rows(Tensor([0, 4] as [Int64]))
        }
        #expect(
            message(result).contains("rows: index 4 at place 1 of indices [2] is outside 0..<4"))
    }

    @Test func attentionHeads() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let x = Tensor.ones([4, 6])
            _ = attention(
                query: x, key: x, value: x, heads: 3, keyValueHeads: 2,
                spans: .packed(offsets: Tensor([0, 4] as [Int32])))
        }
        #expect(message(result).contains("attention: 3 heads and 2 of keys and values do not"))
    }

    @Test func attentionKeys() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = attention(
                query: .ones([4, 6]), key: .ones([4, 6]), value: .ones([4, 2]), heads: 3,
                spans: .packed(offsets: Tensor([0, 4] as [Int32])))
        }
        #expect(message(result).contains("attention: key [4, 6] and value [4, 2] must be [4, 6]"))
    }

    @Test func attentionOffsets() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let x = Tensor.ones([4, 6])
            _ = attention(
                query: x, key: x, value: x, heads: 3,
                spans: .packed(offsets: Tensor([0, 3, 2] as [Int32])))
        }
        #expect(message(result).contains("attention: offset 2 at place 2 is less than the one"))
    }

    @Test func attentionLengths() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let x = Tensor.ones([4, 6])
            _ = attention(
                query: x, key: x, value: x, heads: 3,
                spans: .padded(lengths: Tensor([1, 3] as [Int32]), capacity: 2))
        }
        #expect(message(result).contains("attention: length 3 of sequence 1 is outside 0...2"))
    }

    @Test func rmsNormWeight() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = rmsNorm(.ones([2, 3]), weight: .ones([4]))
        }
        #expect(message(result).contains("rmsNorm: weight float32 [4] does not fit input"))
    }

    @Test func rotaryPositions() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = rotaryEmbedding(.ones([2, 4]), heads: 1, positions: Tensor([0, 1] as [Int64]))
        }
        #expect(message(result).contains("rotaryEmbedding: positions must be int32 [2], not int64"))
    }
}
