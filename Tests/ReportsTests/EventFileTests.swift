import Foundation
import HindsightReports
import HindsightRunStore
import Testing

@Suite struct EventFileTests {
    @Test func recordsAreAsTensorBoardWantsThem() throws {
        let folder = NSTemporaryDirectory() + "events-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = Date(timeIntervalSince1970: 1)
        let writer = try EventFileWriter(folder: folder, time: time)
        writer.add("a", 0.5, step: 300, time: time)
        try writer.flush()
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: writer.path)))
        // Made with tensorboard 2.21's record writer.
        let expected =
            "1800000000000000a37f4b2209000000000000f03f1a0d627261696e2e4576656e743a3286bf577a"
            + "1800000000000000a37f4b2209000000000000f03f10ac022a0a0a080a0161150000003f48e05525"
        #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == expected)
        // Two writers at the same moment have files of their own.
        #expect(try EventFileWriter(folder: folder, time: time).path != writer.path)
    }

    @Test func aRunsCurvesAreWritten() throws {
        let folder = NSTemporaryDirectory() + "events-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try RunStore(folder: folder + "/runs")
        let run = try store.create(
            NewRun(
                kind: "tune", task: "text-classification", softwareVersion: "1", seed: 0,
                kernelVariant: "portable", threads: 1))
        let time = Date(timeIntervalSince1970: 1)
        let values = [("train", 1, 0.5), ("validation", 2, 0.25)].map {
            MetricValue(step: $0.1, split: $0.0, name: "loss", value: $0.2, time: time)
        }
        try store.record(values, of: run)
        let path = try EventFileWriter.export(run, in: store, to: folder + "/board")
        #expect(path.hasPrefix("\(folder)/board/tune-1/events.out.tfevents."))
        let expected = try EventFileWriter(folder: folder + "/own", time: run.created)
        expected.add("loss/train", 0.5, step: 1, time: time)
        expected.add("loss/validation", 0.25, step: 2, time: time)
        try expected.flush()
        let files = try [path, expected.path].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(files[0] == files[1])
    }

    @Test func aFolderThatCannotBeMadeIsReported() {
        #expect(throws: ReportError.self) { try EventFileWriter(folder: "/proc/none/x") }
        #expect(throws: ReportError.self) { try ReportFile.write("x", to: "/proc/none/x/y.html") }
        #expect(throws: ReportError.self) { try ReportFile.write("x", to: "/dev/null/y.html") }
    }
}
