import Foundation
import HindsightDatasets
import Testing

@Suite struct StreamingTests {
    /// The most memory that the process ever had in use, in bytes.
    private var peakMemory: Int {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
            return Int(usage.ru_maxrss) * 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return Int(usage.ru_maxrss)
        #endif
    }

    @Test func aLongFileTakesNoMemory() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/long.csv"
        let writer = try CSVWriter(path: path, columns: ["id", "text", "label"])
        let filler = String(repeating: "a somewhat \"long\" text,\n", count: 24)
        let rows = 300_000
        for row in 0..<rows { try writer.write(["\(row)", filler, row % 3 == 0 ? "x" : "y"]) }
        try writer.finish()
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        #expect(size > 180_000_000)
        let before = peakMemory
        let reader = try CSVReader(path: path)
        var (count, bytes) = (0, 0)
        while try reader.next() {
            bytes += reader.withUTF8(of: 1) { $0.count }
            count += 1
        }
        #expect(count == rows)
        #expect(bytes == rows * filler.utf8.count)
        #expect(reader.line == 2 + (rows - 1) * 25)
        // Other tests run beside this one; the file would take three times as much.
        #expect(peakMemory - before < 64 << 20)
    }
}
