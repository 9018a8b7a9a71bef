// Usage: hindsight-benchmarks [--threads N] NAME…
// Prints one JSON object a line for each measurement; NAME is one of those below.
import Hindsight

let benchmarks: [(name: String, run: () throws -> Void)] = [
    ("mlp_10_64_1", mlp10x64x1),
    ("mlp_30_256", mlp30x256),
    ("bandwidth_ops", bandwidthOperations),
    ("matmul", matrixProducts),
    ("first_step", firstStep),
    ("warm_memory", warmMemory),
]

var arguments = Array(CommandLine.arguments.dropFirst())
var threads = 1
if let flag = arguments.firstIndex(of: "--threads") {
    guard flag + 1 < arguments.count, let count = Int(arguments[flag + 1]), count >= 1 else {
        fatalError("--threads needs a number of at least 1")
    }
    threads = count
    arguments.removeSubrange(flag...(flag + 1))
}
let names = benchmarks.map(\.name)
for argument in arguments where !names.contains(argument) {
    fatalError("no benchmark is called \(argument); there are \(names.joined(separator: ", "))")
}
try Threads.withLimit(threads) {
    for benchmark in benchmarks where arguments.isEmpty || arguments.contains(benchmark.name) {
        try benchmark.run()
    }
}
