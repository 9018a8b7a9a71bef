import HindsightReports
import Synchronization
import Testing

@Suite struct ProgressLineTests {
    private final class Screen: Sendable {
        let shown = Mutex<[String]>([])
        func add(_ text: String) { shown.withLock { $0.append(text) } }
        var all: [String] { shown.withLock { $0 } }
    }

    @Test func aTerminalIsRepaintedWithinItsWidth() {
        for width in [8, 30, 60, 120] {
            let screen = Screen()
            var line = ProgressLine(
                label: "tune-1", now: 0,
                terminal: { Terminal(width: width, isInteractive: true) }, write: screen.add)
            for step in 0...100 {
                line.update(
                    .init(
                        done: step, total: 100, loss: 0.31425, metric: ("accuracy", 0.873),
                        memory: 700_000_000), now: Double(step) * 0.5)
            }
            line.finish(.init(done: 100, total: 100), now: 50)
            for text in screen.all where text != "\n" {
                #expect(text.hasPrefix("\r\u{1B}[2K"))
                #expect(text.unicodeScalars.count - 5 < width)
            }
            #expect(screen.all.last == "\n")
            if width == 120 {
                let middle = screen.all[50]
                for part in [
                    "50/100", "50 %", "loss 0.3142", "accuracy 0.873", "2 steps/s",
                    "25 s left", "700 MB",
                ] {
                    #expect(middle.contains(part))
                }
            }
        }
    }

    @Test func elsewherePlainLinesComeEveryFewSeconds() {
        let screen = Screen()
        var line = ProgressLine(
            label: "tune-1", now: 0, terminal: { Terminal(width: 80) }, write: screen.add)
        for tenth in 0..<200 {
            line.update(.init(done: tenth, total: 200), now: Double(tenth) / 10)
        }
        line.finish(.init(done: 200, total: 200), now: 20)
        #expect(screen.all.count == 5)
        #expect(screen.all.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") })
        #expect(screen.all.last!.contains("200/200"))
    }

    @Test func itTakesAwkwardStates() {
        let screen = Screen()
        var line = ProgressLine(
            label: "a\nb\u{1B}[2J", now: 0, every: 0, terminal: { Terminal() }, write: screen.add)
        line.update(.init(done: 0, total: 0, loss: .nan), now: 0)
        line.update(.init(done: 5, loss: -.infinity, metric: ("x\r", .nan), memory: 0), now: 0)
        line.update(.init(done: 9, total: 3), now: 1)
        line.clear()
        line.finish(.init(done: 9), now: 1)
        #expect(screen.all.count == 4)
        #expect(screen.all.allSatisfy { !$0.dropLast().contains { $0.isNewline } })
    }
}
