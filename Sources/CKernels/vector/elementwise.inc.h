// Elementwise functions of two operands, comparisons, selection, fill and a matmul's epilogue.
#ifndef HS_ELEMENTWISE_INC_H
#define HS_ELEMENTWISE_INC_H

HS_INLINE vf vf_truth(vi mask) {
    return (vf)(mask & (vi)vf_set(1.0f));
}

static __attribute__((noinline)) void hs_pow_lanes(const vf *a, const vf *b, vf *y) {
    HS_UNROLL
    for (int i = 0; i < HS_WIDTH; ++i) (*y)[i] = powf((*a)[i], (*b)[i]);
}

HS_INLINE vf vf_pow(vf a, vf b) {
    vf y;
    hs_pow_lanes(&a, &b, &y);
    return vf_select(b == 2.0f, a * a, y);
}

/// `op` is a constant wherever this is inlined.
HS_INLINE vf vf_binary(int op, vf a, vf b) {
    switch (op) {
    case HS_ADD: return a + b;
    case HS_SUB: return a - b;
    case HS_MUL: return a * b;
    case HS_DIV: return a / b;
    case HS_MAX: return vf_max(a, b);
    case HS_MIN: return vf_min(a, b);
    case HS_POW: return vf_pow(a, b);
    case HS_AND: return vf_truth((a != 0.0f) & (b != 0.0f));
    case HS_OR: return vf_truth((a != 0.0f) | (b != 0.0f));
    default: return a;
    }
}

/// The vector at p + i, or `scalar` where the operand does not move.
HS_INLINE vf hs_operand(const float *p, int step, size_t i, vf scalar) {
    return step ? vf_load(p + i) : scalar;
}

HS_INLINE vf hs_operand_n(const float *p, int step, size_t i, size_t n, vf scalar) {
    return step ? vf_load_n(p + i, n) : scalar;
}

HS_INLINE void hs_binary_part(int op, const float *a, int a_step, const float *b, int b_step,
                              float *y, size_t n, vf a0, vf b0) {
    vf v = vf_binary(op, hs_operand_n(a, a_step, 0, n, a0), hs_operand_n(b, b_step, 0, n, b0));
    vf_store_n(y, v, n);
}

HS_INLINE size_t hs_binary_vectors(int op, const float *a, int a_step, const float *b, int b_step,
                                   float *y, size_t i, size_t n, vf a0, vf b0, bool stream) {
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf v = vf_binary(op, hs_operand(a, a_step, i, a0), hs_operand(b, b_step, i, b0));
        vf_put(y + i, v, stream);
    }
    return i;
}

HS_INLINE void hs_binary_loop(int op, const float *a, int a_step, const float *b, int b_step,
                              float *y, size_t n) {
    vf a0 = vf_set(*a), b0 = vf_set(*b);
    bool stream = hs_streams(y, a, n) && y != b;
    size_t i = stream ? hs_unaligned(y) : 0;
    if (i > 0) hs_binary_part(op, a, a_step, b, b_step, y, i, a0, b0);
    i = stream ? hs_binary_vectors(op, a, a_step, b, b_step, y, i, n, a0, b0, true)
               : hs_binary_vectors(op, a, a_step, b, b_step, y, i, n, a0, b0, false);
    if (i < n) {
        hs_binary_part(op, a_step ? a + i : a, a_step, b_step ? b + i : b, b_step, y + i, n - i,
                       a0, b0);
    }
    hs_stream_end(stream);
}

/// One copy of the loop for each way the operands step.
HS_INLINE void hs_binary_steps(int op, const float *a, int a_step, const float *b, int b_step,
                               float *y, size_t n) {
    if (a_step && b_step) {
        hs_binary_loop(op, a, 1, b, 1, y, n);
    } else if (a_step) {
        hs_binary_loop(op, a, 1, b, 0, y, n);
    } else if (b_step) {
        hs_binary_loop(op, a, 0, b, 1, y, n);
    } else {
        hs_binary_loop(op, a, 0, b, 0, y, n);
    }
}

static void HS_NAME(binary)(int op, const float *a, int a_step, const float *b, int b_step,
                            float *y, size_t n) {
    if (n == 0) return;
    switch (op) {
#define HS_CASE(OP) case OP: hs_binary_steps(OP, a, a_step, b, b_step, y, n); break;
        HS_CASE(HS_ADD) HS_CASE(HS_SUB) HS_CASE(HS_MUL) HS_CASE(HS_DIV) HS_CASE(HS_MAX)
        HS_CASE(HS_MIN) HS_CASE(HS_POW) HS_CASE(HS_AND) HS_CASE(HS_OR)
#undef HS_CASE
    }
}

HS_INLINE vi vf_compare(int op, vf a, vf b) {
    switch (op) {
    case HS_EQ: return a == b;
    case HS_NE: return a != b;
    case HS_LT: return a < b;
    case HS_LE: return a <= b;
    case HS_GT: return a > b;
    default: return a >= b;
    }
}

