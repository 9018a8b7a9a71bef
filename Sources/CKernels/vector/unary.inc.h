// y = op(x) and its gradient, element by element.
#ifndef HS_UNARY_INC_H
#define HS_UNARY_INC_H

HS_INLINE vf vf_sign(vf x) {
    vf y = vf_select(x > 0.0f, vf_set(1.0f), vf_select(x < 0.0f, vf_set(-1.0f), vf_set(0.0f)));
    return vf_select(vf_isnan(x), x, y);
}

HS_INLINE vf vf_relu(vf x) {
    return vf_max_fast(vf_set(0.0f), x);
}

/// `op` is a constant wherever this is inlined, so that one case remains.
HS_INLINE vf vf_unary(int op, vf x, vf p0, vf p1) {
    switch (op) {
    case HS_NEG: return -x;
    case HS_ABS: return vf_abs(x);
    case HS_SIGN: return vf_sign(x);
    case HS_SQUARE: return x * x;
    case HS_SQRT: return vf_sqrt(x);
    case HS_RSQRT: return 1.0f / vf_sqrt(x);
    case HS_RECIPROCAL: return 1.0f / x;
    case HS_EXP: return vf_exp(x);
    case HS_EXPM1: return vf_expm1(x);
    case HS_LOG: return vf_log(x);
    case HS_LOG1P: return vf_log1p(x);
    case HS_SIN: return vf_sin(x);
    case HS_COS: return vf_cos(x);
    case HS_TANH: return vf_tanh(x);
    case HS_SIGMOID: return vf_sigmoid(x);
    case HS_SILU: return vf_silu(x);
    case HS_RELU: return vf_relu(x);
    case HS_LEAKY_RELU: return vf_select(x < 0.0f, p0 * x, x);
    case HS_ELU: return vf_select(x <= 0.0f, p0 * vf_expm1(x), x);
    case HS_GELU: return vf_gelu(x);
    case HS_GELU_TANH: return vf_gelu_tanh(x);
    case HS_SOFTPLUS: return vf_softplus(x);
    case HS_ERF: return vf_erf(x);
    case HS_FLOOR: return (vf)__builtin_elementwise_floor((hs_ext_float)x);
    case HS_CEIL: return (vf)__builtin_elementwise_ceil((hs_ext_float)x);
    case HS_ROUND: return (vf)__builtin_elementwise_roundeven((hs_ext_float)x);
    case HS_CLAMP: return vf_min_fast(p1, vf_max_fast(p0, x));
    case HS_SCALE: return vf_fma(p0, x, p1);
    default: return x;
    }
}

/// Whole vectors from i on; where they end.
HS_INLINE size_t hs_unary_vectors(int op, const float *x, float *y, size_t i, size_t n, vf p0,
                                  vf p1, bool stream) {
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf_put(y + i, vf_unary(op, vf_load(x + i), p0, p1), stream);
    }
    return i;
}

HS_INLINE void hs_unary_loop(int op, const float *x, float *y, size_t n, float p0, float p1) {
    vf v0 = vf_set(p0), v1 = vf_set(p1);
    bool stream = hs_streams(y, x, n);
    size_t i = stream ? hs_unaligned(y) : 0;
    if (i > 0) vf_store_n(y, vf_unary(op, vf_load_n(x, i), v0, v1), i);
    i = stream ? hs_unary_vectors(op, x, y, i, n, v0, v1, true)
               : hs_unary_vectors(op, x, y, i, n, v0, v1, false);
    if (i < n) vf_store_n(y + i, vf_unary(op, vf_load_n(x + i, n - i), v0, v1), n - i);
    hs_stream_end(stream);
}

