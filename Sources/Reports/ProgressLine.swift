import Foundation

/// One line that tells how far a run has come: repainted in place on a terminal, a plain line every
/// few seconds elsewhere.
public struct ProgressLine {
    /// How far a run has come.
    public struct State: Sendable {
        /// Steps done.
        public var done: Int
        /// Steps to do, if known.
        public var total: Int?
        /// The latest loss.
        public var loss: Double?
        /// What is watched, such as `accuracy 0.873`.
        public var metric: (name: String, value: Double)?
        /// Bytes of memory in use.
        public var memory: Int?

        /// Says all of it.
        public init(
            done: Int, total: Int? = nil, loss: Double? = nil,
            metric: (name: String, value: Double)? = nil, memory: Int? = nil
        ) {
            self.done = done
            self.total = total
            self.loss = loss
            self.metric = metric
            self.memory = memory
        }
    }

    private let label: String
    private let unit: String
    private let terminal: @Sendable () -> Terminal
    private let write: (String) -> Void
    private let start: Double
    private let interval: Double
    private var first: (done: Int, time: Double)?
    private var lastShown = -Double.infinity
    private var rate: Double?
    private var isOpen = false

    /// Makes a line that shows nothing yet.
    ///
    /// - Parameters:
    ///   - label: What is going on, such as `tune-1`.
    ///   - unit: What is counted, in the plural.
    ///   - now: Seconds on a clock that only goes forward.
    ///   - every: Seconds between plain lines; a terminal is repainted ten times a second.
    ///   - terminal: Asked each time, since windows change their sizes.
    ///   - write: Takes what is to be shown.
    public init(
        label: String, unit: String = "steps", now: Double, every: Double = 5,
        terminal: @escaping @Sendable () -> Terminal = { .current(2) },
        write: @escaping (String) -> Void = { FileHandle.standardError.write(Data($0.utf8)) }
    ) {
        self.label = TextWidth.printable(label)
        self.unit = unit
        self.terminal = terminal
        self.write = write
        start = now
        interval = terminal().isInteractive ? 0.1 : every
    }

    /// Shows a state, unless the last was shown a moment ago.
    public mutating func update(_ state: State, now: Double) {
        measure(state, now)
        guard now - lastShown >= interval else { return }
        show(state, now)
    }

    /// Shows the last state and ends the line.
    public mutating func finish(_ state: State, now: Double) {
        measure(state, now)
        show(state, now)
        if isOpen { write("\n") }
        isOpen = false
    }

    /// Takes the line away, to write something else; the next update shows it again.
    public mutating func clear() {
        if isOpen { write("\r\u{1B}[2K") }
        isOpen = false
        lastShown = -.infinity
    }

    /// The rate over all, so that evaluations and checkpoints count into the time left.
    private mutating func measure(_ state: State, _ now: Double) {
        guard let first else {
            self.first = (state.done, now)
            return
        }
        if state.done > first.done, now > first.time {
            rate = Double(state.done - first.done) / (now - first.time)
        }
    }

    private mutating func show(_ state: State, _ now: Double) {
        let terminal = terminal()
        lastShown = now
        let unicode = line(state, now, terminal)
        let text = terminal.hasUnicode ? unicode : TextWidth.ascii(unicode)
        if terminal.isInteractive {
            // One column is left free: some terminals break the line when the last is filled.
            let width = max(1, terminal.width - 1)
            write("\r\u{1B}[2K" + TextWidth.truncated(text, to: width))
            isOpen = true
        } else {
            write(text + "\n")
        }
    }

    private func line(_ state: State, _ now: Double, _ terminal: Terminal) -> String {
        var parts = [label]
        if let total = state.total, total > 0 {
            let fraction = min(1, max(0, Double(state.done) / Double(total)))
            if terminal.isInteractive, terminal.width >= 72 {
                parts.append(bar(fraction, unicode: terminal.hasUnicode))
            }
            parts.append("\(state.done)/\(total)")
            parts.append("\(Int(fraction * 100)) %")
        } else {
            parts.append("step \(state.done)")
        }
        if let loss = state.loss { parts.append("loss " + Numbers.short(loss)) }
        if let metric = state.metric {
            parts.append(TextWidth.printable(metric.name) + " " + Numbers.short(metric.value))
        }
        if let rate {
            parts.append(Numbers.short(rate, digits: 3) + " \(unit)/s")
            if let total = state.total, total > state.done {
                parts.append(Numbers.duration(Double(total - state.done) / rate) + " left")
            }
        }
        if state.total.map({ state.done >= $0 }) ?? true {
            parts.append(Numbers.duration(now - start))
        }
        if let memory = state.memory { parts.append(Numbers.bytes(memory)) }
        return parts.joined(separator: terminal.hasUnicode ? " · " : " | ")
    }

    private func bar(_ fraction: Double, unicode: Bool) -> String {
        let width = 16
        let eighths = Int(fraction * Double(width * 8))
        guard unicode else {
            let full = eighths / 8
            return "[" + String(repeating: "#", count: full)
                + String(repeating: "-", count: width - full) + "]"
        }
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        let text = String(repeating: "█", count: eighths / 8) + partial
        return TextWidth.padded(text, to: width) + "▏"
    }
}
