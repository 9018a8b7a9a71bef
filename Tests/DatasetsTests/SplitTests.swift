import HindsightDatasets
import Testing

@Suite struct SplitTests {
    /// Texts 0, 1, …; class a 70 %, b 25 %, c 5 %.
    private func table(_ count: Int) throws -> TextTable {
        let labels = (0..<count).map { $0 % 20 < 14 ? "a" : $0 % 20 < 19 ? "b" : "c" }
        return try TextTable(texts: (0..<count).map { "text \($0)" }, labels: labels)
    }

    @Test(arguments: [40, 100, 997, 2000]) func partsAreDisjointCompleteAndInProportion(
        _ count: Int
    ) throws {
        let table = try table(count)
        let split = try table.split(validation: 0.1, test: 0.15, seed: 3)
        let texts = [split.train, split.validation, split.test].map { Array($0.texts) }
        #expect(Set(texts.joined()).count == count)
        #expect(texts.map(\.count).reduce(0, +) == count)
        #expect(split.test.count == Int((Double(count) * 0.15).rounded()))
        #expect(split.validation.count == Int((Double(count) * 0.1).rounded()))
        let totals = counts(table.examples)
        for (part, fraction) in [(split.validation, 0.1), (split.test, 0.15)] {
            for (found, total) in zip(counts(part), totals) {
                #expect(abs(Double(found) - Double(total) * fraction) <= 1)
            }
        }
        #expect(split.train.lines == split.train.lines.sorted())
    }

    @Test func theSeedDecides() throws {
        let table = try table(200)
        let first = try table.split(validation: 0.1, test: 0.1, seed: 7)
        #expect(try table.split(validation: 0.1, test: 0.1, seed: 7).test == first.test)
        #expect(try table.split(validation: 0.1, test: 0.1, seed: 8).test != first.test)
        // Written down once: another machine or a later version must find the same.
        #expect(first.test.lines == Self.golden)
    }

    private static let golden = [
        6, 19, 33, 34, 39, 45, 54, 58, 65, 88, 91, 105, 111, 118, 130, 133, 146, 162, 195, 200,
    ]

    private func counts(_ examples: TextExamples) -> [Int] {
        (0..<3).map { place in (examples.classes ?? []).count { Int($0) == place } }
    }

    @Test func aRareClassStaysInTrain() throws {
        let labels = [String](repeating: "a", count: 8) + ["rare"]
        let table = try TextTable(texts: (0..<9).map { "\($0)" }, labels: labels)
        for seed in 0..<20 as Range<UInt64> {
            let split = try table.split(validation: 0.3, test: 0.3, seed: seed)
            #expect(split.train.classes?.contains(1) == true)
        }
    }

    @Test func otherTargets() throws {
        let texts = (0..<500).map { "t\($0)" }
        let numbers = try TextTable(texts: texts, values: (0..<500).map { Float($0 * $0) })
        let means = try numbers.split(test: 0.2, seed: 1).test.values!.reduce(0, +) / 100
        let all = numbers.examples.values!.reduce(0, +) / 500
        #expect(abs(means - all) < 0.05 * all)
        let sets = try TextTable(
            texts: texts, labelSets: (0..<500).map { $0 % 50 == 0 ? ["r", "s"] : ["s"] })
        let rare = try sets.split(test: 0.2, seed: 1).test.labelSets!
        #expect((0..<rare.count).count { rare[$0].count == 2 } == 2)
        #expect(try TextTable(texts: texts).split(test: 0.2, seed: 1).test.count == 100)
    }

    @Test func badFractions() throws {
        let table = try table(20)
        for (validation, test) in [(-0.1, 0.1), (0.5, 0.5), (.nan, 0), (1, 0)] {
            expectError("fractions must be at least 0") {
                _ = try table.split(validation: validation, test: test, seed: 0)
            }
        }
        expectError("too few to hold out") { _ = try table.split(test: 0.001, seed: 0) }
        expectError("cannot be divided into 21 folds") { _ = try table.folds(21, seed: 0) }
    }

    @Test func folds() throws {
        let table = try table(203)
        let folds = try table.folds(5, seed: 2)
        #expect(folds.count == 5)
        var held: [String] = []
        let totals = counts(table.examples)
        for fold in folds {
            #expect(fold.train.count + fold.validation.count == 203)
            #expect(Set(fold.train.texts).isDisjoint(with: fold.validation.texts))
            #expect([40, 41].contains(fold.validation.count))
            for (found, total) in zip(counts(fold.validation), totals) {
                #expect(abs(Double(found) - Double(total) / 5) < 1)
            }
            held += fold.validation.texts
        }
        #expect(Set(held).count == 203)
    }

    @Test func duplicatesInOneTable() throws {
        let table = try TextTable(
            texts: ["Good  film", "bad", " good film\n", "BAD\u{A0}", "ÄRGER", "ärger", "ok"],
            labels: ["p", "n", "n", "n", "n", "n", "p"])
        let split = try table.split(test: 0.25, seed: 0)
        #expect(split.train.count + split.test.count == 4)
        let report = split.report.duplicates
        #expect((report.within, report.across, report.conflicting) == (3, 0, 1))
        let conflict = try #require(report.occurrences.first { $0.conflict != nil })
        #expect((conflict.removedLine, conflict.keptLine) == (3, 1))
        #expect(conflict.conflict == ["n", "p"])
        #expect(split.report.description.contains("duplicates removed: 3"))
        #expect(try table.split(test: 0.2, seed: 0, removingDuplicates: false).train.count == 6)
    }

    @Test func duplicatesAcrossFiles() throws {
        let train = try TextTable(texts: ["a", "b", "c", "d"], labels: ["x", "y", "x", "y"])
        let labels = train.labels
        let validation = try TextTable(texts: ["B", "e"], labels: ["y", "x"], vocabulary: labels)
        let test = try TextTable(
            texts: ["E ", "a", "a"], labels: ["y", "x", "x"], vocabulary: labels)
        let split = try TextSplit(train: train, validation: validation, test: test)
        #expect(Array(split.test.texts) == ["E ", "a"])
        #expect(Array(split.validation.texts) == ["B"])
        #expect(Array(split.train.texts) == ["c", "d"])
        let report = split.report.duplicates
        #expect((report.within, report.across, report.conflicting) == (1, 3, 1))
        let mixed = try train.split(validation: 0.34, test: test, seed: 0)
        #expect(mixed.train.count + mixed.validation.count == 3)
        #expect(!mixed.train.texts.contains("a"))
        let other = try TextTable(texts: ["a"], values: [1])
        expectError("different tasks, classes") { _ = try TextSplit(train: train, test: other) }
        let same = try TextTable(texts: ["a"], labels: ["x"], vocabulary: labels)
        expectError("no example is left") { _ = try TextSplit(train: same, test: train) }
    }

    @Test func theReportWarns() throws {
        let labels = [String](repeating: "a", count: 99) + ["b"]
        let table = try TextTable(
            texts: (0..<100).map { $0 == 0 ? " " : "t \($0)" }, labels: labels)
        let report = try table.split(test: 0.2, seed: 0).report
        #expect(report.warnings.contains { $0.contains("test: no example of “b”") })
        #expect(report.warnings.contains { $0.contains("one class has") })
        #expect(report.warnings.contains { $0.contains("1 empty texts") })
        #expect(report.description.contains("train: 80 examples; a 79 (98.8 %), b 1 (1.3 %)"))
        #expect(report.parts[0].words?.maximum == 2)
    }
}
