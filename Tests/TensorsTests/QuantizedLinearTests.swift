import Hindsight
import Testing

/// Linear layers with 8-bit weights and activations.
@Suite struct QuantizedLinearTests {
    private func operands(
        _ rows: Int, _ outputs: Int, _ inputs: Int
    ) throws -> (x: Tensor, weight: Tensor, quantized: QuantizedWeight, bias: Tensor) {
        var random = RandomGenerator(seed: 3)
        let weight = random.normal([outputs, inputs])
        return (
            random.normal([rows, inputs]), weight, try QuantizedWeight(weight),
            random.normal([outputs])
        )
    }

    /// Rows as whole numbers, and what a unit of each is worth.
    private func rounded(_ x: Tensor) -> [(values: [Int], unit: Float)] {
        (0..<x.shape[0]).map { row in
            let values = x[row].array(of: Float.self)
            let greatest = values.map(abs).max()!
            let by = 127 / greatest
            let whole = values.map { Int(($0 * by).rounded(.toNearestOrEven)) }
            return (whole, greatest / 127)
        }
    }

    @Test("the bits of plain loops over whole numbers", arguments: [1, 3, 61, 300])
    func plainLoops(rows: Int) throws {
        let (x, weight, quantized, bias) = try operands(rows, 96, 50)
        let got = quantizedLinear(x, weight: quantized, bias: bias).array(of: Float.self)
        let (left, right) = (rounded(x), rounded(weight))
        let biases = bias.array(of: Float.self)
        var want: [Float] = []
        for row in left {
            for (output, column) in right.enumerated() {
                let sum = zip(row.values, column.values).map(*).reduce(0, +)
                want.append(Float(sum) * column.unit * row.unit + biases[output])
            }
        }
        #expect(got == want)
    }

    @Test("close to the float32 layer")
    func closeness() throws {
        let (x, weight, quantized, bias) = try operands(20, 64, 256)
        let got = quantizedLinear(x, weight: quantized, bias: bias, activation: .gelu)
        let want = linear(x, weight: weight, bias: bias, activation: .gelu)
        // 256 products of errors of at most 1/254 of each factor's greatest value, added at random.
        let worst = zip(got.array(of: Float.self), want.array(of: Float.self)).map { abs($0 - $1) }
        #expect(worst.max()! < 1.2)
        let mean = worst.reduce(0, +) / Float(worst.count)
        #expect(mean < 0.15)
    }

    @Test("a row's bits depend on neither batch nor threads")
    func alone() throws {
        let (x, _, weight, bias) = try operands(500, 70, 33)
        let together = quantizedLinear(x, weight: weight, bias: bias, activation: .gelu)
        let serial = Threads.withLimit(1) {
            quantizedLinear(x, weight: weight, bias: bias, activation: .gelu)
        }
        #expect(serial.array(of: Float.self) == together.array(of: Float.self))
        for row in [0, 7, 499] {
            let one = quantizedLinear(
                x.slice(axis: 0, from: row, to: row + 1), weight: weight, bias: bias,
                activation: .gelu)
            #expect(one.array(of: Float.self) == together[row].array(of: Float.self))
        }
    }

    @Test("parts, residual and norm are those of separate operations")
    func epilogues() throws {
        let (x, _, weight, bias) = try operands(40, 96, 32)
        let whole = quantizedLinear(x, weight: weight, bias: bias)
        let parts = quantizedLinear(x, weight: weight, bias: bias, parts: 3)
        for part in 0..<3 {
            let columns = whole.slice(axis: 1, from: 32 * part, to: 32 * part + 32)
            #expect(parts[part].array(of: Float.self) == columns.array(of: Float.self))
        }
        let some = quantizedLinear(
            x, weight: weight, outputs: 64..<80, bias: bias.slice(axis: 0, from: 64, to: 80))
        #expect(
            some.array(of: Float.self)
                == whole.slice(axis: 1, from: 64, to: 80).array(of: Float.self))
        let norm = QuantizedLinearNorm(weight: bias, bias: bias, epsilon: 1e-5)
        let normed = quantizedLinear(x, weight: weight, residual: whole, norm: norm)
        let apart = layerNorm(
            quantizedLinear(x, weight: weight) + whole, weight: bias, bias: bias, epsilon: 1e-5)
        #expect(normed.array(of: Float.self) == apart.array(of: Float.self))
    }

    @Test("a captured step has the bits of an eager one")
    func captured() throws {
        let (x, _, weight, bias) = try operands(12, 40, 24)
        let function = CapturedFunction { inputs, _ in
            [quantizedLinear(inputs[0], weight: weight, bias: bias)]
        }
        let eager = quantizedLinear(x, weight: weight, bias: bias).array(of: Float.self)
        for _ in 0..<3 { #expect(try function([x])[0].array(of: Float.self) == eager) }
    }

    @Test("a row that is not finite gives NaN, and only it")
    func notFinite() throws {
        let (_, _, weight, _) = try operands(1, 5, 2)
        let x = Tensor([[1, 2], [.nan, 1], [.infinity, 1], [0, 0]] as [[Float]])
        let values = quantizedLinear(x, weight: weight).array(of: Float.self)
        #expect(values[0..<5].allSatisfy { $0.isFinite })
        #expect(values[5..<15].allSatisfy { $0.isNaN })
        #expect(values[15..<20].allSatisfy { $0 == 0 })
    }

    @Test("weights that cannot be rounded are an error")
    func errors() throws {
        #expect(throws: QuantizationError.self) { try QuantizedWeight(Tensor([[1, .nan]])) }
        #expect(throws: QuantizationError.self) { try QuantizedWeight(Tensor.ones([3])) }
        #expect(throws: QuantizationError.self) { try QuantizedWeight(Tensor.ones([1, 70_000])) }
    }

    @Test("gradients through it stop the program and say what to do")
    func gradients() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var random = RandomGenerator(seed: 1)
            let model = Linear(4, 4, random: &random)
            let weight = try QuantizedWeight(Tensor.ones([2, 4]))
            _ = try valueAndGradients(of: model) { model in
                quantizedLinear(model(Tensor.ones([1, 4])), weight: weight).sum()
            }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("8-bit layers have no gradients; train the float32 model"))
    }
}
