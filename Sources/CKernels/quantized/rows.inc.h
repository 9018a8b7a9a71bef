// Rows of activations as 8-bit integers.
#ifndef HS_QUANTIZED_ROWS_INC_H
#define HS_QUANTIZED_ROWS_INC_H

HS_INLINE vi int8_greater(vi a, vi b) {
    return (vi)__builtin_elementwise_max((hs_ext_int)a, (hs_ext_int)b);
}

/// The greatest magnitude, as bits: those of infinity and, above them, NaN.
HS_INLINE int32_t int8_magnitude(const float *x, size_t n) {
    vi m[4] = {};
    size_t i = 0;
    for (; i + 4 * HS_WIDTH <= n; i += 4 * HS_WIDTH) {
        HS_UNROLL
        for (size_t k = 0; k < 4; k++)
            m[k] = int8_greater(m[k], (vi)vf_abs(vf_load(x + i + k * HS_WIDTH)));
    }
    for (; i < n; i += HS_WIDTH) {
        const size_t rest = n - i < HS_WIDTH ? n - i : HS_WIDTH;
        m[1] = int8_greater(m[1], (vi)vf_abs(vf_load_n(x + i, rest)));
    }
    vi v = int8_greater(int8_greater(m[0], m[1]), int8_greater(m[2], m[3]));
    HS_HALVES(v, int8_greater)
    return v[0];
}

HS_INLINE vb int8_rounded(vf x, float by) {
    const vf shifted = x * vf_set(by) + vf_set(HS_INT8_ROUND + HS_INT8_OFFSET);
#if defined(HS_AVX512)
    return (vb)_mm512_cvtepi32_epi8((__m512i)shifted);
#else
    return __builtin_convertvector((vu)shifted, vb);
#endif
}

/// One row; what a unit of the result is worth. A row that is not finite gets a unit of NaN.
HS_INLINE float int8_quantize_row(const float *x, size_t n, uint8_t *to) {
    const int32_t bits = int8_magnitude(x, n);
    float greatest;
    memcpy(&greatest, &bits, sizeof greatest);
    const bool is_finite = bits < 0x7f800000, is_zero = greatest < HS_INT8_LEAST;
    const float by = is_finite && !is_zero ? 127.0f / greatest : 0.0f;
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        const vb v = int8_rounded(vf_load(x + i), by);
        memcpy(to + i, &v, sizeof v);
    }
    if (i < n) {
        const vb v = int8_rounded(vf_load_n(x + i, n - i), by);
        memcpy(to + i, &v, n - i);
    }
    memset(to + n, 0, hs_int8_depth(n) - n);
    return is_finite ? (is_zero ? 0.0f : greatest / 127.0f) : greatest - greatest;
}

static void int8_quantize_rows(const float *x, size_t rows, size_t n, uint8_t *to, float *units) {
    const size_t ld = hs_int8_depth(n);
    for (size_t i = 0; i < rows; i++) units[i] = int8_quantize_row(x + i * n, n, to + i * ld);
}

#endif
