import HindsightModels
import HindsightTensors

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What chance does to the tokens of a packed batch in one step: some are cut off, texts are mixed.
///
/// It is drawn on the host and given to the captured step as tensors, so that one plan serves every draw.
struct TextAugmentation {
    /// 1 for each row that stays, 0 for one whose vector is zeroed: `[rows, 1]`; nil without cut-off.
    private(set) var kept: Tensor?
    /// How texts are mixed; nil without mix-up.
    private(set) var mix: Mix?

    /// Each text mixed with another of the batch.
    struct Mix {
        /// Which text each is mixed with.
        let partners: [Int]
        /// The row each row is mixed with, itself where the partner is shorter: `[rows]`.
        let rows: Tensor
        /// The share of the text itself in its rows: `[rows, 1]`, and in the loss: `[texts]`.
        let rowShares: Tensor
        let shares: Tensor
    }

    /// Draws for a batch.
    ///
    /// - Parameters:
    ///   - lengths: of the batch's texts, in tokens.
    ///   - rows: how many rows the batch has, padding included.
    ///   - settings: how much is cut off and mixed.
    ///   - random: the run's generator.
    init(
        lengths: [Int], rows: Int, _ settings: Regularization, random: inout RandomGenerator
    ) {
        if settings.tokenCutoff > 0 || settings.spanCutoff > 0 {
            kept = TextAugmentation.cut(lengths, rows, settings, &random)
        }
        if settings.mixUp > 0 {
            mix = TextAugmentation.mixed(lengths, rows, alpha: settings.mixUp, &random)
        }
    }

    /// The first token of a text is never cut off: predictions are made from it.
    private static func cut(
        _ lengths: [Int], _ rows: Int, _ settings: Regularization, _ random: inout RandomGenerator
    ) -> Tensor {
        var kept = [Float](repeating: 1, count: rows)
        var first = 0
        for length in lengths {
            let inner = max(length - 1, 0)
            if settings.tokenCutoff > 0 {
                for row in 0..<inner where random.unit() < settings.tokenCutoff {
                    kept[first + 1 + row] = 0
                }
            }
            let span = Int((settings.spanCutoff * Double(inner)).rounded())
            if settings.spanCutoff > 0 {
                let begin = Int(random.unit() * Double(inner - span + 1))
                for row in begin..<begin + span { kept[first + 1 + row] = 0 }
            }
            first += length
        }
        return Tensor(kept, shape: [rows, 1])
    }

    private static func mixed(
        _ lengths: [Int], _ rows: Int, alpha: Double, _ random: inout RandomGenerator
    ) -> Mix {
        let partners = random.permutation(lengths.count)
        var firsts = [0]
        for length in lengths { firsts.append(firsts[firsts.count - 1] + length) }
        var others = (0..<rows).map { Int32($0) }
        var rowShares = [Float](repeating: 1, count: rows)
        var shares: [Float] = []
        for (text, partner) in partners.enumerated() {
            // The longer part is the text's own, whose tokens say how long it is.
            let drawn = random.beta(alpha)
            let share = Float(max(drawn, 1 - drawn))
            shares.append(share)
            for place in 0..<lengths[text] {
                rowShares[firsts[text] + place] = share
                if place < lengths[partner] {
                    others[firsts[text] + place] = Int32(firsts[partner] + place)
                }
            }
        }
        return Mix(
            partners: partners, rows: Tensor(others),
            rowShares: Tensor(rowShares, shape: [rows, 1]), shares: Tensor(shares))
    }

    /// The tensors in the order in which `Reader` takes them.
    var tensors: [Tensor] {
        (kept.map { [$0] } ?? []) + (mix.map { [$0.rows, $0.rowShares, $0.shares] } ?? [])
    }

    /// What was drawn, out of a captured step's inputs.
    struct Reader {
        private let kept: Tensor?
        private let mixed: (rows: Tensor, rowShares: Tensor)?
        /// The share of each text itself, `[texts]`; nil without mix-up.
        let shares: Tensor?

        /// Takes the first of the tensors.
        init(_ rest: inout ArraySlice<Tensor>, _ settings: Regularization) {
            let isCut = settings.tokenCutoff > 0 || settings.spanCutoff > 0
            kept = isCut ? rest.popFirst() : nil
            guard settings.mixUp > 0, let rows = rest.popFirst(), let rowShares = rest.popFirst()
            else {
                mixed = nil
                shares = nil
                return
            }
            mixed = (rows, rowShares)
            shares = rest.popFirst()
        }

        /// What is done to the vectors of the tokens.
        func callAsFunction(_ vectors: Tensor) -> Tensor {
            var x = vectors
            if let kept { x = x * kept }
            if let mixed { x = x * mixed.rowShares + x.rows(mixed.rows) * (1 - mixed.rowShares) }
            return x
        }
    }
}

extension RandomGenerator {
    /// A number in 0..<1.
    fileprivate mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number from the Beta distribution with both parameters `alpha`, above 0 and at most 1 (Jöhnk
    /// 1964), by logarithms, so that a small alpha does not underflow.
    fileprivate mutating func beta(_ alpha: Double) -> Double {
        while true {
            let x = log(1 - unit()) / alpha, y = log(1 - unit()) / alpha
            let greater = max(x, y)
            let sum = greater + log(exp(x - greater) + exp(y - greater))
            if sum <= 0 { return exp(x - sum) }
        }
    }
}
