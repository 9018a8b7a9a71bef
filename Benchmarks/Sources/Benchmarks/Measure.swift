import Hindsight

/// Seconds one of the `steps` inside `work` takes: the median of `runs` runs of at least 50 ms each,
/// after two that are not counted.
func medianSeconds(steps: Int = 1, runs: Int = 9, _ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var once = 1.0
    for _ in 0..<2 { once = seconds(try clock.measure { try work() }) }
    let times = max(1, Int((0.05 / max(once, 1e-9)).rounded(.up)))
    var measured: [Double] = []
    for _ in 0..<runs {
        let duration = try clock.measure { for _ in 0..<times { try work() } }
        measured.append(seconds(duration) / Double(times * steps))
    }
    return measured.sorted()[runs / 2]
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// Prints one JSON object on one line, as the peers' scripts do.
func report(_ benchmark: String, _ variant: String, _ seconds: Double, runs: Int = 9) {
    print(
        "{\"benchmark\": \"\(benchmark)\", \"variant\": \"\(variant)\", "
            + "\"threads\": \(Threads.limit), \"seconds\": \(seconds), \"runs\": \(runs), "
            + "\"kernels\": \"\(Kernels.variant)\"}")
}