/// The derivative times dy.
HS_INLINE vf vf_unary_backward(int op, vf x, vf y, vf dy, vf p0, vf p1) {
    vf zero = vf_set(0.0f);
    switch (op) {
    case HS_NEG: return -dy;
    case HS_ABS: return dy * vf_sign(x);
    case HS_SQUARE: return dy * 2.0f * x;
    case HS_SQRT: return dy * 0.5f / y;
    case HS_RSQRT: return dy * -0.5f * (y * y * y);
    case HS_RECIPROCAL: return -dy * (y * y);
    case HS_EXP: return dy * y;
    case HS_EXPM1: return dy * (y + 1.0f);
    case HS_LOG: return dy / x;
    case HS_LOG1P: return dy / (x + 1.0f);
    case HS_SIN: return dy * vf_cos(x);
    case HS_COS: return -dy * vf_sin(x);
    case HS_TANH: return dy * vf_fma(-y, y, vf_set(1.0f));
    case HS_SIGMOID: return dy * (y * (1.0f - y));
    case HS_SILU: return dy * vf_silu_slope(x);
    case HS_RELU: return vf_select(x <= 0.0f, zero, dy);
    case HS_LEAKY_RELU: return vf_select(x > 0.0f, dy, p0 * dy);
    case HS_ELU: return vf_select(x > 0.0f, dy, dy * p0 * vf_exp(x));
    case HS_GELU: return dy * vf_gelu_slope(x);
    case HS_GELU_TANH: return dy * vf_gelu_tanh_slope(x);
    case HS_SOFTPLUS: return dy * vf_sigmoid(x);
    case HS_ERF: return dy * (1.12837917f * vf_exp(-x * x));
    case HS_CLAMP: return vf_select((x < p0) | (x > p1), zero, dy);
    case HS_SCALE: return p0 * dy;
    default: return zero;  // sign, floor, ceil, round
    }
}

HS_INLINE void hs_unary_backward_part(int op, const float *x, const float *y, const float *dy,
                                      float *dx, size_t n, vf p0, vf p1) {
    vf slope = vf_unary_backward(op, vf_load_n(x, n), vf_load_n(y, n), vf_load_n(dy, n), p0, p1);
    vf_store_n(dx, slope, n);
}

HS_INLINE size_t hs_unary_backward_vectors(int op, const float *x, const float *y, const float *dy,
                                           float *dx, size_t i, size_t n, vf p0, vf p1,
                                           bool stream) {
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf slope = vf_unary_backward(op, vf_load(x + i), vf_load(y + i), vf_load(dy + i), p0, p1);
        vf_put(dx + i, slope, stream);
    }
    return i;
}

HS_INLINE void hs_unary_backward_loop(int op, const float *x, const float *y, const float *dy,
                                      float *dx, size_t n, float p0, float p1) {
    vf v0 = vf_set(p0), v1 = vf_set(p1);
    bool stream = hs_streams(dx, dy, n) && dx != x && dx != y;
    size_t i = stream ? hs_unaligned(dx) : 0;
    if (i > 0) hs_unary_backward_part(op, x, y, dy, dx, i, v0, v1);
    i = stream ? hs_unary_backward_vectors(op, x, y, dy, dx, i, n, v0, v1, true)
               : hs_unary_backward_vectors(op, x, y, dy, dx, i, n, v0, v1, false);
    if (i < n) hs_unary_backward_part(op, x + i, y + i, dy + i, dx + i, n - i, v0, v1);
    hs_stream_end(stream);
}

#define HS_EACH_UNARY(X)                                                                       \
    X(HS_NEG) X(HS_ABS) X(HS_SIGN) X(HS_SQUARE) X(HS_SQRT) X(HS_RSQRT) X(HS_RECIPROCAL)        \
    X(HS_EXP) X(HS_EXPM1) X(HS_LOG) X(HS_LOG1P) X(HS_SIN) X(HS_COS) X(HS_TANH) X(HS_SIGMOID)   \
    X(HS_SILU) X(HS_RELU) X(HS_LEAKY_RELU) X(HS_ELU) X(HS_GELU) X(HS_GELU_TANH) X(HS_SOFTPLUS) \
    X(HS_ERF) X(HS_FLOOR) X(HS_CEIL) X(HS_ROUND) X(HS_CLAMP) X(HS_SCALE)

static void HS_NAME(unary)(int op, const float *x, float *y, size_t n, float p0, float p1) {
    switch (op) {
#define HS_CASE(OP) case OP: hs_unary_loop(OP, x, y, n, p0, p1); break;
        HS_EACH_UNARY(HS_CASE)
#undef HS_CASE
    }
}

static void HS_NAME(unary_backward)(int op, const float *x, const float *y, const float *dy,
                                    float *dx, size_t n, float p0, float p1) {
    switch (op) {
#define HS_CASE(OP) case OP: hs_unary_backward_loop(OP, x, y, dy, dx, n, p0, p1); break;
        HS_EACH_UNARY(HS_CASE)
#undef HS_CASE
    }
}

#endif
