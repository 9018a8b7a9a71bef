import HindsightModelFiles
import Testing

@Suite struct JSONTests {
    @Test func readsEveryKindOfValue() throws {
        let value = try JSONValue(
            parsing:
                #" {"a": [null, true, false, 1, -2.5e-3, "x\"\u00e9\ud83d\ude00\n"], "b": {}} "#)
        #expect(
            value == [
                "a": [nil, true, false, 1, -2.5e-3, "x\"é😀\n"], "b": .object(JSONObject()),
            ])
        #expect(value["a"]?[5]?.asString == "x\"é😀\n")
        #expect(value["a"]?[6] == nil)
    }

    @Test func tellsIntegersFromOtherNumbers() throws {
        let value = try JSONValue(
            parsing:
                "[9223372036854775807, 9223372036854775808, -9223372036854775807, -0, 1.0, 1e2]")
        guard case .array(let values) = value else { return #expect(Bool(false)) }
        guard case .integer(.max) = values[0], case .number(9_223_372_036_854_775_808) = values[1],
            case .integer(-.max) = values[2], case .number(let zero) = values[3],
            case .number(1) = values[4], case .number(100) = values[5]
        else { return #expect(Bool(false), "\(values)") }
        #expect(zero.sign == .minus)
        #expect(values[5].asInteger == 100)
    }

    @Test func keepsTheOrderOfMembersAndFindsThemAmongMany() throws {
        let names = (0..<100).map { "key\(99 - $0)" }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        var object = try JSONValue(parsing: text).object()
        #expect(object.keys == names)
        #expect(names.allSatisfy { object[$0]?.asString == $0 })
        object["key50"] = nil
        object["new"] = 1
        #expect(object["key50"] == nil && object["key49"] == "key49" && object["new"] == 1)
        #expect(object.count == 100)
    }

    @Test func namesThatOnlyLookEqualAreTwo() throws {
        let value = try JSONValue(parsing: "{\"\u{e9}\": 1, \"e\u{301}\": 2}")
        #expect(value["\u{e9}"] == 1 && value["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{e9}") != JSONValue.string("e\u{301}"))
    }

    @Test func passesOverAByteOrderMark() throws {
        #expect(try JSONValue(parsing: "\u{FEFF}{\"a\": 1}")["a"] == 1)
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a value, the text ends"),
        ("{\n  \"a\": tru\n}", "line 2, column 8: expected a value, found 't'"),
        ("{\"é\": 1, \"é\": 2}", "line 1, column 10: the member \"é\" a second time"),
        ("[1, 2,]", "line 1, column 7: a comma without a value after it"),
        ("[1 2]", "line 1, column 4: expected ',' or ']', found '2'"),
        ("{a: 1}", "line 1, column 2: expected a member's name in quotes, found 'a'"),
        ("[01]", "line 1, column 2: a number with a leading zero"),
        ("[1.]", "line 1, column 4: expected a digit after the decimal point, found ']'"),
        ("[1e]", "line 1, column 4: expected a digit in the exponent, found ']'"),
        ("[-]", "line 1, column 3: expected a digit after '-', found ']'"),
        ("1e999", "line 1, column 1: a number beyond the range of 64-bit floating point"),
        ("\"abc", "line 1, column 1: a string without its closing quote"),
        ("\"\\x\"", "line 1, column 3: expected one of \"\\/bfnrtu after a backslash, found 'x'"),
        ("\"\\ud800\"", "line 1, column 2: half of a surrogate pair"),
        ("\"\\u12g4\"", "line 1, column 6: expected four hexadecimal digits after \\u, found 'g'"),
        ("\"a\tb\"", "column 3: a control character (byte 0x09) in a string: write it as \\u0009"),
        ("1 2", "line 1, column 3: expected the end of the text, found '2'"),
        ("NaN", "line 1, column 1: expected a value, found 'N'"),
    ])
    func saysWhereATextIsWrong(_ text: String, _ expected: String) {
        let said = message { try JSONValue(parsing: text, source: "config.json") }
        #expect(said.hasPrefix("config.json: ") && said.hasSuffix(expected), "\(said)")
    }

    @Test func refusesBrokenUTF8() {
        let bytes: [UInt8] = [0x5B, 0x22, 0xC3, 0x28, 0x22, 0x5D]
        let said = message {
            try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0) }
        }
        #expect(said == "JSON: line 1, column 2: a string that is not valid UTF-8")
    }

    @Test func refusesDeepNesting() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let deepest = try JSONValue(parsing: nested(JSONValue.maximumDepth))
        #expect(try deepest.text() == nested(JSONValue.maximumDepth))
        let said = message { try JSONValue(parsing: nested(100_000)) }
        #expect(said == "JSON: line 1, column 129: nested more than 128 deep")
        #expect(message { try JSONValue.array([deepest]).text() }.contains("more than 128 deep"))
    }

    @Test func gettersNameFileAndPath() throws {
        try Place.withFolder { folder in
            let path = folder + "/config.json"
            try Place.write(
                #"{"hidden_size": "abc", "x": {"y": [1, {"z": 2.5}]}, "n": null}"#, to: path)
            let config = try JSONValue(file: path)
            #expect(
                message { try config.integer("hidden_size") }
                    == "\(path): hidden_size: expected an integer, found \"abc\"")
            #expect(
                message { try config.integer("x", "y", 1, "z") }
                    == "\(path): x.y[1].z: expected an integer, found 2.5")
            #expect(
                message { try config.string("layers") }
                    == "\(path): layers: expected a string, found nothing")
            #expect(
                message { try config.bool("n") }
                    == "\(path): n: expected true or false, found null")
            #expect(
                message { try config.number("x", "y") }
                    == "\(path): x.y: expected a number, found an array of 2")
            #expect(try config.number("x", "y", 0) == 1)
            #expect(config.value("n") == nil)
        }
    }

    @Test func writesWhatItReads() throws {
        let value: JSONValue = [
            "text": "quote \" backslash \\ newline \n bell \u{7} é 😀", "empty": [],
            "none": .object(JSONObject()),
            "numbers": [0, -1, 0.1, 1e-12, .number(.leastNonzeroMagnitude), 1.7e308, 1.0],
            "nested": [["a": nil], true],
        ]
        for layout in [JSONValue.Layout.compact, .indented] {
            #expect(try JSONValue(parsing: value.text(layout)) == value)
        }
        #expect(
            try (["a": [1, 2.5], "b": "x\u{1}"] as JSONValue).text(.indented)
                == "{\n  \"a\": [\n    1,\n    2.5\n  ],\n  \"b\": \"x\\u0001\"\n}")
        #expect(message { try JSONValue.number(.nan).text() }.contains("nan"))
    }

    @Test func readsTheDemoModelsTokenizer() throws {
        let value = try JSONValue(file: Place.model() + "/tokenizer.json")
        #expect(try value.object("model", "vocab").count == 30522)
        #expect(try value.integer("model", "vocab", "[CLS]") == 101)
        #expect(try JSONValue(parsing: value.text()) == value)
    }

    /// What is accepted must survive writing and reading; everything else must throw.
    @Test func survivesMutatedTexts() throws {
        let seeds = [
            #"{"a":[1,-2.5e10,"x\u00e9\ud83d\ude00"],"b":{"c":null,"d":[true,false]}}"#,
            #"[[[[{"k":[0,0.0,1e5,-0]}]]],"\\\"\/\b\f\n\r\t"]"#,
            "{\"vocab\":{\"é\":0,\"[PAD]\":1},\"merges\":[\"a b\",\"c d\"]}",
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: 1)
        var accepted = 0
        for round in 0..<240_000 {
            let bytes = mutator.mutated(seeds[round % seeds.count])
            try bytes.withUnsafeBufferPointer { text in
                guard let value = try? JSONValue(parsing: text) else { return }
                accepted += 1
                let again = try JSONValue(parsing: value.text())
                #expect(again == value)
            }
        }
        #expect(accepted > 1000)
    }
}