HS_INLINE void hs_compare_loop(int op, const float *a, int a_step, const float *b, int b_step,
                               uint8_t *y, size_t n) {
    vf a0 = vf_set(*a), b0 = vf_set(*b);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vi mask = vf_compare(op, hs_operand(a, a_step, i, a0), hs_operand(b, b_step, i, b0));
        vb bytes = __builtin_convertvector(mask, vb) & 1;
        memcpy(y + i, &bytes, sizeof bytes);
    }
    if (i < n) {
        size_t rest = n - i;
        vi mask = vf_compare(op, hs_operand_n(a, a_step, i, rest, a0),
                             hs_operand_n(b, b_step, i, rest, b0));
        vb bytes = __builtin_convertvector(mask, vb) & 1;
        for (size_t k = 0; k < rest; ++k) y[i + k] = bytes[k];
    }
}

static void HS_NAME(compare)(int op, const float *a, int a_step, const float *b, int b_step,
                             uint8_t *y, size_t n) {
    if (n == 0) return;
    // Steps 0 and 1 for a are the same comparison turned round.
    if (a_step == 0 && b_step != 0) {
        static const int turned[] = {HS_EQ, HS_NE, HS_GT, HS_GE, HS_LT, HS_LE};
        HS_NAME(compare)(turned[op], b, b_step, a, a_step, y, n);
        return;
    }
    switch (op) {
#define HS_CASE(OP)                                                \
    case OP:                                                       \
        if (a_step && b_step) hs_compare_loop(OP, a, 1, b, 1, y, n); \
        else hs_compare_loop(OP, a, a_step, b, 0, y, n);           \
        break;
        HS_CASE(HS_EQ) HS_CASE(HS_NE) HS_CASE(HS_LT) HS_CASE(HS_LE) HS_CASE(HS_GT) HS_CASE(HS_GE)
#undef HS_CASE
    }
}

HS_INLINE vi hs_condition(const uint8_t *c) {
    vb bytes;
    memcpy(&bytes, c, sizeof bytes);
    return __builtin_convertvector(bytes, vi) != 0;
}

HS_INLINE void hs_select_loop(const uint8_t *c, const float *a, int a_step, const float *b,
                              int b_step, float *y, size_t n) {
    vf a0 = vf_set(*a), b0 = vf_set(*b);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf chosen = hs_operand(a, a_step, i, a0), other = hs_operand(b, b_step, i, b0);
        vf_store(y + i, vf_select(hs_condition(c + i), chosen, other));
    }
    if (i < n) {
        size_t rest = n - i;
        uint8_t last[HS_WIDTH] = {0};
        for (size_t k = 0; k < rest; ++k) last[k] = c[i + k];
        vf chosen = hs_operand_n(a, a_step, i, rest, a0);
        vf other = hs_operand_n(b, b_step, i, rest, b0);
        vf_store_n(y + i, vf_select(hs_condition(last), chosen, other), rest);
    }
}

static void HS_NAME(select)(const uint8_t *c, const float *a, int a_step, const float *b,
                            int b_step, float *y, size_t n) {
    if (n == 0) return;
    if (a_step && b_step) {
        hs_select_loop(c, a, 1, b, 1, y, n);
    } else if (a_step) {
        hs_select_loop(c, a, 1, b, 0, y, n);
    } else if (b_step) {
        hs_select_loop(c, a, 0, b, 1, y, n);
    } else {
        hs_select_loop(c, a, 0, b, 0, y, n);
    }
}

static void HS_NAME(fill)(float *y, size_t n, float value) {
    vf v = vf_set(value);
    bool stream = hs_streams(y, NULL, n);
    size_t i = stream ? hs_unaligned(y) : 0;
    if (i > 0) vf_store_n(y, v, i);
    for (; i + HS_WIDTH <= n && stream; i += HS_WIDTH) vf_put(y + i, v, true);
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) vf_put(y + i, v, false);
    if (i < n) vf_store_n(y + i, v, n - i);
    hs_stream_end(stream);
}

static void HS_NAME(add_to)(float *destination, const float *source, size_t n) {
    if (n > 0) hs_binary_loop(HS_ADD, destination, 1, source, 1, destination, n);
}

// ---- bias and activation ----------------------------------------------------------------------

HS_INLINE void hs_bias_activation_row(int op, float *x, size_t n, const float *bias) {
    vf zero = vf_set(0.0f);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf v = bias ? vf_load(x + i) + vf_load(bias + i) : vf_load(x + i);
        vf_store(x + i, vf_unary(op, v, zero, zero));
    }
    if (i < n) {
        vf v = vf_load_n(x + i, n - i);
        if (bias) v = v + vf_load_n(bias + i, n - i);
        vf_store_n(x + i, vf_unary(op, v, zero, zero), n - i);
    }
}

HS_INLINE void hs_bias_activation_rows(int op, float *x, size_t rows, size_t n, size_t ld,
                                       const float *bias) {
    if (bias) {
        for (size_t r = 0; r < rows; ++r) hs_bias_activation_row(op, x + r * ld, n, bias);
    } else {
        for (size_t r = 0; r < rows; ++r) hs_bias_activation_row(op, x + r * ld, n, NULL);
    }
}

static void HS_NAME(bias_activation)(float *x, size_t rows, size_t n, size_t ld, const float *bias,
                                     int activation) {
    switch (activation) {
#define HS_CASE(OP) case OP: hs_bias_activation_rows(OP, x, rows, n, ld, bias); break;
        HS_CASE(HS_ACT_NONE) HS_CASE(HS_RELU) HS_CASE(HS_GELU) HS_CASE(HS_GELU_TANH)
        HS_CASE(HS_TANH) HS_CASE(HS_SIGMOID) HS_CASE(HS_SILU)
#undef HS_CASE
    }
}

#endif
