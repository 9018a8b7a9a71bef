// Reductions of contiguous rows. A row is added up in `HS_LANES` interleaved vector accumulators
// that are emptied into double precision every HS_SUM_BLOCK elements, so that long sums stay
// precise; which element goes to which accumulator depends on the row's length only.
#ifndef HS_REDUCTIONS_INC_H
#define HS_REDUCTIONS_INC_H

#define HS_LANES 8
#define HS_STRIDE (HS_LANES * HS_WIDTH)
#define HS_SUM_BLOCK ((size_t)16 * HS_STRIDE)

/// The value that changes nothing.
HS_INLINE float hs_neutral(int op) {
    switch (op) {
    case HS_REDUCE_MAX: return -HS_INFINITY;
    case HS_REDUCE_MIN: return HS_INFINITY;
    case HS_PROD: return 1.0f;
    default: return 0.0f;
    }
}

HS_INLINE vf vf_combine(int op, vf a, vf b) {
    switch (op) {
    case HS_REDUCE_MAX: return vf_max(a, b);
    case HS_REDUCE_MIN: return vf_min(a, b);
    case HS_PROD: return a * b;
    default: return a + b;
    }
}

/// Takes one more vector of x into an accumulator.
HS_INLINE vf vf_take(int op, vf a, vf x) {
    return op == HS_SQUARE_SUM ? vf_fma(x, x, a) : vf_combine(op, a, x);
}

HS_INLINE vf hs_join(int op, vf a[HS_LANES]) {
    HS_UNROLL
    for (int width = HS_LANES / 2; width > 0; width /= 2) {
        HS_UNROLL
        for (int k = 0; k < width; ++k) a[k] = vf_combine(op, a[k], a[k + width]);
    }
    return a[0];
}

/// Reduces a row shorter than HS_SUM_BLOCK (or of any length, for what does not round).
HS_INLINE vf hs_reduce_block(int op, const float *x, size_t n) {
    vf a[HS_LANES], neutral = vf_set(hs_neutral(op));
    HS_UNROLL
    for (int k = 0; k < HS_LANES; ++k) a[k] = neutral;
    size_t i = 0;
    for (; i + HS_STRIDE <= n; i += HS_STRIDE) {
        HS_UNROLL
        for (int k = 0; k < HS_LANES; ++k) a[k] = vf_take(op, a[k], vf_load(x + i + k * HS_WIDTH));
    }
    size_t whole = (n - i) / HS_WIDTH;
    HS_UNROLL
    for (size_t k = 0; k < HS_LANES - 1; ++k) {
        if (k < whole) a[k] = vf_take(op, a[k], vf_load(x + i + k * HS_WIDTH));
    }
    i += whole * HS_WIDTH;
    if (i < n) {
        vf last = vf_load_rest(x + i, n - i, hs_neutral(op));
        a[HS_LANES - 1] = vf_take(op, a[HS_LANES - 1], last);
    }
    return hs_join(op, a);
}

HS_INLINE double hs_row_sum(int op, const float *x, size_t n) {
    vd total = {};
    for (; n > HS_SUM_BLOCK; n -= HS_SUM_BLOCK, x += HS_SUM_BLOCK) {
        total += vd_from_float(hs_reduce_block(op, x, HS_SUM_BLOCK));
    }
    return vd_sum(total + vd_from_float(hs_reduce_block(op, x, n)));
}

HS_INLINE float hs_row_max(const float *x, size_t n) {
    return vf_greatest(hs_reduce_block(HS_REDUCE_MAX, x, n));
}

HS_INLINE float hs_row_reduce(int op, const float *x, size_t n) {
    switch (op) {
    case HS_REDUCE_MAX: return hs_row_max(x, n);
    case HS_REDUCE_MIN: return vf_least(hs_reduce_block(op, x, n));
    case HS_PROD: return vf_product(hs_reduce_block(op, x, n));
    default: return (float)hs_row_sum(op, x, n);
    }
}

static float hs_row_logsumexp(const float *x, size_t n);

static void HS_NAME(reduce_rows)(int op, const float *x, float *y, size_t rows, size_t n) {
    switch (op) {
#define HS_CASE(OP)                                                              \
    case OP:                                                                     \
        for (size_t r = 0; r < rows; ++r) y[r] = hs_row_reduce(OP, x + r * n, n); \
        break;
        HS_CASE(HS_SUM) HS_CASE(HS_REDUCE_MAX) HS_CASE(HS_REDUCE_MIN) HS_CASE(HS_PROD)
        HS_CASE(HS_SQUARE_SUM)
#undef HS_CASE
    case HS_LOGSUMEXP:
        for (size_t r = 0; r < rows; ++r) y[r] = hs_row_logsumexp(x + r * n, n);
        break;
    }
}

#endif
