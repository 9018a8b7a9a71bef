import HindsightJobs
import HindsightReports

/// Shows a choice among pretrained models while it is made.
struct SelectionDisplay {
    private let output: Output

    init(_ output: Output) { self.output = output }

    func take(_ event: SelectionEvent) {
        switch event {
        case .scored(let scores, let done, let total): scored(scores, done, total)
        case .shortlisted(let numbers, let scores, let ranks): shortlisted(numbers, scores, ranks)
        case .selected(let summary): selected(summary)
        }
        output.flush()
    }

    private func scored(_ scores: ModelScores, _ done: Int, _ total: Int) {
        output.line("scored \(done)/\(total): \(scores.name) (\(Numbers.duration(scores.seconds)))")
        for (name, problem) in scores.problems.sorted(by: { $0.key < $1.key }) {
            output.line("  no \(name): \(problem)")
        }
        output.object(
            "scored",
            [
                ("candidate", scores.name), ("parameters", scores.parameters),
                ("scores", SelectionDisplay.members(scores)), ("seconds", scores.seconds),
            ])
    }

    private static func members(_ scores: ModelScores) -> [(String, Any?)] {
        scores.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value as Any?) }
    }

    private func shortlisted(_ numbers: [Int], _ scores: [ModelScores], _ ranks: [Double]) {
        var columns = [
            TerminalTable.Column(""), .init("model"), .init("weights", .right),
        ]
        columns += ModelScores.combined.map { .init($0, .right) } + [.init("mean rank", .right)]
        let order = scores.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        let table = TerminalTable(
            columns: columns,
            rows: order.map { index in
                [
                    numbers.contains(index) ? "+" : "", scores[index].name,
                    Numbers.count(scores[index].parameters),
                ]
                    + ModelScores.combined.map { name in
                        scores[index].values[name].map { Numbers.fixed($0, 4) } ?? "–"
                    } + [Numbers.fixed(ranks[index], 1)]
            })
        for line in table.lines(width: 100) { output.line(line) }
        output.line("+ is fine-tuned for a short time: a score alone misleads")
        output.object(
            "shortlist",
            [
                ("candidates", numbers.map { scores[$0].name } as [Any?]),
                ("ranks", scores.indices.map { (scores[$0].name, ranks[$0] as Any?) }),
            ])
    }

    private func selected(_ summary: SelectSummary) {
        guard !summary.agreement.isEmpty else { return }
        let table = TerminalTable(
            columns: [.init("score"), .init("weighted τ", .right), .init("regret", .right)],
            rows: summary.agreement.map {
                [$0.score, Numbers.fixed($0.tau, 2), Numbers.fixed($0.regret, 4)]
            })
        output.line("how well each score foretold the fine-tunes:")
        for line in table.lines() { output.line(line) }
        output.object(
            "agreement",
            summary.agreement.map {
                ($0.score, [("tau", $0.tau as Any?), ("regret", $0.regret as Any?)] as Any?)
            })
    }
}
