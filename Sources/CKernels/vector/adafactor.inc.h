// The passes of an Adafactor step over a matrix, or over a vector as the elements of its own variance.
#ifndef HS_ADAFACTOR_INC_H
#define HS_ADAFACTOR_INC_H

static double HS_NAME(square_sum)(const float *x, size_t n, float scale) {
    vd total = {0};
    HS_EACH_VECTOR(n, {
        vf value = hs_load_lanes(x + i, lanes) * scale;
        total += vd_from_float(value * value);
    })
    return vd_sum(total);
}

static void HS_NAME(lerp_squares)(const float *gradient, float *v, size_t n, double rate,
                                  float scale) {
    const vf part = vf_set((float)rate);
    HS_EACH_VECTOR(n, {
        vf g = hs_load_lanes(gradient + i, lanes) * scale, old = hs_load_lanes(v + i, lanes);
        hs_store_lanes(v + i, vf_fma(part, g * g - old, old), lanes);
    })
}

static void HS_NAME(lerp_column_squares)(const float *gradient, size_t ld, size_t rows, float *v,
                                         size_t columns, double rate, float scale) {
    const vf part = vf_set((float)rate), share = vf_set(1 / (float)rows);
    HS_EACH_VECTOR(columns, {
        vd total = {0};
        for (size_t row = 0; row < rows; ++row) {
            vf g = hs_load_lanes(gradient + row * ld + i, lanes) * scale;
            total += vd_from_float(g * g);
        }
        vf old = hs_load_lanes(v + i, lanes);
        hs_store_lanes(v + i, vf_fma(part, vf_from_double(total) * share - old, old), lanes);
    })
}

/// gradient / sqrt(max(v * factor, least))
HS_INLINE vf hs_scaled_gradient(const float *gradient, const float *v, size_t lanes, vf factor,
                                vf least, float scale) {
    vf estimate = vf_max(hs_load_lanes(v, lanes) * factor, least);
    return hs_load_lanes(gradient, lanes) * scale / vf_sqrt(estimate);
}

static double HS_NAME(scaled_square_sum)(const float *gradient, const float *v, size_t n,
                                         float factor, float least, float scale) {
    const vf times = vf_set(factor), least_estimate = vf_set(least);
    vd total = {0};
    HS_EACH_VECTOR(n, {
        vf u = hs_scaled_gradient(gradient + i, v + i, lanes, times, least_estimate, scale);
        total += vd_from_float(u * u);
    })
    return vd_sum(total);
}

static void HS_NAME(scaled_step)(const float *parameter, float *output, const float *gradient,
                                 const float *v, size_t n, float factor, float least, float keep,
                                 float step, float scale) {
    const vf times = vf_set(factor), least_estimate = vf_set(least), length = vf_set(step);
    HS_EACH_VECTOR(n, {
        vf u = hs_scaled_gradient(gradient + i, v + i, lanes, times, least_estimate, scale);
        vf p = hs_load_lanes(parameter + i, lanes) * keep;
        hs_store_lanes(output + i, vf_fma(-length, u, p), lanes);
    })
}

#endif
