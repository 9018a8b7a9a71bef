import Foundation
import HindsightDatasets
import Testing

@Suite struct CSVReaderTests {
    @Test func readsQuotesAndLineEnds() throws {
        #expect(
            try records("a,\"b \"\"q\"\", c\"\r\n\"x\ny\",\"\"\nlast,row")
                == [["a", "b \"q\", c"], ["x\ny", ""], ["last", "row"]])
        #expect(try records("a,b\rc,d\r\re,f\r") == [["a", "b"], ["c", "d"], ["e", "f"]])
        #expect(try records("\n\na,b\n\r\n \"q\",\n") == [["a", "b"], [" \"q\"", ""]])
        #expect(try records("a\"b\"c,,\n") == [["a\"b\"c", "", ""]])
        #expect(try records("\"\"\n") == [[""]])
    }

    @Test func linesAreThoseOfTheFile() throws {
        let text = "id,text\r\n1,\"two\r\nlines\"\r\n\r\n2,x\r3,\"\r\n\n\"\n4,y"
        let reader = try CSVReader(bytes: Array(text.utf8))
        #expect(reader.columns == ["id", "text"])
        var lines: [Int] = []
        while try reader.next() { lines.append(reader.line) }
        #expect(lines == [2, 5, 6, 9])
    }

    @Test func findsTheDelimiter() throws {
        func found(_ text: String, _ name: String) throws -> Unicode.Scalar {
            try CSVReader(bytes: Array(text.utf8), name: name).delimiter
        }
        #expect(try found("a,b\n", "x.tsv") == "\t")
        #expect(try found("a\tb,c\n", "x.TAB") == "\t")
        #expect(try found("a;b;c,d\n1;2", "x.csv") == ";")
        #expect(try found("\"a;b;c\",d\n", "x.csv") == ",")
        #expect(try found("a|b\n;;;;", "x.txt") == "|")
        #expect(try found("text\n;;;;", "x.txt") == ",")
    }

    @Test func plainTabsKeepQuotes() throws {
        let reader = try CSVReader(
            bytes: Array("a\tb\n\"x\t\"y\" z\n".utf8), format: .plainTabs)
        #expect(try reader.next())
        #expect(reader.record == ["\"x", "\"y\" z"])
    }

    @Test func recordsLongerThanTheBuffer() throws {
        let long = String(repeating: "é\"\n", count: 300_000)
        let quoted = "\"" + long.replacing("\"", with: "\"\"") + "\""
        let rows = try records("a,b\n\(quoted),\(quoted)\nc,d\n")
        #expect(rows == [["a", "b"], [long, long], ["c", "d"]])
        var format = headless()
        format.maximumRecordBytes = 100_000
        expectError(.recordTooLong(limit: 100_000), line: 2) {
            _ = try records("a,b\n\(quoted),x\n", format)
        }
    }

    @Test func agreesWithPython() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/datasets/csv_tables.txt")
        let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3000)
        var equal = 0
        for line in lines {
            let parts = line.split(separator: " ")
            let words = [parts[0], parts[1], parts[3]].map { decoded($0) }
            let format = headless(words[0].unicodeScalars.first)
            let expected = words[2].split(separator: "\u{1E}", omittingEmptySubsequences: false).map
            {
                $0.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
            }
            let isRagged = Set(expected.map(\.count)).count > 1
            do {
                let found = try records(words[1], format)
                #expect(parts[2] == "ok" && found == expected, "\(words[1].debugDescription)")
                equal += 1
            } catch let error as DatasetError {
                switch error.problem {
                case .unclosedQuote, .textAfterQuote, .raggedRow:
                    #expect(parts[2] == "error" || isRagged, "\(words[1].debugDescription)")
                case .empty: #expect(!words[1].contains { !$0.isNewline }, "\(words)")
                default: Issue.record("\(error)")
                }
            }
        }
        #expect(equal > 1800)
    }

    private func decoded(_ hexadecimal: Substring) -> String {
        if hexadecimal == "-" { return "" }
        let digits = Array(hexadecimal.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)!
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func malformedFilesSayWhere() throws {
        expectError(.empty, "t.csv: is empty") { _ = try records("") }
        expectError(.empty) { _ = try records("\u{FEFF}\n\r\n") }
        expectError(
            .raggedRow(expected: 2, found: 3), line: 4, "t.csv, line 4: expected 2 columns, found 3"
        ) { _ = try records("a,b\n1,\"\n\"\n1,2,3\n") }
        expectError(.unclosedQuote, line: 3, "never closed") { _ = try records("a\nb\n\"c\nd\n\n") }
        expectError(.textAfterQuote(field: 2), line: 2, "after its closing quote") {
            _ = try records("a,b\nx,\"y\"z\n")
        }
        expectError(.duplicateColumn("b", first: 2, second: 3), line: 1, "both called “b”") {
            _ = try records("a,b,b\n1,2,3", TextFormat())
        }
        expectError("must be two different ASCII characters") {
            _ = try records("a", TextFormat(delimiter: "é"))
        }
        expectError("cannot be opened", "No such file") { _ = try CSVReader(path: "/no/file.csv") }
        expectError("cannot be read on", "directory") { _ = try CSVReader(path: "/") }
        let commas = [UInt8](repeating: 44, count: 70_000)
        expectError(.tooManyColumns(limit: 65_536), line: 1) { _ = try records(commas) }
    }

    @Test func goesOnAfterARaggedRow() throws {
        let reader = try CSVReader(bytes: Array("a,b\n1\n2,3\n".utf8))
        expectError(.raggedRow(expected: 2, found: 1), line: 2) { _ = try reader.next() }
        #expect(try reader.next())
        #expect(reader.record == ["2", "3"])
        #expect(try !reader.next())
    }
}
