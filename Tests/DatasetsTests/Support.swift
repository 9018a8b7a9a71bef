import Foundation
import HindsightDatasets
import Testing

/// A folder that is removed with the value.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/hindsight-datasets-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let full = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: full))
        return full
    }

    func file(_ name: String, _ text: String) throws -> String { try file(name, text.utf8) }
}

/// All records of a delimited text, the first one too.
func records(_ bytes: [UInt8], _ format: TextFormat = headless()) throws -> [[String]] {
    let reader = try CSVReader(bytes: bytes, name: "t.csv", format: format)
    var result: [[String]] = []
    while try reader.next() { result.append(reader.record) }
    return result
}

func records(_ text: String, _ format: TextFormat = headless()) throws -> [[String]] {
    try records(Array(text.utf8), format)
}

func headless(_ delimiter: Unicode.Scalar? = ",") -> TextFormat {
    TextFormat(delimiter: delimiter, hasHeader: false)
}

/// Expects an error with this problem, line and part of its message.
func expectError(
    _ problem: DatasetError.Problem, line: Int? = nil, _ parts: String...,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    let error = check(line, parts, sourceLocation, body)
    #expect(error?.problem == problem, sourceLocation: sourceLocation)
}

/// Expects an error with this line and these parts of its message.
func expectError(
    line: Int? = nil, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    check(line, parts, sourceLocation, body)
}

@discardableResult
private func check(
    _ line: Int?, _ parts: [String], _ sourceLocation: SourceLocation, _ body: () throws -> Void
) -> DatasetError? {
    do {
        try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as DatasetError {
        #expect(error.line == line, "\(error)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(
                error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        }
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

/// Small random numbers that are the same everywhere.
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 32
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
