import HindsightLearning
import HindsightReports
import HindsightRunStore

/// What a comparison of trainings with and without transfer says.
public struct PolicyTransfer: Sendable {
    /// The runs with transfer, and from scratch.
    public var runs, against: [String]
    /// Where they learnt.
    public var environment: String
    /// What was judged.
    public var metric: String
    /// The measures.
    public var measured: CurveTransfer
    /// Steps that the policy to begin with had been learnt for, which no measure counts; nil if unknown.
    public var sourceSteps: Int?
    /// What to be careful about.
    public var warnings: [String]

    /// A measure for people: name, value, interval.
    public var rows: [[String]] {
        CurveTransfer.Measure.allCases.compactMap { measure in
            guard let estimate = measured.estimates[measure] else { return nil }
            let (low, high) = (estimate.interval.lowerBound, estimate.interval.upperBound)
            return [
                label(measure), Self.text(estimate.value, measure),
                "[\(Self.text(low, measure)), \(Self.text(high, measure))]",
            ]
        }
    }

    private func label(_ measure: CurveTransfer.Measure) -> String {
        let wanted = Numbers.short(measured.threshold)
        return switch measure {
        case .jumpStart: "jump-start"
        case .asymptoticGain: "asymptotic gain"
        case .timeToThreshold: "steps to \(wanted), with transfer"
        case .timeToThresholdFromScratch: "steps to \(wanted), from scratch"
        case .transferRatio: "transfer ratio"
        case .dipDepth: "depth of the first dip"
        case .dipLength: "length of the first dip, steps"
        }
    }

    private static func text(_ value: Double, _ measure: CurveTransfer.Measure) -> String {
        guard value.isFinite else { return "never" }
        return switch measure {
        case .timeToThreshold, .timeToThresholdFromScratch, .dipLength:
            Numbers.count(Int(value.rounded()))
        case .transferRatio: Numbers.percent(value)
        default: Numbers.short(value)
        }
    }

    /// The result in sentences.
    public var verdict: String {
        guard let ratio = measured.estimates[.transferRatio] else {
            return "The curves have no area to compare."
        }
        let size = Numbers.percent(abs(ratio.value))
        var text: String
        switch measured.effect {
        case .positive:
            text = "Transfer helped: \(size) more area under the curve than from scratch."
        case .negative:
            text =
                "Negative transfer: beginning with what was learnt before cost \(size) of the area under the "
                + "curve. Training from scratch is better here."
        default:
            text =
                "No effect that stands out from chance: the transfer ratio's interval holds 0 "
                + "(\(measured.transfer.seeds.count) and \(measured.scratch.seeds.count) seeds)."
        }
        if let dip = measured.estimates[.dipDepth], dip.interval.lowerBound > 0 {
            let length = measured.estimates[.dipLength].map {
                Self.text($0.value, .dipLength)
            }
            text += " It first fell by \(Numbers.short(dip.value)) below what it began with"
            text +=
                length == "never" ? " and did not come back." : ", for \(length ?? "some") steps."
        }
        if let sourceSteps {
            text += " The \(Numbers.count(sourceSteps)) steps spent before are not counted."
        }
        return text
    }

    /// The page: the first run's own, with both mean curves, the measures, and what to be careful about.
    ///
    /// - Throws: `StoreError`.
    public func page(of run: Run, in store: RunStore) throws -> RunReport {
        var page = try RunReport(of: run, in: store)
        page.title = "Did it transfer to \(environment)?"
        page.subtitle =
            "\(runs.joined(separator: ", ")) against \(against.joined(separator: ", ")), from scratch"
        page.verdict = verdict
        page.warnings = warnings + page.warnings
        page.summary = nil
        page.curves = [chart]
        page.models = ["value", "95 % interval"]
        page.metrics = rows.map { .init(name: $0[0], values: Array($0.dropFirst())) }
        if let sourceSteps {
            page.metrics.append(
                .init(name: "steps spent before", values: [Numbers.count(sourceSteps), ""]))
        }
        return page
    }

    /// The mean curves with the intervals of their means.
    var chart: LineChart {
        func curve(_ name: String, _ group: CurveGroup) -> Curve {
            let (mean, band) = (group.mean, group.band())
            return Curve(
                name: "\(name) (\(group.seeds.count) seeds)",
                points: group.steps.indices.map {
                    Curve.Point(
                        Double(group.steps[$0]), mean[$0], low: band[$0].lowerBound,
                        high: band[$0].upperBound)
                })
        }
        return LineChart(
            title: "\(metric.replacing("_", with: " ")): mean over seeds, 95 % interval",
            curves: [
                curve("with transfer", measured.transfer),
                curve("from scratch", measured.scratch),
            ])
    }
}
