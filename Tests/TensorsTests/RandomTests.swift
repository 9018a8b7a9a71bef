import Hindsight
import HindsightTestSupport
import Testing

@Suite struct RandomTests {
    @Test func equalsThePublishedPhilox() {
        // Random123's known answer for counter 0 and key 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
        var random = RandomGenerator(seed: 0)
        #expect(random.next() == 0xe169_c58d_6627_e8d5)
        let words: [UInt32] = [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        var again = RandomGenerator(seed: 0)
        #expect(again.uniform([4]).array() == words.map { Float($0 >> 8) * 0x1p-24 })
    }

    @Test func goesOnFromASavedState() {
        var random = RandomGenerator(seed: 7)
        _ = random.normal([10])
        var saved = RandomGenerator(random.state)
        #expect(bits(random.uniform([33])) == bits(saved.uniform([33])))
        #expect(random.next() == saved.next())
    }

    @Test func splitsAreIndependent() {
        var random = RandomGenerator(seed: 7)
        var first = random.split(), second = random.split()
        let draws = [first.next(), second.next(), random.next()]
        #expect(Set(draws).count == 3)
        let a = first.normal([20_000]), b = second.normal([20_000])
        #expect((a * b).mean().item.magnitude < 0.03)
    }

    @Test func distributions() {
        var random = RandomGenerator(seed: 3)
        let uniform = random.uniform([100_000], from: -2, to: 3)
        #expect(uniform.min().item >= -2 && uniform.max().item < 3)
        #expect((uniform.mean().item - 0.5).magnitude < 0.02)
        #expect((uniform.variance().item - 25.0 / 12).magnitude < 0.03)
        let normal = random.normal([100_000], mean: 1, deviation: 2)
        #expect((normal.mean().item - 1).magnitude < 0.03)
        #expect((normal.variance().item - 4).magnitude < 0.08)
        let within = ((normal - 1).abs() .< 2).to(.float32).mean().item
        #expect((within - 0.6827).magnitude < 0.01)
        #expect(Set(random.permutation(100)) == Set(0..<100))
    }

    @Test func theReferenceDeviceDrawsTheSameNumbers() {
        var cpu = RandomGenerator(seed: 5), reference = RandomGenerator(seed: 5)
        expectClose(cpu.uniform([37]), reference.uniform([37], on: .reference), "uniform")
        expectClose(cpu.normal([37]), reference.normal([37], on: .reference), "normal")
        let x = Tensor.ones([37])
        expectClose(
            dropout(x, rate: 0.4, random: &cpu),
            dropout(x.to(.reference), rate: 0.4, random: &reference), "dropout")
    }

    @Test func dropoutKeepsTheMeanAndItsGradientTheMask() throws {
        let x = Tensor.ones([40_000])
        let (value, gradients) = try valueAndGradients(at: [x]) { inputs in
            var random = RandomGenerator(seed: 1)
            return dropout(inputs[0], rate: 0.25, random: &random).sum()
        }
        #expect((value.item / 40_000 - 1).magnitude < 0.01)
        var random = RandomGenerator(seed: 1)
        #expect(bits(gradients[0]) == bits(dropout(x, rate: 0.25, random: &random)))
        let zeros = (gradients[0] .== 0).to(.float32).mean().item
        #expect((zeros - 0.25).magnitude < 0.01)
        #expect(dropout(x, rate: 0, random: &random).sum().item == 40_000)
        #expect(dropout(x, rate: 1, random: &random).abs().sum().item == 0)
    }
}
