// Usage: tokenizing TEXTS NAME=TOKENIZER.json…
// TEXTS has one text a line. Prints one JSON object a line, as Benchmarks/torch/tokenizing.py does:
// seconds to encode all texts on one thread, to read the tokenizer, and how many ids there were.
import Foundation
import HindsightTokenizers

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// The median seconds of some runs.
func median(of runs: Int, _ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try (0..<runs).map { _ in seconds(try clock.measure(work)) }.sorted()[runs / 2]
}

let arguments = CommandLine.arguments.dropFirst()
guard let file = arguments.first else { fatalError("usage: tokenizing TEXTS NAME=FILE…") }
let texts = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(
    String.init)
for argument in arguments.dropFirst() {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { fatalError("expected NAME=FILE, found \(argument)") }
    let json = [UInt8](try Data(contentsOf: URL(fileURLWithPath: parts[1])))
    let tokenizer = try Tokenizer(json: json)
    let load = try median(of: 9) { _ = try Tokenizer(json: json) }
    var ids = 0
    let encode = median(of: 9) { ids = tokenizer.encode(texts).reduce(0) { $0 + $1.count } }
    print(
        "{\"benchmark\": \"tokenizing\", \"variant\": \"\(parts[0])\", \"threads\": 1, "
            + "\"seconds\": \(encode), \"load_seconds\": \(load), \"ids\": \(ids), \"runs\": 9}")
}
