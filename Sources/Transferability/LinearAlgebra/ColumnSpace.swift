extension FeatureDecomposition {
    /// Below this share of the largest, eigenvalues of a Gram matrix have lost too many digits.
    private static let trusted = 1e-5

    /// Σ over classes of the squared length of the class's indicator within the column space of the centred
    /// features, over the class's number of examples.
    ///
    /// This is tr(C⁺B) of covariances C of the features and B of their class means. A Gram matrix squares
    /// small singular values; where some may be zero or not, a basis is found in steps that each take what
    /// is left after the last (singular values down to rounding of the largest count).
    func classShareOfColumnSpace(_ labels: ClassLabels) throws -> Double {
        let eigen = try eigen()
        guard eigen.largest > 0 else { return 0 }
        if eigen.count(above: Self.trusted) == size {
            let energies = try classEnergies(labels)
            return energies.indices.reduce(0) {
                $0 + energies[$1] / eigen.values[$1 % size] / Double(labels.counts[$1 / size])
            }
        }
        let basis = isDual ? try basisOfExamples(eigen) : try basisOfFeatures(eigen)
        let count = basis.count / rows
        let shares = productWithTransposed(
            basis, Self.indicators(labels), rows: count, columns: labels.classes, depth: rows)
        return shares.indices.reduce(0) {
            $0 + shares[$1] * shares[$1] / Double(labels.counts[$1 % labels.classes])
        }
    }

    /// What a singular value must exceed, squared.
    private func least(_ eigen: SymmetricEigen) -> Double {
        let share = Double(max(rows, columns)) * Double.ulpOfOne
        return share * share * eigen.largest
    }

    /// How many leading values to take now: those that are precise, and no rounding.
    private func taken(_ eigen: SymmetricEigen, _ least: Double) -> Int {
        let limit = max(Self.trusted * eigen.largest, least)
        return eigen.values.firstIndex { !($0 > limit) } ?? eigen.size
    }

    /// N ≥ D: orthonormal rows of length N.
    private func basisOfFeatures(_ eigen: SymmetricEigen) throws -> [Double] {
        let least = least(eigen)
        var basis: [Double] = []
        // [left, rows]: the features in the directions that are left.
        var left = productWithTransposed(
            eigen.vectors, centred, rows: size, columns: rows, depth: columns)
        var current = eigen
        var isTurned = true
        while true {
            let count = taken(current, least)
            guard count > 0 else { return basis }
            let turned =
                isTurned
                ? left
                : product(
                    current.vectors, left, rows: current.size, columns: rows, depth: current.size)
            isTurned = false
            for i in 0..<count {
                let scale = 1 / current.values[i].squareRoot()
                basis += turned[(i * rows)..<((i + 1) * rows)].lazy.map { $0 * scale }
            }
            let size = current.size - count
            guard size > 0 else { return basis }
            left = without(basis, Array(turned[(count * rows)...]), size)
            current = try SymmetricEigen(
                gram(left, rows: size, columns: rows, ofRows: true), size: size)
        }
    }

    /// x less its projections on the basis, twice, since once leaves rounding of what is taken away.
    private func without(_ basis: [Double], _ x: [Double], _ size: Int) -> [Double] {
        var x = x
        let count = basis.count / rows
        for _ in 0..<2 {
            let shares = productWithTransposed(x, basis, rows: size, columns: count, depth: rows)
            let part = product(shares, basis, rows: size, columns: rows, depth: count)
            for i in x.indices { x[i] -= part[i] }
        }
        return x
    }

    /// N < D: the same by turning what is left of the examples' directions.
    private func basisOfExamples(_ eigen: SymmetricEigen) throws -> [Double] {
        let least = least(eigen)
        var basis: [Double] = []
        var directions = eigen.vectors
        var current = eigen
        while true {
            let count = taken(current, least)
            basis += directions[..<(count * rows)]
            let size = current.size - count
            guard count > 0, size > 0 else { return basis }
            let rest = Array(directions[(count * rows)...])
            let left = product(rest, centred, rows: size, columns: columns, depth: rows)
            current = try SymmetricEigen(
                gram(left, rows: size, columns: columns, ofRows: true), size: size)
            directions = product(current.vectors, rest, rows: size, columns: rows, depth: size)
        }
    }
}
