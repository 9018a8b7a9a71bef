import CHindsightKernels

/// softmax(scale · Q·Kᵀ)·V for every head and sequence (Vaswani et al. 2017).
///
/// Scores are never stored: the backward pass computes them again from one number a row and head. A row's
/// bits depend on its own sequence alone (if causal, on what is before it): packed and padded tensors and
/// batches of any size give the same.
///
/// - Parameters:
///   - query: `[rows, heads * headSize]`, `float32` or `float64`; with `firstRowsOnly` `[sequences, …]`.
///   - key: `[rows, keyValueHeads * headSize]`.
///   - value: `[rows, keyValueHeads * headSize]`.
///   - heads: how many heads the queries have.
///   - keyValueHeads: how many heads keys and values have, a divisor of `heads`; query head h uses head
///     h / (heads / keyValueHeads) (Ainslie et al. 2023). `heads` if nil.
///   - spans: which rows form a sequence.
///   - isCausal: whether a row sees only itself and the rows of its sequence before it.
///   - firstRowsOnly: whether the queries are those of each sequence's first row alone, where no more is
///     wanted; their bits are the same as among all.
///   - scale: what the products are multiplied by; 1/√headSize if nil.
/// - Returns: the shape of `query`; zeros in rows of no sequence.
public func attention(
    query: Tensor, key: Tensor, value: Tensor, heads: Int, keyValueHeads: Int? = nil,
    spans: SequenceSpans, isCausal: Bool = false, firstRowsOnly: Bool = false,
    scale: Double? = nil
) -> Tensor {
    let sizes = AttentionSizes(
        query, key, value, heads, keyValueHeads ?? heads, spans, firstRowsOnly)
    return attend(
        query, key, value, spans, sizes.call(query.dtype, spans, isCausal, scale), .init())
}

/// Attention with dropout of the probabilities (Srivastava et al. 2014): each becomes zero with
/// probability `dropout`, the others are divided by 1 - `dropout`.
///
/// The mask is not stored. Whether an element is kept depends on the generator's state, its row, its head
/// and the position of its key in the sequence, and on nothing else.
///
/// - Parameters:
///   - query: `[rows, heads * headSize]`, `float32` or `float64`; with `firstRowsOnly` `[sequences, …]`.
///   - key: `[rows, keyValueHeads * headSize]`.
///   - value: `[rows, keyValueHeads * headSize]`.
///   - heads: how many heads the queries have.
///   - keyValueHeads: how many heads keys and values have; `heads` if nil.
///   - spans: which rows form a sequence.
///   - isCausal: whether a row sees only itself and the rows of its sequence before it.
///   - firstRowsOnly: whether the queries are those of each sequence's first row alone, where no more is
///     wanted; their bits are the same as among all.
///   - scale: what the products are multiplied by; 1/√headSize if nil.
///   - dropout: from 0 to 1, taken to the nearest 65536th.
///   - random: moves on by one block, unless `dropout` is 0.
/// - Returns: the shape of `query`; zeros in rows of no sequence.
public func attention(
    query: Tensor, key: Tensor, value: Tensor, heads: Int, keyValueHeads: Int? = nil,
    spans: SequenceSpans, isCausal: Bool = false, firstRowsOnly: Bool = false,
    scale: Double? = nil, dropout: Double, random: inout RandomGenerator
) -> Tensor {
    require(
        dropout >= 0 && dropout <= 1, "attention: the dropout must be in 0...1, not \(dropout)")
    let sizes = AttentionSizes(
        query, key, value, heads, keyValueHeads ?? heads, spans, firstRowsOnly)
    var call = sizes.call(query.dtype, spans, isCausal, scale)
    guard dropout > 0 else { return attend(query, key, value, spans, call, .init()) }
    call.f.1 = dropout
    let patches = random.draw(1, perBlock: 1, &call)
    return attend(query, key, value, spans, call, patches)
}

