import Hindsight
import HindsightTestSupport
import Testing

@Suite struct ModuleTests {
    final class Block: Module {
        let inner: Linear
        let norm = LayerNorm(4)
        init(_ random: inout RandomGenerator) { inner = Linear(4, 4, random: &random) }
    }

    final class Model: Module {
        let embedding: Embedding
        let blocks: [Block]
        let heads: [String: Linear]
        let output: Linear?
        let tied: Parameter
        let names = ["a", "b"]
        init(_ random: inout RandomGenerator) {
            embedding = Embedding(10, 4, random: &random)
            blocks = [Block(&random), Block(&random)]
            heads = ["start": Linear(4, 1, random: &random)]
            output = Linear(4, 10, bias: false, random: &random)
            tied = embedding.weight
        }
    }

    @Test func parametersAreNamedByTheirProperties() {
        var random = RandomGenerator(seed: 0)
        let model = Model(&random)
        let list = model.parameters
        #expect(
            list.names == [
                "embedding.weight", "blocks.0.inner.weight", "blocks.0.inner.bias",
                "blocks.0.norm.weight", "blocks.0.norm.bias", "blocks.1.inner.weight",
                "blocks.1.inner.bias", "blocks.1.norm.weight", "blocks.1.norm.bias",
                "heads.start.weight", "heads.start.bias", "output.weight",
            ])
        #expect(list.aliases == ["tied": "embedding.weight"])
        #expect(list["tied"] === model.embedding.weight)
        #expect(list.elementCount == 40 + 2 * (16 + 4 + 8) + 5 + 40)
        #expect(model.parameters === list)
    }

    final class Node: Module {
        let weight = Parameter(.zeros([1]))
        let children: [Leaf]
        init(_ children: [Leaf]) { self.children = children }
    }

    final class Leaf: Module, @unchecked Sendable {
        let weight = Parameter(.zeros([2]))
        var parent: Node?
    }

    @Test func modulesThatLeadBackAreVisitedOnce() {
        let leaf = Leaf()
        let node = Node([leaf])
        leaf.parent = node
        defer { leaf.parent = nil }
        #expect(node.parameters.names == ["weight", "children.0.weight"])
    }

    @Test func listsDieWithTheirHolders() {
        weak var parameter: Parameter?
        do {
            var random = RandomGenerator(seed: 0)
            let model = Linear(3, 3, random: &random)
            parameter = model.weight
            #expect(model.parameters.names == ["weight", "bias"])
        }
        #expect(parameter == nil)
    }

    @Test func frozenParametersHaveNoGradient() throws {
        var random = RandomGenerator(seed: 0)
        let model = Sequential {
            Linear(3, 4, random: &random)
            Linear(4, 1, random: &random)
        }
        let first = model.layers[0] as! Linear
        first.setTrainable(false)
        let x = random.normal([2, 3])
        let frozen = try valueAndGradients(of: model) { $0(x).sum() }.gradients
        #expect(frozen.variables.names == ["1.weight", "1.bias"])
        first.setTrainable(true)
        let all = try valueAndGradients(of: model) { $0(x).sum() }.gradients
        #expect(all.variables.names == ["0.weight", "0.bias", "1.weight", "1.bias"])
        #expect(bits(frozen["1.weight"]!) == bits(all["1.weight"]!))
    }

    @Test func fusedActivationsGiveTheSameBits() throws {
        var random = RandomGenerator(seed: 0)
        let x = random.normal([9, 13])
        let layer = Linear(13, 21, random: &random)
        let activations: [(any ActivationLayer)] = [
            ReLU(), GELU(), GELU(approximate: true), Tanh(), Sigmoid(), SiLU(),
        ]
        for activation in activations {
            let fused = Sequential([layer, activation])
            #expect(bits(fused(x)) == bits(activation(layer(x))))
            #expect(fused.parameters.names == ["0.weight", "0.bias"])
            let a = try valueAndGradients(of: fused) { $0(x).squared().sum() }
            let b = try valueAndGradients(of: layer) { activation($0(x)).squared().sum() }
            #expect(bits(a.value) == bits(b.value))
            #expect(bits(a.gradients["0.weight"]!) == bits(b.gradients["weight"]!))
        }
    }

    @Test func dropoutOnlyInTraining() {
        var random = RandomGenerator(seed: 0)
        let model = Sequential {
            if true { Dropout(0.5) }
            for _ in 0..<2 { ReLU() }
        }
        let x = Tensor.ones([100])
        #expect(model(x).sum().item == 100)
        #expect((model(x, training: &random) .== 0).sum().item > 20)
        #expect(model.layers.count == 3)
    }

    @Test func embeddingGradientsAddUpForRepeatedItems() throws {
        let table = Embedding(weight: Tensor([[1, 2], [3, 4], [5, 6]]))
        let (value, gradients) = try valueAndGradients(of: table) {
            $0(Tensor([2, 0, 2] as [Int64])).sum()
        }
        #expect(value.item == 25)
        #expect(gradients["weight"]!.array() == [1, 1, 0, 0, 2, 2] as [Float])
    }

    @Test func initializersHaveTheirSpread() {
        var random = RandomGenerator(seed: 0)
        func spread(_ initializer: Initializer) -> Float {
            initializer.draw([200, 300], 300, 200, &random).variance().item
        }
        #expect((spread(.kaimingNormal()) * 150 - 1).magnitude < 0.05)
        #expect((spread(.kaimingUniform()) * 150 - 1).magnitude < 0.05)
        #expect((spread(.xavierNormal()) * 250 - 1).magnitude < 0.05)
        #expect((spread(.xavierUniform()) * 250 - 1).magnitude < 0.05)
        #expect((spread(.fanInUniform) * 900 - 1).magnitude < 0.05)
        #expect(spread(.zeros) == 0 && Initializer.ones.draw([2], 1, 1, &random).sum().item == 2)
    }

    @Test func rmsNormScalesToAMeanSquareOfOne() throws {
        let layer = RMSNorm(3, epsilon: 0)
        #expect(layer.parameters.names == ["weight"])
        let x = Tensor([[1, 2, 2], [0, 0, 6]])
        let squares = layer(x).squared().mean(axes: 1)
        for square in squares.array(of: Float.self) { #expect((square - 1).magnitude < 1e-6) }
        let gradients = try valueAndGradients(of: layer) { $0(x).sum() }.gradients
        #expect(gradients["weight"]?.shape == [3])
        let given = RMSNorm(weight: Tensor([2, 2, 2] as [Float]), epsilon: 0)
        #expect(bits(given(x)) == bits(layer(x) * 2))
    }
}
