import CHindsightKernels

extension FeatureDecomposition {
    /// Sums of the rows of each class, `[classes, columns]`.
    static func classSums(_ x: [Double], columns: Int, _ labels: ClassLabels) -> [Double] {
        [Double](unsafeUninitializedCapacity: labels.classes * columns) { buffer, count in
            hs_class_sums64(
                x, x.count / columns, columns, labels.narrow, labels.classes, buffer.baseAddress!)
            count = labels.classes * columns
        }
    }

    /// (vⱼ · Sᶜ)² for each eigenvector vⱼ of the centred features' covariance and each class's sum of
    /// centred rows Sᶜ: `[classes, size]`.
    func classEnergies(_ labels: ClassLabels) throws -> [Double] {
        let eigen = try eigen()
        let width = isDual ? rows : columns
        let sums =
            isDual
            ? Self.indicators(labels)
            : Self.classSums(centred, columns: columns, labels)
        var energies = productWithTransposed(
            sums, eigen.vectors, rows: labels.classes, columns: size, depth: width)
        for i in energies.indices {
            energies[i] *= energies[i] * (isDual ? max(0, eigen.values[i % size]) : 1)
        }
        return energies
    }

    /// One-hot labels by class, `[classes, rows]`.
    static func indicators(_ labels: ClassLabels) -> [Double] {
        let rows = labels.values.count
        var result = [Double](repeating: 0, count: labels.classes * rows)
        for (row, label) in labels.values.enumerated() { result[label * rows + row] = 1 }
        return result
    }
}