/// The sizes of a checked attention.
private struct AttentionSizes {
    let rows: Int
    let heads: Int
    let keyValueHeads: Int
    let size: Int
    let firstRowsOnly: Bool

    init(
        _ query: Tensor, _ key: Tensor, _ value: Tensor, _ heads: Int, _ keyValueHeads: Int,
        _ spans: SequenceSpans, _ firstRowsOnly: Bool
    ) {
        require(
            query.rank == 2 && query.dtype.isDifferentiable && key.dtype == query.dtype
                && value.dtype == query.dtype,
            "attention: needs float32 or float64 [rows, features] throughout, not \(query.dtype) "
                + "\(query.shape), \(key.dtype) \(key.shape) and \(value.dtype) \(value.shape)")
        require(
            heads >= 1 && keyValueHeads >= 1 && heads % keyValueHeads == 0
                && query.shape[1] % heads == 0,
            "attention: \(heads) heads and \(keyValueHeads) of keys and values do not divide query "
                + "\(query.shape)")
        require(
            !firstRowsOnly || query.shape[0] == spans.count,
            "attention: query \(query.shape) must have a row for each of \(spans.count) sequences")
        rows = firstRowsOnly && key.rank == 2 ? key.shape[0] : query.shape[0]
        self.firstRowsOnly = firstRowsOnly
        size = query.shape[1] / heads
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        let wanted: Shape = [rows, keyValueHeads * size]
        require(
            key.shape == wanted && value.shape == wanted,
            "attention: key \(key.shape) and value \(value.shape) must be \(wanted) for query "
                + "\(query.shape) with \(heads) heads and \(keyValueHeads) of keys and values")
        require(
            rows <= Int(Int32.max) && rows * heads < Int(UInt32.max),
            "attention: \(rows) rows of \(heads) heads are more than can be counted")
        spans.check(rows: rows, "attention")
    }

    func call(
        _ dtype: DType, _ spans: SequenceSpans, _ isCausal: Bool, _ scale: Double?
    ) -> hs_call {
        var call = hs_call(HS_OP_ATTENTION, 0, dtype)
        call.flags = isCausal ? Int32(HS_CAUSAL) : 0
        if case .padded(_, let capacity) = spans {
            call.flags |= Int32(HS_PADDED)
            call.n.7 = Int64(capacity)
        }
        if firstRowsOnly { call.flags |= Int32(HS_FIRST_ROWS) }
        call.n.0 = Int64(rows)
        call.n.3 = Int64(heads)
        call.n.4 = Int64(keyValueHeads)
        call.n.5 = Int64(size)
        call.n.6 = Int64(spans.count)
        call.f.0 = scale ?? 1 / Double(Swift.max(size, 1)).squareRoot()
        return call
    }
}

private func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ spans: SequenceSpans, _ call: hs_call,
    _ patches: CallPatches
) -> Tensor {
    let numbers = spans.tensor.to(query.device)
    let tape = activeTape(query, key, value)
    func like(_ shape: Shape) -> Tensor {
        Tensor(uninitialized: shape, query.dtype, query.device, for: "attention")
    }
    let result = like(query.shape)
    let lse = tape.map { _ in like([Int(call.n.3), query.shape[0]]) }
    guard result.count > 0 else { return result }
    var forward = call
    executeSlowly(&forward, [query, key, value, numbers, result, lse], patches: patches)
    guard let tape, let lse else { return result }
    let (toQuery, toKey, toValue) = (tape.link(query), tape.link(key), tape.link(value))
    return tape.record(result) { pass, gradient in
        let (dQuery, dKey, dValue) = (like(query.shape), like(key.shape), like(value.shape))
        var backward = call
        backward.op = Int32(HS_OP_ATTENTION_BACKWARD)
        executeSlowly(
            &backward, [query, key, value, numbers, gradient, lse, dQuery, dKey, dValue],
            patches: patches)
        pass.add(to: toQuery) { dQuery }
        pass.add(to: toKey) { dKey }
        pass.add(to: toValue) { dValue }
    }
}
