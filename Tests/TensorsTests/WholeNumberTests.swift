import Hindsight
import HindsightTestSupport
import Testing

/// Integer tensors beside Swift numbers: compared as mathematics does, never truncated.
@Suite struct WholeNumberTests {
    static let numbers: [Double] = [
        -.infinity, -1e300, -0x1p63, -0x1p31 - 1, -0x1p31, -300, -3, -0.5, -0.0, 0.5, 1, 2.5, 3,
        255,
        255.5, 256, 0x1p31 - 1, 0x1p31, 0x1p62, 0x1p63, 1e300, .infinity, .nan,
    ]

    @Test func comparisonsWithAnyNumber() {
        let tensors = [
            Tensor([.min, -300, -3, 0, 3, 1 << 62] as [Int64]),
            Tensor([.min, -300, -3, 0, 3, .max] as [Int32]),
            Tensor([0, 1, 3, 254, 255] as [UInt8]), Tensor([true, false]),
        ]
        for tensor in tensors {
            let elements = tensor.array(of: Double.self)
            for number in WholeNumberTests.numbers {
                func check(_ result: Tensor, _ expected: [Bool], _ name: String) {
                    #expect(
                        result.array() == expected && result.dtype == .bool,
                        "\(tensor.dtype) \(name) \(number)")
                }
                check(tensor .== number, elements.map { $0 == number }, "==")
                check(tensor .!= number, elements.map { $0 != number }, "!=")
                check(tensor .< number, elements.map { $0 < number }, "<")
                check(tensor .<= number, elements.map { $0 <= number }, "<=")
                check(tensor .> number, elements.map { $0 > number }, ">")
                check(tensor .>= number, elements.map { $0 >= number }, ">=")
            }
        }
    }

    @Test func comparisonsWithAnyNumberAreCaptured() throws {
        let function = CapturedFunction { inputs, _ in [inputs[0] .< 2.5, inputs[0] .< .infinity] }
        let results = try function([Tensor([2, 3] as [Int64])])
        #expect(results.map { $0.array() } == [[true, false], [true, true]])
    }

    @Test func wholeNumbersAreTaken() {
        let x = Tensor([1, 2, 3] as [Int64])
        #expect((x * 3 - 4).array() == [-1, 2, 5] as [Int64])
        #expect((7 / x + x.pow(2)).array() == [8, 7, 11] as [Int64])
        #expect((Tensor([1, 200] as [UInt8]) - 1).array() == [0, 199] as [UInt8])
        #expect((1 - Tensor([true, false])).array() == [false, true])
        #expect((Tensor([true, false]) + 1).to(.int64).array() == [1, 1] as [Int64])
        #expect(x.masked(x .> 1, with: -5).array() == [1, -5, -5] as [Int64])
        #expect(x.clamped(2, .infinity).array() == [2, 2, 3] as [Int64])
        #expect(x.clamped(-.infinity, 2).array() == [1, 2, 2] as [Int64])
        #expect(Tensor.arange(3, from: 5, by: -2, dtype: .int32).array() == [5, 3, 1] as [Int32])
        #expect(Tensor.arange(3, from: 2, by: -1, dtype: .uint8).array() == [2, 1, 0] as [UInt8])
    }

    private func message(_ result: ExitTest.Result?) -> String {
        String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    @Test func multiply() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor([1, 2, 3] as [Int64]) * 0.5
        }
        #expect(
            message(result).contains("multiply: int64 takes whole numbers of its range, not 0.5"))
    }

    @Test func add() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor([1, 2, 3] as [Int32]) + 0.5
        }
        #expect(message(result).contains("add: int32 takes whole numbers of its range, not 0.5"))
    }

    @Test func subtract() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor([1, 2, 3] as [UInt8]) - 256
        }
        #expect(
            message(result).contains("subtract: uint8 takes whole numbers of its range, not -256"))
    }

    @Test func divide() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor([1, 2, 3] as [Int64]) / 2.5
        }
        #expect(message(result).contains("divide: int64 takes whole numbers of its range, not 2.5"))
    }

    @Test func maximum() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.maximum(Tensor([1, 2, 3] as [Int64]), -.infinity)
        }
        #expect(
            message(result).contains("maximum: int64 takes whole numbers of its range, not -inf"))
    }

    @Test func clamped() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor([1, 2, 3] as [UInt8]).clamped(300, 400)
        }
        #expect(
            message(result).contains("clamped: uint8 takes whole numbers of its range, not 300"))
    }

    @Test func fill() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor(repeating: 0.5, shape: [3], dtype: .int64)
        }
        #expect(message(result).contains("fill: int64 takes whole numbers of its range, not 0.5"))
    }

    @Test func arange() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.arange(5, by: 0.25, dtype: .int64)
        }
        #expect(
            message(result).contains("arange: int64 takes whole numbers of its range, not 0.25"))
    }
}
