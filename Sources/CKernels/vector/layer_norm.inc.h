// Layer normalisation over contiguous rows.
#ifndef HS_LAYER_NORM_INC_H
#define HS_LAYER_NORM_INC_H

/// The sum of (x - mean)^2, in the order of hs_row_dot.
HS_INLINE double hs_row_spread(const float *x, size_t n, float mean) {
    vf by = vf_set(mean);
    vd total = {};
    while (n > 0) {
        size_t count = n < HS_SOFTMAX_BLOCK ? n : HS_SOFTMAX_BLOCK, i = 0;
        vf s[4] = {};
        for (; i + 4 * HS_WIDTH <= count; i += 4 * HS_WIDTH) {
            HS_UNROLL
            for (int k = 0; k < 4; ++k) {
                vf d = vf_load(x + i + k * HS_WIDTH) - by;
                s[k] = vf_fma(d, d, s[k]);
            }
        }
        for (; i < count; i += HS_WIDTH) {
            size_t rest = count - i < HS_WIDTH ? count - i : HS_WIDTH;
            vf d = vf_keep(vf_load_n(x + i, rest) - by, rest, 0.0f);
            s[1] = vf_fma(d, d, s[1]);
        }
        total += vd_from_float((s[0] + s[1]) + (s[2] + s[3]));
        x += count, n -= count;
    }
    return vd_sum(total);
}

HS_INLINE void hs_normalize_row(const float *x, const float *gamma, const float *beta, float *y,
                                size_t n, float mean, float rstd) {
    vf by = vf_set(mean), scale = vf_set(rstd), one = vf_set(1.0f), zero = vf_set(-0.0f);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf v = (vf_load(x + i) - by) * scale;
        vf g = gamma ? vf_load(gamma + i) : one, b = beta ? vf_load(beta + i) : zero;
        vf_store(y + i, vf_fma(v, g, b));
    }
    if (i < n) {
        size_t rest = n - i;
        vf v = (vf_load_n(x + i, rest) - by) * scale;
        vf g = gamma ? vf_load_n(gamma + i, rest) : one;
        vf b = beta ? vf_load_n(beta + i, rest) : zero;
        vf_store_n(y + i, vf_fma(v, g, b), rest);
    }
}

static void HS_NAME(layer_norm)(const float *x, const float *gamma, const float *beta, float *y,
                                float *mean, float *rstd, size_t rows, size_t n, float eps) {
    for (size_t r = 0; r < rows; ++r, x += n, y += n) {
        mean[r] = (float)(hs_row_sum(HS_SUM, x, n) / (double)n);
        double variance = hs_row_spread(x, n, mean[r]) / (double)n;
        rstd[r] = (float)(1.0 / sqrt(variance + (double)eps));
        if (gamma && beta) {
            hs_normalize_row(x, gamma, beta, y, n, mean[r], rstd[r]);
        } else {
            hs_normalize_row(x, gamma, beta, y, n, mean[r], rstd[r]);
        }
    }
}

// ---- gradients --------------------------------------------------------------------------------

typedef struct hs_slope_sums {
    vf g, g_xhat;
} hs_slope_sums;

/// One more vector of a row's gradient: sums of g = dy * gamma and of g * xhat.
HS_INLINE hs_slope_sums hs_take_slopes(hs_slope_sums s, vf g, vf x, vf mean, vf rstd) {
    s.g += g;
    s.g_xhat = vf_fma(g, (x - mean) * rstd, s.g_xhat);
    return s;
}

HS_INLINE hs_slope_sums hs_row_slopes(const float *dy, const float *x, const float *gamma,
                                      size_t n, vf mean, vf rstd) {
    hs_slope_sums s[4] = {0};
    vf one = vf_set(1.0f);
    size_t i = 0;
    for (; i + 4 * HS_WIDTH <= n; i += 4 * HS_WIDTH) {
        HS_UNROLL
        for (size_t k = 0; k < 4; ++k) {
            size_t at = i + k * HS_WIDTH;
            vf g = vf_load(dy + at) * (gamma ? vf_load(gamma + at) : one);
            s[k] = hs_take_slopes(s[k], g, vf_load(x + at), mean, rstd);
        }
    }
    for (; i < n; i += HS_WIDTH) {
        size_t rest = n - i < HS_WIDTH ? n - i : HS_WIDTH;
        vf g = vf_load_n(dy + i, rest) * (gamma ? vf_load_n(gamma + i, rest) : one);
        vf last = vf_load_rest(x + i, rest, mean[0]);
        s[1] = hs_take_slopes(s[1], g, last, mean, rstd);
    }
    return (hs_slope_sums){(s[0].g + s[1].g) + (s[2].g + s[3].g),
                           (s[0].g_xhat + s[1].g_xhat) + (s[2].g_xhat + s[3].g_xhat)};
}

