import Hindsight
import HindsightTestSupport
import Testing

/// A captured function gives the same bits as the same function run eagerly.
@Suite struct CaptureTests {
    @Test(arguments: FixtureTests.groups)
    func everyOperation(_ group: String) throws {
        for fixture in try FixtureFile(group).cases {
            let inputs = fixture.numbered("input")
            let body: CapturedFunction.Body = { inputs, _ in
                let outputs = perform(fixture, inputs)
                guard fixture.tensors["grad0"] != nil else { return outputs }
                return outputs
                    + (try valueAndGradients(at: inputs) { objective(fixture, $0) }.gradients)
            }
            var random = RandomGenerator(seed: 0)
            let eager = try body(inputs, &random)
            let captured = CapturedFunction(body)
            for _ in 0..<2 {
                let replayed = try captured(inputs)
                #expect(eager.map(bits) == replayed.map(bits), "\(fixture)")
                #expect(eager.map(\.shape) == replayed.map(\.shape), "\(fixture)")
            }
        }
    }

    @Test func seesNewInputsAndVariables() throws {
        let weight = Variable(Tensor([1, 2, 3] as [Float]))
        let double = CapturedFunction { inputs, _ in [inputs[0] * weight.value + 1] }
        #expect(try double([Tensor([1, 1, 1] as [Float])])[0].array() == [2, 3, 4] as [Float])
        weight.assign(Tensor([0, 10, 20] as [Float]))
        #expect(try double([Tensor([1, 2, 3] as [Float])])[0].array() == [1, 21, 61] as [Float])
    }

    @Test func keepsAPlanForEachShape() throws {
        let sum = CapturedFunction(planLimit: 2) { inputs, _ in [inputs[0].sum()] }
        for count in [3, 5, 3, 7, 5] {
            #expect(try sum([Tensor.ones([count])])[0].item == Float(count))
        }
        let first = try sum.plan(for: [Tensor.ones([7])])
        #expect(try sum.plan(for: [Tensor.ones([7])]) === first)
        _ = try sum.plan(for: [Tensor.ones([1])])
        _ = try sum.plan(for: [Tensor.ones([2])])
        #expect(try sum.plan(for: [Tensor.ones([7])]) !== first)
    }

    @Test func outputsAreValuesOfTheirOwn() throws {
        let constant = Tensor([5, 6] as [Float])
        let function = CapturedFunction { inputs, _ in
            let doubled = inputs[0] * 2
            return [inputs[0], doubled, doubled, doubled[0..<1], constant]
        }
        let first = try function([Tensor([1, 2] as [Float])])
        let second = try function([Tensor([3, 4] as [Float])])
        #expect(first.map { $0.array() as [Float] } == [[1, 2], [2, 4], [2, 4], [2], [5, 6]])
        #expect(second.map { $0.array() as [Float] } == [[3, 4], [6, 8], [6, 8], [6], [5, 6]])
    }

    @Test func randomNumbersAreAnInput() throws {
        let function = CapturedFunction { inputs, random in
            let first = dropout(inputs[0], rate: 0.5, random: &random)
            let noise = random.normal([7])
            return [first, dropout(inputs[0], rate: 0.3, random: &random), noise]
        }
        let x = Tensor.ones([101])
        var captured = RandomGenerator(seed: 5), eager = RandomGenerator(seed: 5)
        var seen: Set<[UInt8]> = []
        for _ in 0..<4 {
            let replayed = try function([x], random: &captured)
            let first = dropout(x, rate: 0.5, random: &eager)
            let noise = eager.normal([7])
            let second = dropout(x, rate: 0.3, random: &eager)
            #expect(replayed.map(bits) == [first, second, noise].map(bits))
            #expect(captured.state == eager.state)
            seen.insert(bits(replayed[0]))
        }
        #expect(seen.count == 4)
    }

    @Test func constantsMadeInsideStay() throws {
        let function = CapturedFunction { inputs, _ in
            let table = Tensor([10, 20, 30] as [Float])
            return [table.rows(inputs[0]) + Tensor.arange(2)]
        }
        #expect(try function([Tensor([2, 0] as [Int64])])[0].array() == [30, 11] as [Float])
    }

    @Test func reusesItsMemory() throws {
        let chain = CapturedFunction { inputs, _ in
            [(0..<50).reduce(inputs[0]) { x, _ in x.tanh() }]
        }
        let plan = try chain.plan(for: [Tensor.ones([1000])])
        #expect(plan.operationCount == 50)
        #expect(plan.arenaByteCount <= 3 * 4096)
    }
}
