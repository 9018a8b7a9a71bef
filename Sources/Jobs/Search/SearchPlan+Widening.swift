import Foundation
import HindsightLearning
import HindsightRecipes

extension SearchPlan.Candidate {
    /// Its settings but for the learning rate.
    var rest: [String] {
        settings.filter { !$0.hasPrefix(SearchSpace.rateKey + "=") }
    }
}

extension SearchPlan {
    /// The next learning rate beyond a candidate's that is the least or the greatest of its kind, at the
    /// distance of the two last ones.
    ///
    /// - Parameter index: a candidate, by number.
    /// - Returns: nil if there are candidates on both sides of it, or rates were not looked for.
    func rateBeyond(_ index: Int) -> Double? {
        let candidate = candidates[index]
        guard rangeTest != nil, let rate = candidate.rate else { return nil }
        let rates = candidates.filter { $0.rest == candidate.rest }.compactMap(\.rate).sorted()
        guard rates.count > 1 else { return nil }
        let beyond: Double
        if rate == rates.last {
            beyond = rate * rate / rates[rates.count - 2]
        } else if rate == rates.first {
            beyond = rate * rate / rates[1]
        } else {
            return nil
        }
        let rounded = RateGrid.logarithmic(from: beyond, to: beyond, count: 1)[0]
        return rounded > 0 && rounded <= 1 && !rates.contains(rounded) ? rounded : nil
    }

    /// The plan with one more candidate beyond another, judged on all folds.
    ///
    /// - Returns: nil if there is nothing beyond it.
    func widened(beyond index: Int) -> SearchPlan? {
        guard let rate = rateBeyond(index) else { return nil }
        let setting = "\(SearchSpace.rateKey)=\(Recipe.LearningRate.fixed(rate))"
        var plan = self
        plan.candidates.append(
            Candidate(
                settings: candidates[index].settings.map {
                    $0.hasPrefix(SearchSpace.rateKey + "=") ? setting : $0
                }, rate: rate))
        plan.brackets.append(
            Hyperband.Bracket(
                members: [plan.candidates.count - 1],
                rungs: [HalvingRung(candidates: 1, folds: folds)]))
        return plan
    }
}