/// dx = rstd * (g - mean(g) - xhat * mean(g * xhat))
HS_INLINE void hs_norm_row_backward(const float *dy, const float *x, const float *gamma, float *dx,
                                    size_t n, float mean_value, float rstd_value) {
    vf mean = vf_set(mean_value), rstd = vf_set(rstd_value), one = vf_set(1.0f);
    hs_slope_sums s = hs_row_slopes(dy, x, gamma, n, mean, rstd);
    vf mean_g = vf_set((float)(vd_sum(vd_from_float(s.g)) / (double)n));
    vf mean_gx = vf_set((float)(vd_sum(vd_from_float(s.g_xhat)) / (double)n));
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf g = vf_load(dy + i) * (gamma ? vf_load(gamma + i) : one);
        vf xhat = (vf_load(x + i) - mean) * rstd;
        vf_store(dx + i, rstd * vf_fma(-xhat, mean_gx, g - mean_g));
    }
    if (i < n) {
        size_t rest = n - i;
        vf g = vf_load_n(dy + i, rest) * (gamma ? vf_load_n(gamma + i, rest) : one);
        vf xhat = (vf_load_n(x + i, rest) - mean) * rstd;
        vf_store_n(dx + i, rstd * vf_fma(-xhat, mean_gx, g - mean_g), rest);
    }
}

static void HS_NAME(layer_norm_backward)(const float *dy, const float *x, const float *mean,
                                         const float *rstd, const float *gamma, float *dx,
                                         size_t rows, size_t n) {
    for (size_t r = 0; r < rows; ++r, dy += n, x += n, dx += n) {
        if (gamma) {
            hs_norm_row_backward(dy, x, gamma, dx, n, mean[r], rstd[r]);
        } else {
            hs_norm_row_backward(dy, x, NULL, dx, n, mean[r], rstd[r]);
        }
    }
}

/// Adds one row's dy * xhat and dy to the columns' sums.
HS_INLINE void hs_norm_parameter_row(const float *dy, const float *x, float *dgamma, float *dbeta,
                                     size_t n, size_t ahead, float mean_value, float rstd_value) {
    vf mean = vf_set(mean_value), rstd = vf_set(rstd_value);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        if (ahead > 0) hs_fetch(dy + i + ahead), hs_fetch(x + i + ahead);
        vf slope = vf_load(dy + i), xhat = (vf_load(x + i) - mean) * rstd;
        vf_store(dgamma + i, vf_fma(slope, xhat, vf_load(dgamma + i)));
        vf_store(dbeta + i, slope + vf_load(dbeta + i));
    }
    if (i < n) {
        size_t rest = n - i;
        vf slope = vf_load_n(dy + i, rest), xhat = (vf_load_n(x + i, rest) - mean) * rstd;
        vf_store_n(dgamma + i, vf_fma(slope, xhat, vf_load_n(dgamma + i, rest)), rest);
        vf_store_n(dbeta + i, slope + vf_load_n(dbeta + i, rest), rest);
    }
}

static void HS_NAME(layer_norm_backward_parameters)(const float *dy, const float *x,
                                                    const float *mean, const float *rstd,
                                                    float *dgamma, float *dbeta, size_t rows,
                                                    size_t n, size_t begin, size_t end) {
    float g[HS_COLUMN_TILE], b[HS_COLUMN_TILE];
    for (size_t j = begin; j < end; j += HS_COLUMN_TILE) {
        size_t tile = end - j < HS_COLUMN_TILE ? end - j : HS_COLUMN_TILE;
        size_t ahead = hs_tile_ahead(tile, n);
        if (dgamma) HS_NAME(fill)(dgamma + j, tile, 0.0f);
        if (dbeta) HS_NAME(fill)(dbeta + j, tile, 0.0f);
        for (size_t i = 0; i < rows; i += HS_ROW_BLOCK) {
            size_t stop = rows - i < HS_ROW_BLOCK ? rows : i + HS_ROW_BLOCK;
            HS_NAME(fill)(g, tile, 0.0f);
            HS_NAME(fill)(b, tile, 0.0f);
            for (size_t r = i; r < stop; ++r) {
                hs_norm_parameter_row(dy + r * n + j, x + r * n + j, g, b, tile, ahead, mean[r],
                                      rstd[r]);
            }
            if (dgamma) HS_NAME(add_to)(dgamma + j, g, tile);
            if (dbeta) HS_NAME(add_to)(dbeta + j, b, tile);
        }
    }
}

#endif
