import Foundation
import Testing

/// What a stranger is told of input that is wrong: the exit code, the place, and what to do.
@Suite struct BadInputTests {
    @Test(
        "what is wrong, where, and what to do",
        arguments: BadInput.ofData + BadInput.ofModels + BadInput.ofPlaces)
    func told(_ one: BadInput.Case) throws {
        let shop = try Workshop()
        try shop.write("recipe.yaml", shop.recipe())
        let arguments = ["tune", "recipe.yaml"] + (try one.spoil(shop))
        let outcome = try Program.run(arguments, in: shop.path)
        #expect(outcome.code == one.code, "\(outcome.output)\(outcome.errors)")
        for part in one.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        // Nothing of the program's inside.
        for word in ["Fatal", "NSCocoa", "NSPOSIX", "Optional(", "Swift."] {
            #expect(!outcome.errors.contains(word), "\(outcome.errors)")
        }
        let isKept = FileManager.default.fileExists(atPath: "\(shop.path)/runs/tune-1")
        #expect(isKept == one.begins)
        #expect(outcome.errors.contains("go on with: hindsight tune --resume tune-1") == one.begins)
    }

    @Test("what is wrong is an object with --json")
    func json() throws {
        let shop = try Workshop()
        try shop.write("recipe.yaml", shop.recipe())
        try shop.write("data.csv", "text,labl\na,b\n")
        let outcome = try Program.run(["tune", "recipe.yaml", "--json"], in: shop.path)
        let error = try #require(try outcome.event("error"))
        #expect((error["message"] as? String)?.contains("data.csv: has no column “label”") == true)
        #expect(error["code"] as? Int == 2 && outcome.code == 2)
    }

    @Test("predictions and outcomes: unknown ids, unknown labels, files that lack a column")
    func afterTuning() throws {
        let shop = try Workshop()
        try shop.write("recipe.yaml", shop.recipe())
        try #require(try Program.run(["tune", "recipe.yaml"], in: shop.path).code == 0)
        try shop.write("ids.csv", "id,label\nnothing,good\nneither,great\n")
        try shop.write("words.csv", "words\na film\n")
        let cases: [([String], Int32, [String])] = [
            (
                ["outcome", "last", "--id", "nothing", "--label", "good"], 1,
                ["no prediction has the id `nothing`", "hindsight predict"]
            ),
            (
                ["outcome", "last", "--id", "nothing", "--label", "great"], 1,
                ["\"great\" is none of the labels that tune-1 knows: bad, good"]
            ),
            (
                ["outcome", "last", "--file", "ids.csv"], 1,
                ["2 of 2 outcomes", "line 2: no prediction", "line 3: the outcome \"great\""]
            ),
            (
                ["outcome", "last", "--file", "data.csv"], 1,
                ["data.csv: needs the columns id and label"]
            ),
            (
                ["outcome", "other", "--id", "x", "--label", "good"], 1,
                ["no run is called `other`", "tune-1"]
            ),
            (
                ["predict", "last", "--input", "words.csv", "--output", "o.csv"], 2,
                ["words.csv: has no column “text”"]
            ),
            (
                ["predict", "last", "--input", "data.csv", "--output", "/proc/o.csv"], 2,
                ["/proc/o.csv: cannot be written"]
            ),
            (["evaluate", "last", "--data", "words.csv"], 2, ["words.csv: has no column"]),
            (["export", "last", "--output", "/proc/o"], 1, ["/proc/o: could not make the folder"]),
            (["models", "inspect", "data.csv"], 1, ["data.csv"]),
        ]
        for (arguments, code, says) in cases {
            let outcome = try Program.run(arguments, in: shop.path)
            #expect(outcome.code == code, "\(arguments) \(outcome.output)\(outcome.errors)")
            for part in says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        }
        #expect(!FileManager.default.fileExists(atPath: "\(shop.path)/o.csv"))
    }

    @Test("training that diverges is stopped, the best model is kept, and the reason is told")
    func divergence() throws {
        let shop = try Workshop()
        try shop.write("recipe.yaml", shop.recipe())
        let outcome = try Program.run(
            [
                "tune", "recipe.yaml", "--json", "--set", "optimizer.learning_rate=10", "--set",
                "optimizer.name=sgd", "--set", "clip=null",
            ], in: shop.path)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let finished = try #require(try outcome.event("finished"))
        #expect(finished["reason"] as? String == "diverged")
        #expect((finished["explanation"] as? String)?.hasPrefix("diverged: loss was") == true)
        let warning = try #require(try outcome.event("warning")?["message"] as? String)
        #expect(
            warning.contains("fine-tuning made it worse") || warning.contains("smaller optimizer"))
        // The model of the end would be far off: its loss was.
        let loss = try #require((finished["best"] as? [String: Any])?["loss"] as? Double)
        #expect(loss < 1)
        let run = try shop.openStore().find("last")
        #expect(run.status == .stopped)
        #expect(try Program.run(["predict", "last", "--text", "a film"], in: shop.path).code == 0)
    }

    @Test("an empty list is a list in JSON, and no tests are an empty object")
    func emptyLists() throws {
        let shop = try Workshop()
        try shop.write("recipe.yaml", shop.recipe())
        let outcome = try Program.run(
            ["tune", "recipe.yaml", "--json", "--set", "data.test=null", "--set", "epochs=1"],
            in: shop.path)
        let finished = try #require(try outcome.event("finished"))
        #expect((finished["tests"] as? [String: Any])?.isEmpty == true)
        #expect(finished["test"] is NSNull)
        _ = try Program.run(["runs", "prune"], in: shop.path)
        let pruned = try Program.run(["runs", "prune", "--json"], in: shop.path).event("pruned")
        #expect((pruned?["paths"] as? [Any])?.isEmpty == true)
    }
}
