// RMS normalisation over contiguous rows: layer normalisation without the mean.
#ifndef HS_RMS_NORM_INC_H
#define HS_RMS_NORM_INC_H

static void HS_NAME(rms_norm)(const float *x, const float *gamma, float *y, float *rstd,
                              size_t rows, size_t n, float eps) {
    for (size_t r = 0; r < rows; ++r, x += n, y += n) {
        rstd[r] = (float)(1.0 / sqrt(hs_row_dot(x, x, n) / (double)n + (double)eps));
        if (gamma) {
            hs_normalize_row(x, gamma, NULL, y, n, 0.0f, rstd[r]);
        } else {
            hs_normalize_row(x, NULL, NULL, y, n, 0.0f, rstd[r]);
        }
    }
}

/// dx = rstd * (g - xhat * mean(g * xhat)) with g = dy * gamma
HS_INLINE void hs_rms_row_backward(const float *dy, const float *x, const float *gamma, float *dx,
                                   size_t n, float rstd_value) {
    vf zero = vf_set(0.0f), rstd = vf_set(rstd_value), one = vf_set(1.0f);
    hs_slope_sums s = hs_row_slopes(dy, x, gamma, n, zero, rstd);
    vf mean_gx = vf_set((float)(vd_sum(vd_from_float(s.g_xhat)) / (double)n));
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf g = vf_load(dy + i) * (gamma ? vf_load(gamma + i) : one), xhat = vf_load(x + i) * rstd;
        vf_store(dx + i, rstd * vf_fma(-xhat, mean_gx, g));
    }
    if (i < n) {
        size_t rest = n - i;
        vf g = vf_load_n(dy + i, rest) * (gamma ? vf_load_n(gamma + i, rest) : one);
        vf xhat = vf_load_n(x + i, rest) * rstd;
        vf_store_n(dx + i, rstd * vf_fma(-xhat, mean_gx, g), rest);
    }
}

static void HS_NAME(rms_norm_backward)(const float *dy, const float *x, const float *rstd,
                                       const float *gamma, float *dx, size_t rows, size_t n) {
    for (size_t r = 0; r < rows; ++r, dy += n, x += n, dx += n) {
        if (gamma) {
            hs_rms_row_backward(dy, x, gamma, dx, n, rstd[r]);
        } else {
            hs_rms_row_backward(dy, x, NULL, dx, n, rstd[r]);
        }
    }
}

#endif
