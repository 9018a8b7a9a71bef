import CHindsightKernels

/// The function a fused operation applies last.
public enum Activation: Sendable, Hashable, CaseIterable {
    /// max(x, 0).
    case relu
    /// x · Φ(x), exact.
    case gelu
    /// The tanh approximation of GELU.
    case geluTanh
    /// The hyperbolic tangent.
    case tanh
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// x · sigmoid(x).
    case silu

    var kind: Int {
        switch self {
        case .relu: HS_RELU
        case .gelu: HS_GELU
        case .geluTanh: HS_GELU_TANH
        case .tanh: HS_TANH
        case .sigmoid: HS_SIGMOID
        case .silu: HS_SILU
        }
    }

    /// Whether the derivative follows from the function's value alone.
    var derivesFromResult: Bool { self == .relu || self == .tanh || self == .sigmoid }

    /// The function by itself.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .relu: x.relu()
        case .gelu: x.gelu()
        case .geluTanh: x.geluTanh()
        case .tanh: x.tanh()
        case .sigmoid: x.sigmoid()
        case .silu: x.silu()
        }
    }
}

/// Sizes of a matrix product, and the call for it.
struct MatmulSizes {
    var batch = 1
    var m: Int
    var n: Int
    var k: Int
    var strideA = 0
    var strideB = 0
    var transposeA = false
    var transposeB = false

    @inline(__always)
    func call(_ dtype: DType, activation: Int = -1) -> hs_call {
        var call = hs_call(HS_OP_MATMUL, activation, dtype)
        call.n.0 = Int64(m)
        call.n.1 = Int64(n)
        call.n.2 = Int64(k)
        call.n.3 = Int64(transposeA ? m : k)
        call.n.4 = Int64(transposeB ? k : n)
        call.n.5 = Int64(batch)
        call.n.6 = Int64(strideA)
        call.n.7 = Int64(strideB)
        call.flags = (transposeA ? 1 : 0) | (transposeB ? 2 : 0)
        return call
    }
}

extension Tensor {
    /// The matrix product.
    ///
    /// The last two dimensions are the matrices, those before them a batch and broadcast by NumPy's
    /// rules; a vector counts as a row on the left and as a column on the right. Transposed operands
    /// cost no copy: every element is one chain of fused multiply-adds over ascending k, so that a
    /// row's bits do not depend on the batch.
    ///
    /// - Parameters:
    ///   - other: `[…, k, n]`, or `[…, n, k]` if it is to be transposed.
    ///   - transposeSelf: take this tensor as `[…, k, m]` instead of `[…, m, k]`.
    ///   - transposeOther: take `other` as `[…, n, k]`.
    /// - Returns: `[…, m, n]`.
    public func matmul(
        _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
    ) -> Tensor {
        require(
            rank >= 1 && other.rank >= 1,
            "matmul: scalars have no product as matrices (\(shape) and \(other.shape))")
        if rank == 1 {
            let row = reshaped(transposeSelf ? [count, 1] : [1, count])
            let product = row.matmul(
                other, transposeSelf: transposeSelf, transposeOther: transposeOther)
            return product.squeezed(axis: other.rank == 1 ? -1 : -2)
        }
        if other.rank == 1 {
            let column = other.reshaped(transposeOther ? [1, other.count] : [other.count, 1])
            return matmul(column, transposeSelf: transposeSelf, transposeOther: transposeOther)
                .squeezed(axis: -1)
        }
        return product(other, transposeSelf, transposeOther)
    }

    private func mismatch(_ other: Tensor, _ transposeSelf: Bool, _ transposeOther: Bool) -> String
    {
        "matmul: shapes \(shape)\(transposeSelf ? " transposed" : "") and "
            + "\(other.shape)\(transposeOther ? " transposed" : "") do not fit together"
    }

    /// The product of two tensors of at least two dimensions.
    private func product(_ other: Tensor, _ transposeA: Bool, _ transposeB: Bool) -> Tensor {
        require(
            dtype == other.dtype && dtype.isDifferentiable,
            "matmul: needs two float32 or two float64 tensors, not \(dtype) and \(other.dtype)")
        let (rowsA, columnsA) = (shape[rank - 2], shape[rank - 1])
        let (rowsB, columnsB) = (other.shape[other.rank - 2], other.shape[other.rank - 1])
        let k = transposeA ? rowsA : columnsA
        require(
            k == (transposeB ? columnsB : rowsB), mismatch(other, transposeA, transposeB))
        let (batchA, batchB) = (
            Shape(shape.dropLast(2)), Shape(other.shape.dropLast(2))
        )
        guard let batch = batchA.broadcast(with: batchB) else {
            fatalError(mismatch(other, transposeA, transposeB))
        }
        // One operand that is alike for the whole batch is not copied; other broadcasts are.
        let a = batchA == batch || batchA.elementCount == 1 ? self : broadcastBatch(batch)
        let b = batchB == batch || batchB.elementCount == 1 ? other : other.broadcastBatch(batch)
        var sizes = MatmulSizes(
            batch: batch.elementCount, m: transposeA ? columnsA : rowsA,
            n: transposeB ? rowsB : columnsB, k: k,
            strideA: a.count == rowsA * columnsA ? 0 : rowsA * columnsA,
            strideB: b.count == rowsB * columnsB ? 0 : rowsB * columnsB, transposeA: transposeA,
            transposeB: transposeB)
        var target = batch
        target.append(sizes.m)
        target.append(sizes.n)
        if sizes.batch > 1, sizes.strideB == 0, !transposeA {
            sizes.m *= sizes.batch
            sizes.batch = 1
        }
        let result = Tensor(uninitialized: target, dtype, device, for: "matmul")
        var call = sizes.call(dtype)
        if result.count > 0 { execute(&call, a, b, result) }
        guard let tape = activeTape(a, b) else { return result }
        return tape.recordProduct(result, a, b, transposeA, transposeB)
    }

    private func broadcastBatch(_ batch: Shape) -> Tensor {
        var target = batch
        target.append(shape[rank - 2])
        target.append(shape[rank - 1])
        return broadcast(to: target)
    }
}

extension Tape {
    fileprivate func recordProduct(
        _ result: Tensor, _ a: Tensor, _ b: Tensor, _ transposeA: Bool, _ transposeB: Bool
    ) -> Tensor {
        let (toA, toB) = (link(a), link(b))
        return record(result) { pass, gradient in
            pass.add(to: toA) {
                let product =
                    transposeA
                    ? b.matmul(gradient, transposeSelf: transposeB, transposeOther: true)
                    : gradient.matmul(b, transposeOther: !transposeB)
                return product.summed(to: a.shape)
            }
            pass.add(to: toB) {
                if !transposeA, b.rank == 2, a.rank > 2 {
                    return self.foldedWeightGradient(a, gradient, transposeB)
                }
                let product =
                    transposeB
                    ? gradient.matmul(a, transposeSelf: true, transposeOther: transposeA)
                    : a.matmul(gradient, transposeSelf: !transposeA)
                return product.summed(to: b.shape)
            }
        }
    }

    /// The gradient of a matrix shared by a whole batch: one product over all rows.
    private func foldedWeightGradient(_ a: Tensor, _ gradient: Tensor, _ transposed: Bool) -> Tensor
    {
        let rows = a.reshaped(-1, a.shape[a.rank - 1])
        let folded = gradient.reshaped(-1, gradient.shape[gradient.rank - 1])
        return transposed
            ? folded.matmul(rows, transposeSelf: true) : rows.matmul(folded, transposeSelf: true)
    }
}
