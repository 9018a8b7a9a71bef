import Foundation
import Testing

/// `--precision int8` of predict and evaluate.
@Suite struct PrecisionTests {
    @Test("predict and evaluate with 8-bit layers agree with float32 on a model that is sure")
    func commands() throws {
        let shop = try Workshop()
        try shop.write("recipe.yaml", shop.recipe())
        try #require(try Program.run(["tune", "recipe.yaml"], in: shop.path).code == 0)
        let words = ["predict", "last", "--json", "--text", "a superb film", "--precision"]
        var labels: [String] = []
        for precision in ["float32", "int8"] {
            let outcome = try Program.run(words + [precision], in: shop.path)
            #expect(outcome.code == 0)
            labels.append(try #require(try outcome.event("prediction")?["label"] as? String))
        }
        #expect(labels[0] == labels[1])
        var accuracies: [Double] = []
        for precision in ["float32", "int8"] {
            let outcome = try Program.run(
                ["evaluate", "last", "--data", "data.csv", "--json", "--precision", precision],
                in: shop.path)
            let metrics = try outcome.event("evaluation")?["metrics"] as? [String: Any]
            accuracies.append(try #require(metrics?["accuracy"] as? Double))
        }
        #expect(abs(accuracies[0] - accuracies[1]) <= 0.05)
        let wrong = try Program.run(words + ["int3"], in: shop.path)
        #expect(wrong.code != 0 && wrong.errors.contains("int8"))
    }
}
