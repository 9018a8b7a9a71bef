// Usage: transferability FOLDER [RUNS [NAME…]]
// FOLDER is what `Benchmarks/torch/transferability.py --prepare FOLDER` wrote. Prints one JSON object a
// line, as that script does: the score, its value, and the median seconds of RUNS runs, each from features
// in memory, with everything the score needs computed anew; then all scores of one problem together.
import Foundation
import HindsightTransferability

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

func numbers<Number>(_ name: String, as type: Number.Type) throws -> [Number] {
    let url = URL(fileURLWithPath: CommandLine.arguments[1]).appendingPathComponent(name)
    let data = try Data(contentsOf: url)
    return data.withUnsafeBytes { bytes in
        (0..<(bytes.count / MemoryLayout<Number>.stride)).map {
            bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.stride, as: type)
        }
    }
}

func report(_ name: String, _ value: Double, _ seconds: [Double]) {
    print(
        "{\"benchmark\": \"transferability\", \"variant\": \"\(name)\", \"value\": \(value), "
            + "\"seconds\": \(seconds.sorted()[seconds.count / 2]), \"runs\": \(seconds.count)}")
}

guard CommandLine.arguments.count > 1 else {
    fatalError("usage: transferability FOLDER [RUNS [NAME…]]")
}
let runs = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 5 : 5
let features = try numbers("features.f32", as: Float.self)
let labels = try numbers("labels.i32", as: Int32.self).map(Int.init)
let source = try numbers("source.f32", as: Float.self)
let columns = features.count / labels.count

func problem() throws -> TransferProblem {
    try TransferProblem(
        features: FeatureMatrix(features, columns: columns), labels: ClassLabels(labels),
        sourceProbabilities: FeatureMatrix(source, columns: source.count / labels.count))
}

let clock = ContinuousClock()
_ = try HScore().value(problem())  // starts the threads
let names = CommandLine.arguments.dropFirst(3)
for score in TransferabilityReport.allScores where names.isEmpty || names.contains(score.name) {
    var value = 0.0
    let times = try (0..<runs).map { _ in
        seconds(try clock.measure { value = try score.value(problem()) })
    }
    report(score.name, value, times)
}
guard names.isEmpty else { exit(0) }
var last: TransferabilityReport?
let times = try (0..<runs).map { _ in
    seconds(try clock.measure { last = try TransferabilityReport(problem()) })
}
report("all", Double(last?.entries.count ?? 0), times)
