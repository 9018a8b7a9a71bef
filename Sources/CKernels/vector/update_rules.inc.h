// Optimizer steps beyond SGD and Adam: every operand read once and written once.
#ifndef HS_UPDATE_RULES_INC_H
#define HS_UPDATE_RULES_INC_H

/// Runs the statements with `i` at each vector and `lanes` elements in it, fewer in the last one.
#define HS_EACH_VECTOR(n, ...)                                        \
    for (size_t i = 0; i < (n); i += HS_WIDTH) {                      \
        size_t lanes = (n) - i < HS_WIDTH ? (n) - i : (size_t)HS_WIDTH; \
        __VA_ARGS__                                                   \
    }

HS_INLINE vf hs_load_lanes(const float *p, size_t lanes) {
    return lanes == HS_WIDTH ? vf_load(p) : vf_load_n(p, lanes);
}

HS_INLINE void hs_store_lanes(float *p, vf v, size_t lanes) {
    if (lanes == HS_WIDTH) vf_store(p, v);
    else vf_store_n(p, v, lanes);
}

static void HS_NAME(lion)(const float *parameter, float *output, const float *gradient, float *m,
                          size_t n, double lr, double beta1, double beta2, double weight_decay,
                          float scale) {
    const vf b1 = vf_set((float)beta1), rest1 = vf_set((float)(1 - beta1));
    const vf b2 = vf_set((float)beta2), rest2 = vf_set((float)(1 - beta2));
    const vf keep = vf_set((float)(1 - lr * weight_decay)), step = vf_set((float)lr);
    HS_EACH_VECTOR(n, {
        vf p = hs_load_lanes(parameter + i, lanes), mean = hs_load_lanes(m + i, lanes);
        vf g = hs_load_lanes(gradient + i, lanes) * scale;
        vf way = vf_sign(vf_fma(mean, b1, rest1 * g));
        hs_store_lanes(output + i, vf_fma(-step, way, p * keep), lanes);
        hs_store_lanes(m + i, vf_fma(mean, b2, rest2 * g), lanes);
    })
}

static void HS_NAME(rmsprop)(const float *parameter, float *output, const float *gradient, float *v,
                             float *momentum, size_t n, double lr, double alpha, double eps,
                             double weight_decay, double mu, float scale) {
    const vf keep = vf_set((float)alpha), rest = vf_set((float)(1 - alpha));
    const vf decay = vf_set((float)weight_decay), step = vf_set((float)lr);
    const vf small = vf_set((float)eps), inertia = vf_set((float)mu);
    HS_EACH_VECTOR(n, {
        vf p = hs_load_lanes(parameter + i, lanes), square = hs_load_lanes(v + i, lanes);
        vf g = vf_fma(p, decay, hs_load_lanes(gradient + i, lanes) * scale);
        square = vf_fma(square, keep, rest * g * g);
        hs_store_lanes(v + i, square, lanes);
        g = g / (vf_sqrt(square) + small);
        if (momentum) {
            g = vf_fma(hs_load_lanes(momentum + i, lanes), inertia, g);
            hs_store_lanes(momentum + i, g, lanes);
        }
        hs_store_lanes(output + i, vf_fma(-step, g, p), lanes);
    })
}

static void HS_NAME(schedule_free)(const float *parameter, float *output, const float *gradient,
                                   float *z, float *v, size_t n, double lr, double beta1,
                                   double beta2, double eps, double weight_decay, double share,
                                   double correction2_sqrt, float scale) {
    const vf keep = vf_set((float)beta2), rest = vf_set((float)(1 - beta2));
    const vf small = vf_set((float)eps), decay = vf_set((float)weight_decay);
    const vf correction = vf_set((float)correction2_sqrt), toward = vf_set((float)share);
    const vf step = vf_set((float)lr), back = vf_set((float)(lr * (beta1 * (1 - share) - 1)));
    HS_EACH_VECTOR(n, {
        vf y = hs_load_lanes(parameter + i, lanes), base = hs_load_lanes(z + i, lanes);
        vf square = hs_load_lanes(v + i, lanes);
        vf g = hs_load_lanes(gradient + i, lanes) * scale;
        square = vf_fma(square, keep, rest * g * g);
        hs_store_lanes(v + i, square, lanes);
        g = vf_fma(y, decay, g / (vf_sqrt(square) / correction + small));
        hs_store_lanes(output + i, vf_fma(back, g, vf_fma(toward, base - y, y)), lanes);
        hs_store_lanes(z + i, vf_fma(-step, g, base), lanes);
    })
}

#endif
