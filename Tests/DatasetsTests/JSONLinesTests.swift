import HindsightDatasets
import Testing

@Suite struct JSONLinesTests {
    private func read(
        _ text: String, keys: [String]? = nil, _ format: TextFormat = TextFormat()
    ) throws -> [[String?]] {
        let reader = try JSONLinesReader(
            bytes: Array(text.utf8), name: "t.jsonl", keys: keys, format: format)
        var rows: [[String?]] = []
        while try reader.next() { rows.append(reader.columns.indices.map { reader[$0] }) }
        return rows
    }

    @Test func readsValues() throws {
        let text = #"""
            {"text":"a \"q\" \u00e9\n\ud83d\ude00\/","n":-1.5e+3,"flag":true,"none":null}

            { "flag" : false, "extra":{"a":[1,{"b":[]}]}, "t\u0065xt":"漢" , "n":0 }
            """#
        #expect(
            try read(text) == [
                ["a \"q\" é\n😀/", "-1.5e+3", "true", nil], ["漢", "0", "false", nil],
            ])
        #expect(try read(text + "\r\n", keys: ["n"]) == [["-1.5e+3"], ["0"]])
    }

    @Test(arguments: [
        ("{\"a\":1", "expected “,” or “}”", 7), ("[1]", "expected an object", 1),
        ("{\"a\":NaN}", "NaN", 6), ("{\"a\":01}", "must not begin with 0", 8),
        ("{\"a\":\"x", "never closed", 8), ("{\"a\":1} x", "text after the object", 9),
        ("{\"a\":1,\"a\":2}", "occurs twice", 8), ("{\"a\":\"\u{1}\"}", "control character", 7),
        ("{\"a\":\"\\x\"}", "unknown escape", 8), ("{\"a\":\"\\ud800\"}", "surrogate", 7),
        ("{a:1}", "expected a key", 2), ("{\"a\" 1}", "expected “:”", 6),
        ("{\"a\":tru}", "expected a value", 6), ("{\"a\":1.}", "expected a digit", 8),
        ("{\"a\":\"\\u12g4\"}", "hexadecimal", 11),
    ])
    func malformedLinesSayWhere(_ line: String, _ message: String, _ column: Int) {
        expectError(line: 3, "t.jsonl, line 3: byte \(column) of the line", message) {
            _ = try read("{\"a\":1}\n\n\(line)\n")
        }
    }

    @Test func depthAndNumbersAreBounded() throws {
        let deep = String(repeating: "[", count: 100_000)
        expectError(line: 1, "nested too deep") {
            _ = try read("{\"a\":1,\"b\":\(deep)}", keys: ["a"])
        }
        expectError(line: 1, "nested too deep") { _ = try read("{\"a\":\(deep)}") }
        let items = String(repeating: "1,", count: 70_000)
        expectError(line: 1, "more than 65536 items") { _ = try read("{\"a\":[\(items)1]}") }
        let keys = (0..<1025).map { "\"k\($0)\":1" }.joined(separator: ",")
        expectError(.tooManyColumns(limit: 1024), line: 1) { _ = try read("{\(keys)}") }
        #expect(try read("{\(keys)}", keys: ["k1000"]) == [["1"]])
    }

    @Test func missingKeysAndEmptyFiles() throws {
        expectError(
            .missingColumn("txet", present: ["text", "label"]), line: 1, "Did you mean “text”?"
        ) { _ = try read("{\"text\":\"a\",\"label\":1}", keys: ["txet"]) }
        expectError(.empty) { _ = try read("\n \n") }
        #expect(
            try read("{\"a\":\"\\ud800x\"}", TextFormat(malformedText: .replace)) == [["\u{FFFD}x"]]
        )
    }
}
