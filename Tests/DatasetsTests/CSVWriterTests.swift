import Foundation
import HindsightDatasets
import Testing

@Suite struct CSVWriterTests {
    @Test(arguments: ["out.csv", "out.tsv"]) func readsBackWhatWasWritten(_ name: String) throws {
        let scratch = try Scratch()
        let path = scratch.path + "/" + name
        let writer = try CSVWriter(path: path, columns: ["id", "te,xt\t"])
        var random = TestRandom(state: 1)
        let pieces = ["a", ",", "\"", "\n", "\r", "\t", " ", "é", "😀", ""]
        let rows = (0..<2000).map { index in
            ["\(index)", (0..<random.below(8)).map { _ in pieces[random.below(10)] }.joined()]
        }
        for row in rows { try writer.write(row) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        let reader = try CSVReader(path: path)
        #expect(reader.columns == ["id", "te,xt\t"])
        for row in rows {
            #expect(try reader.next())
            #expect(reader.record.map { Array($0.utf8) } == row.map { Array($0.utf8) })
        }
        #expect(try !reader.next())
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [name])
    }

    @Test func anUnfinishedFileLeavesTheOldOne() throws {
        let scratch = try Scratch()
        let path = try scratch.file("a.csv", "old")
        do {
            let writer = try CSVWriter(path: path, columns: ["x"])
            try writer.write(["1"])
            expectError(.raggedRow(expected: 1, found: 2)) { try writer.write(["1", "2"]) }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.csv"])
        expectError("cannot be written") { _ = try CSVWriter(path: "/no/a.csv", columns: ["x"]) }
    }

    @Test func aSingleEmptyValueIsNoBlankLine() throws {
        let scratch = try Scratch()
        let writer = try CSVWriter(path: scratch.path + "/a.csv", columns: ["x"])
        try writer.write([""])
        try writer.finish()
        let reader = try CSVReader(path: scratch.path + "/a.csv")
        #expect(try reader.next())
        #expect(reader.record == [""])
    }
}
