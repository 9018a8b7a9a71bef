import HindsightDatasets
import Testing

@Suite struct TextTableTests {
    private let scratch: Scratch
    private let columns = TextColumns(text: "text", label: "label")

    init() throws { scratch = try Scratch() }

    private func table(
        _ text: String, _ name: String = "t.csv", _ task: TextTask = .classification,
        _ columns: TextColumns? = nil, labels: LabelVocabulary? = nil
    ) throws -> TextTable {
        try TextTable(
            path: scratch.file(name, text), columns: columns ?? self.columns, task: task,
            labels: labels)
    }

    @Test func classes() throws {
        let csv = try table("label,text\n positive ,a\nnegative,\"b, c\"\npositive,\n")
        #expect(csv.labels?.names == ["negative", "positive"])
        #expect(csv.examples.classes == [1, 0, 1])
        #expect(Array(csv.examples.texts) == ["a", "b, c", ""])
        #expect(csv.examples.lines == [2, 3, 4])
        let integers = try table("text\tlabel\na\t10\nb\t9\nc\t-1\n", "t.tsv")
        #expect(integers.labels?.names == ["-1", "9", "10"])
        #expect(integers.examples.classes == [2, 1, 0])
        let json = try table(
            "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":\"0\"}", "t.jsonl")
        #expect(json.labels?.names == ["0", "1"])
    }

    @Test func pairsIdsAndWeights() throws {
        let all = TextColumns(
            text: "a", secondText: "b", label: "y", id: "id", weight: "w")
        let table = try table("id,a,b,y,w\n7,x,y,1,0.5\n8,z,,2e-1,2\n", "p.csv", .regression, all)
        #expect(table.examples.values == [1, 0.2])
        #expect(table.examples.secondTexts.map(Array.init) == ["y", ""])
        #expect(table.examples.ids.map(Array.init) == ["7", "8"])
        #expect(table.examples.weights == [0.5, 2])
        expectError(line: 2, "a weight of at least 0") {
            _ = try self.table("id,a,b,y,w\n7,x,y,1,-1\n", "p.csv", .regression, all)
        }
    }

    @Test func severalLabels() throws {
        let column = TextColumns(text: "text", label: "label", labelSeparator: ";")
        let csv = try table(
            "text,label\na,x; y\nb,\nc,y;y;\n", "m.csv", .multiLabelClassification, column)
        #expect(csv.labels?.names == ["x", "y"])
        #expect(csv.examples.labelSets == LabelSets([[0, 1], [], [1]]))
        #expect(
            csv.examples.labelSets?.multiHot([0, 1, 2], classCount: 2) == [1, 1, 0, 0, 0, 1])
        let json = try table(
            "{\"text\":\"a\",\"label\":[\"q\",\"\\u0062\"]}\n{\"text\":\"b\",\"label\":[]}\n"
                + "{\"text\":\"c\",\"label\":null}", "m.jsonl", .multiLabelClassification)
        #expect(json.labels?.names == ["b", "q"])
        #expect(json.examples.labelSets == LabelSets([[0, 1], [], []]))
        let many = TextColumns(text: "text", labelColumns: ["toxic", "rude"])
        let indicators = try table(
            "text,rude,toxic\na,1,0\nb,true,1\n", "m.csv", .multiLabelClassification, many)
        #expect(indicators.labels?.names == ["toxic", "rude"])
        #expect(indicators.examples.labelSets == LabelSets([[1], [0, 1]]))
        expectError(line: 2, "column “rude” needs 0 or 1, found 2") {
            _ = try table("text,rude,toxic\na,2,0\n", "m.csv", .multiLabelClassification, many)
        }
    }

    @Test func wrongColumnsAndLabels() throws {
        expectError(
            .missingColumn("label", present: ["text", "lable"]),
            "has no column “label”. Columns: “text”, “lable”. Did you mean “lable”?"
        ) { _ = try table("text,lable\na,b\n") }
        expectError(.noRecords) { _ = try table("text,label\n") }
        expectError(.oneClass("x"), "every example has the label “x”") {
            _ = try table("text,label\na,x\nb,x\n")
        }
        expectError(.missingValue(column: "label"), line: 3) {
            _ = try table("text,label\na,x\nb, \n")
        }
        let known = try LabelVocabulary(["negative", "positive"])
        expectError(
            .unseenLabel("positve", known: known.names), line: 3,
            "Known labels: “negative”, “positive”", "Did you mean “positive”?"
        ) { _ = try table("text,label\na,negative\nb,positve\n", labels: known) }
        #expect(try table("text,label\na,positive\n", labels: known).examples.classes == [1])
        expectError(line: 2, "column “text” has no value") {
            _ = try table(
                "{\"text\":\"a\",\"label\":1}\n{\"label\":1}", "t.jsonl")
        }
        expectError(line: 1, "column “text” needs a text, found a list") {
            _ = try table("{\"text\":[1],\"label\":1}", "t.jsonl")
        }
        expectError("label column is needed") {
            _ = try table("text\na\n", "t.csv", .regression, TextColumns(text: "text"))
        }
        #expect(try table("text\na\n", "t.csv", .unlabelled, .init(text: "text")).count == 1)
    }

    @Test(arguments: ["NaN", "inf", "-Infinity", "1e39", "0,5", "0x10", "abc", "1 2", "--1"])
    func badNumbers(_ value: String) throws {
        expectError(.notANumber(column: "label", found: value), line: 3) {
            _ = try table("text,label\na,1\nb,\"\(value)\"\n", "r.csv", .regression)
        }
    }

    @Test func emptyNumber() throws {
        expectError(.missingValue(column: "label"), line: 2) {
            _ = try table("text,label\na,\n", "r.csv", .regression)
        }
    }

    @Test func folders() throws {
        _ = try scratch.file("f/pos/2.txt", "second")
        _ = try scratch.file("f/pos/1.txt", [0xEF, 0xBB, 0xBF] + Array("first\n".utf8))
        _ = try scratch.file("f/pos/ignored.md", "no")
        _ = try scratch.file("f/neg/1.txt", "")
        let table = try TextTable(folder: scratch.path + "/f")
        #expect(Array(table.examples.texts) == ["", "first\n", "second"])
        #expect(table.examples.classes == [0, 1, 1])
        #expect(table.examples.ids.map(Array.init) == ["neg/1.txt", "pos/1.txt", "pos/2.txt"])
        _ = try scratch.file("f/neg/2.txt", [65, 10, 0xFF])
        expectError(.malformedText(encoding: .utf8, byteOffset: 2), line: 2, "neg/2.txt") {
            _ = try TextTable(folder: scratch.path + "/f")
        }
        expectError("cannot be opened") { _ = try TextTable(folder: scratch.path + "/none") }
        _ = try scratch.file("one/a/1.txt", "x")
        expectError(.oneClass("a")) { _ = try TextTable(folder: scratch.path + "/one") }
    }

    @Test func arrays() throws {
        let table = try TextTable(texts: ["a", "b"], labels: ["y", "x"])
        #expect(table.examples.classes == [1, 0])
        expectError("2 texts need as many targets, not 1") {
            _ = try TextTable(texts: ["a", "b"], labels: ["y"])
        }
        expectError(line: 2, "finite") { _ = try TextTable(texts: ["a", "b"], values: [1, .nan]) }
    }
}
