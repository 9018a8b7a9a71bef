/// The logarithm of maximum evidence of a Bayesian linear model of the outcomes, per example.
///
/// With features F (N × D, not centred, as in the paper), a target y, weights w ~ N(0, α⁻¹ I) and noise of
/// variance β⁻¹, the evidence at its maximum over α and β is found by the fixed point of
///
///     t = α/β,  γ = Σ σ/(σ + t),  m² = Σ σ z²/(t + σ)²,  e² = Σ z²/(1 + σ/t)² + r₀,
///     α = γ/m²,  β = (N - γ)/e²
///
/// with σ = s² the squared singular values of F = U S Vᵀ, z = Uᵀy and r₀ = |y|² - |z|². There γ = α m² and
/// N - γ = β e², so that with k = rank F the evidence
///
///     k/2 ln α + N/2 ln β - ½ Σ ln(α + β σ) - β/2 e² - α/2 m² - N/2 ln 2π
///
/// is N/2 ln(β/2π) - ½ Σ ln(1 + σ/t) - N/2: directions without variance drop out, and N < D is no special
/// case. Classification is the mean over one-against-the-rest targets, regression over the targets. The
/// iteration starts at t = mean σ, so that the score does not depend on the unit of the features.
///
/// You, Liu, Wang and Long, "LogME: Practical Assessment of Pre-trained Models for Transfer Learning", ICML
/// 2021; the fixed point is of You et al., "Ranking and Tuning Pre-trained Models", JMLR 2022.
public struct LogME: TransferabilityScore {
    /// The iteration ends when t changes by less than this share.
    public var tolerance: Double
    /// The iteration ends after so many steps in any case.
    public var steps: Int

    /// LogME with its precision.
    ///
    /// - Parameters:
    ///   - tolerance: relative change of α/β at which to stop.
    ///   - steps: the most steps for one target.
    public init(tolerance: Double = 1e-8, steps: Int = 200) {
        self.tolerance = tolerance
        self.steps = steps
    }

    /// `logme`.
    public var name: String { "logme" }
    /// Labels or targets.
    public var needs: ScoreNeeds { .outcomes }

    /// Mean evidence per example, in nats, over the classes or the targets.
    public func value(_ problem: TransferProblem) throws -> Double {
        let values = try evidences(problem)
        return values.reduce(0, +) / Double(values.count)
    }

    /// The evidence per example of each class, or of each target.
    ///
    /// - Throws: ``TransferabilityError`` if there are neither labels nor targets, or one is zero.
    public func evidences(_ problem: TransferProblem) throws -> [Double] {
        guard tolerance > 0, steps > 0 else {
            throw TransferabilityError.badSetting(
                name: "tolerance or steps", value: "\(tolerance), \(steps)", expected: "more than 0"
            )
        }
        let columns = try Self.targets(problem)
        let features = problem.features
        let eigen = try features.eigenOfUncentred()
        let rank = eigen.count(above: features.rounding)
        let projections = Self.projections(problem, eigen, columns)
        let count = columns.count / features.rows
        return (0..<count).map { index in
            let column = columns[(index * features.rows)..<((index + 1) * features.rows)]
            let square = column.reduce(0) { $0 + $1 * $1 }
            let squares = (0..<rank).map { j -> Double in
                let q = projections[index * features.size + j]
                return features.isDual ? q * q : q * q / eigen.values[j]
            }
            return evidence(
                eigen.values[..<rank], squares, total: square, examples: features.rows)
        }
    }

    /// The targets one after another, `[targets, rows]`.
    private static func targets(_ problem: TransferProblem) throws -> [Double] {
        if let labels = problem.labels { return FeatureDecomposition.indicators(labels) }
        guard let targets = problem.targets else {
            throw TransferabilityError.missing(score: "logme", what: "class labels or targets")
        }
        var result = [Double](repeating: 0, count: targets.values.count)
        for row in 0..<targets.rows {
            for column in 0..<targets.columns {
                result[column * targets.rows + row] = targets.values[row * targets.columns + column]
            }
        }
        for column in 0..<targets.columns
        where result[(column * targets.rows)..<((column + 1) * targets.rows)]
            .allSatisfy({ $0 == 0 })
        {
            throw TransferabilityError.constantTarget(column: column)
        }
        return result
    }

    /// VᵀFᵀy (N ≥ D) or Uᵀy (N < D) of each target, `[targets, size]`.
    private static func projections(
        _ problem: TransferProblem, _ eigen: SymmetricEigen, _ targets: [Double]
    ) -> [Double] {
        let features = problem.features
        let count = targets.count / features.rows
        let sides: [Double]
        if features.isDual {
            sides = targets
        } else if let labels = problem.labels {
            sides = FeatureDecomposition.classSums(
                features.features.values, columns: features.columns, labels)
        } else {
            sides = product(
                targets, features.features.values, rows: count, columns: features.columns,
                depth: features.rows)
        }
        return productWithTransposed(
            sides, eigen.vectors, rows: count, columns: features.size, depth: features.size)
    }

    /// The fixed point for one target: `squares` are z², `total` is |y|².
    private func evidence(
        _ values: ArraySlice<Double>, _ squares: [Double], total: Double, examples: Int
    ) -> Double {
        let n = Double(examples)
        let unit = values.isEmpty ? 1 : values.reduce(0, +) / Double(values.count)
        let rest = max(0, total - squares.reduce(0, +))
        var t = unit
        var beta = 0.0
        for _ in 0..<steps {
            var (gamma, weights, errors) = (0.0, 0.0, rest)
            var free = n - Double(values.count)  // N - γ
            for (value, square) in zip(values, squares) {
                let ratio = 1 / (value + t)
                gamma += value * ratio
                free += t * ratio
                weights += value * square * ratio * ratio
                errors += square * (t * ratio) * (t * ratio)
            }
            // Noise below rounding of the target cannot be told from none.
            errors = max(errors, 1e-15 * total)
            beta = free / errors
            let next = weights > 0 ? gamma / weights / beta : .infinity
            let before = t
            t = min(max(next, 1e-12 * unit), 1e12 * unit)
            if (t - before).magnitude <= tolerance * before { break }
        }
        let width = values.reduce(0) { $0 + naturalLogarithm(onePlus: $1 / t) }
        return 0.5 * naturalLogarithm(beta / (2 * .pi)) - 0.5 - width / (2 * n)
    }
}
