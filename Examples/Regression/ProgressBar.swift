#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Progress of a known number of steps: a bar on a terminal, a line every tenth elsewhere.
struct ProgressBar {
    private let total: Int
    private let unit: String
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastDrawn: ContinuousClock.Instant
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    init(total: Int, unit: String) {
        self.total = total
        self.unit = unit
        start = clock.now
        lastDrawn = start
    }

    mutating func update(_ done: Int, _ status: String) {
        let elapsed = seconds(clock.now - start)
        let left = elapsed / Double(done) * Double(total - done)
        if isTerminal {
            guard done == total || clock.now - lastDrawn > .milliseconds(50) else { return }
            lastDrawn = clock.now
            let filled = 30 * done / total
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: 30 - filled)
            write(
                "\r\u{1B}[2K\(unit) \(done)/\(total) \(bar) \(status), \(decimals(left, 1)) s left")
        } else if done == total || done % max(total / 10, 1) == 0 {
            write("\(unit) \(done)/\(total): \(status)\n")
        }
    }

    func finish(_ what: String) {
        let elapsed = seconds(clock.now - start)
        write("\(isTerminal ? "\n" : "")\(what) in \(decimals(elapsed, 3)) s\n")
    }

    private func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// A number with that many decimals, without a formatter.
func decimals(_ value: some BinaryFloatingPoint, _ count: Int = 4) -> String {
    let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (Double(value).magnitude * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled) / Int(scale)
    let rest = String(Int(scaled) % Int(scale))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard count > 0 else { return "\(sign)\(whole)" }
    return "\(sign)\(whole)." + String(repeating: "0", count: count - rest.count) + rest
}
