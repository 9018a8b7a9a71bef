// Softmax and its relatives over contiguous rows.
#ifndef HS_SOFTMAX_INC_H
#define HS_SOFTMAX_INC_H

// A block of a row that stays in the first-level cache between its two readings.
#define HS_SOFTMAX_BLOCK ((size_t)2048)

/// The greatest value of a row and the sum of e^(x - greatest).
typedef struct hs_exponentials {
    float greatest;
    double sum;
} hs_exponentials;

/// Sum of e^(x - shift) over a block, in the order of hs_reduce_block; y (may be NULL) receives
/// the terms.
HS_INLINE double hs_block_exp(const float *x, float *y, size_t n, float shift) {
    vf a[4] = {}, by = vf_set(shift);
    size_t i = 0;
    for (; i + 4 * HS_WIDTH <= n; i += 4 * HS_WIDTH) {
        HS_UNROLL
        for (int k = 0; k < 4; ++k) {
            if (!y) hs_fetch(x + i + k * HS_WIDTH + HS_AHEAD);
            if (y) hs_fetch_to_write(y + i + k * HS_WIDTH + HS_AHEAD);
            vf e = vf_exp(vf_load(x + i + k * HS_WIDTH) - by);
            if (y) vf_store(y + i + k * HS_WIDTH, e);
            a[k] += e;
        }
    }
    for (; i < n; i += HS_WIDTH) {
        size_t rest = n - i < HS_WIDTH ? n - i : HS_WIDTH;
        vf e = vf_exp(vf_load_n(x + i, rest) - by);
        if (y) vf_store_n(y + i, e, rest);
        a[1] += vf_keep(e, rest, 0.0f);
    }
    return vd_sum(vd_from_float((a[0] + a[1]) + (a[2] + a[3])));
}

/// -infinity and infinity less themselves would be NaN; a row of -infinity has exponentials of 0.
HS_INLINE float hs_shift(float greatest) {
    return greatest == HS_INFINITY || greatest == -HS_INFINITY ? 0.0f : greatest;
}

/// One reading of the row: the sum is rescaled when a later block holds a greater value.
HS_INLINE hs_exponentials hs_row_exponentials(const float *x, size_t n) {
    hs_exponentials row = {-HS_INFINITY, 0.0};
    for (size_t i = 0; i < n; i += HS_SOFTMAX_BLOCK) {
        size_t count = n - i < HS_SOFTMAX_BLOCK ? n - i : HS_SOFTMAX_BLOCK;
        float greatest = hs_row_max(x + i, count);
        if (!(greatest <= row.greatest)) {
            if (i > 0) row.sum *= exp((double)row.greatest - (double)greatest);
            row.greatest = greatest;
        }
        row.sum += hs_block_exp(x + i, NULL, count, hs_shift(row.greatest));
    }
    return row;
}

static float hs_row_logsumexp(const float *x, size_t n) {
    hs_exponentials row = hs_row_exponentials(x, n);
    return (float)((double)hs_shift(row.greatest) + log(row.sum));
}

HS_INLINE void hs_scale_row(float *y, size_t n, float by) {
    hs_unary_loop(HS_SCALE, y, y, n, by, -0.0f);
}

static void HS_NAME(softmax)(const float *x, float *y, size_t rows, size_t n) {
    for (size_t r = 0; r < rows; ++r, x += n, y += n) {
        double sum = hs_block_exp(x, y, n, hs_row_max(x, n));
        hs_scale_row(y, n, (float)(1.0 / sum));
    }
}

static void HS_NAME(log_softmax)(const float *x, float *y, size_t rows, size_t n) {
    for (size_t r = 0; r < rows; ++r, x += n, y += n) {
        hs_exponentials row = hs_row_exponentials(x, n);
        vf greatest = vf_set(row.greatest), rest = vf_set((float)log(row.sum));
        size_t i = 0;
        for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
            vf_store(y + i, (vf_load(x + i) - greatest) - rest);
        }
        if (i < n) vf_store_n(y + i, (vf_load_n(x + i, n - i) - greatest) - rest, n - i);
    }
}

/// The sum of a[i] * b[i].
HS_INLINE double hs_row_dot(const float *a, const float *b, size_t n) {
    vd total = {};
    while (n > 0) {
        size_t count = n < HS_SOFTMAX_BLOCK ? n : HS_SOFTMAX_BLOCK, i = 0;
        vf s[4] = {};
        for (; i + 4 * HS_WIDTH <= count; i += 4 * HS_WIDTH) {
            HS_UNROLL
            for (size_t k = 0; k < 4; ++k) {
                size_t at = i + k * HS_WIDTH;
                s[k] = vf_fma(vf_load(a + at), vf_load(b + at), s[k]);
            }
        }
        for (; i < count; i += HS_WIDTH) {
            size_t rest = count - i < HS_WIDTH ? count - i : HS_WIDTH;
            s[1] = vf_fma(vf_load_n(a + i, rest), vf_load_n(b + i, rest), s[1]);
        }
        total += vd_from_float((s[0] + s[1]) + (s[2] + s[3]));
        a += count, b += count, n -= count;
    }
    return vd_sum(total);
}

HS_INLINE vf vf_softmax_slope(bool logarithm, vf y, vf dy, vf sum) {
    return logarithm ? dy - vf_exp(y) * sum : y * (dy - sum);
}

HS_INLINE void hs_softmax_slopes(bool logarithm, const float *y, const float *dy, float *dx,
                                 size_t n, float sum) {
    vf total = vf_set(sum);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf_store(dx + i, vf_softmax_slope(logarithm, vf_load(y + i), vf_load(dy + i), total));
    }
    if (i < n) {
        size_t rest = n - i;
        vf slope = vf_softmax_slope(logarithm, vf_load_n(y + i, rest), vf_load_n(dy + i, rest),
                                    total);
        vf_store_n(dx + i, slope, rest);
    }
}

static void HS_NAME(softmax_backward)(const float *y, const float *dy, float *dx, size_t rows,
                                      size_t n) {
    for (size_t r = 0; r < rows; ++r, y += n, dy += n, dx += n) {
        hs_softmax_slopes(false, y, dy, dx, n, (float)hs_row_dot(dy, y, n));
    }
}

static void HS_NAME(log_softmax_backward)(const float *y, const float *dy, float *dx, size_t rows,
                                          size_t n) {
    for (size_t r = 0; r < rows; ++r, y += n, dy += n, dx += n) {
        hs_softmax_slopes(true, y, dy, dx, n, (float)hs_row_sum(HS_SUM, dy, n));
    }
}

#endif
