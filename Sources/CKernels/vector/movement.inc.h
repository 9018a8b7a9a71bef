// Transposition and conversion between float formats.
#ifndef HS_MOVEMENT_INC_H
#define HS_MOVEMENT_INC_H

/// A square block: zipping row i with row i + HS_WIDTH / 2, log2(HS_WIDTH) times over.
HS_INLINE void hs_transpose_square(const uint32_t *x, size_t ldx, uint32_t *y, size_t ldy) {
    vu a[HS_WIDTH], b[HS_WIDTH];
    HS_UNROLL
    for (int i = 0; i < HS_WIDTH; ++i) a[i] = vu_load(x + (size_t)i * ldx);
    HS_UNROLL
    for (int stage = HS_WIDTH; stage > 1; stage /= 2) {
        HS_UNROLL
        for (int i = 0; i < HS_WIDTH / 2; ++i) {
            b[2 * i] = HS_ZIP_LOW(a[i], a[i + HS_WIDTH / 2]);
            b[2 * i + 1] = HS_ZIP_HIGH(a[i], a[i + HS_WIDTH / 2]);
        }
        HS_UNROLL
        for (int i = 0; i < HS_WIDTH; ++i) a[i] = b[i];
    }
    HS_UNROLL
    for (int i = 0; i < HS_WIDTH; ++i) vu_store(y + (size_t)i * ldy, a[i]);
}

static void hs_transpose_edge(const uint32_t *x, size_t ldx, uint32_t *y, size_t ldy, size_t rows,
                              size_t columns) {
    for (size_t j = 0; j < columns; ++j) {
        for (size_t i = 0; i < rows; ++i) y[j * ldy + i] = x[i * ldx + j];
    }
}

static void HS_NAME(transpose32)(const uint32_t *x, size_t ldx, uint32_t *y, size_t ldy,
                                 size_t rows, size_t columns) {
    size_t whole_rows = rows - rows % HS_WIDTH, whole_columns = columns - columns % HS_WIDTH;
    // Along the rows of y: reading lines here and there costs less than writing them so.
    for (size_t j = 0; j < whole_columns; j += HS_WIDTH) {
        for (size_t i = 0; i < whole_rows; i += HS_WIDTH) {
            hs_transpose_square(x + i * ldx + j, ldx, y + j * ldy + i, ldy);
        }
    }
    hs_transpose_edge(x + whole_columns, ldx, y + whole_columns * ldy, ldy, whole_rows,
                      columns - whole_columns);
    hs_transpose_edge(x + whole_rows * ldx, ldx, y + whole_rows, ldy, rows - whole_rows, columns);
}

// ---- formats ----------------------------------------------------------------------------------

HS_INLINE vh vh_load(const uint16_t *p) {
    vh v;
    memcpy(&v, p, sizeof v);
    return v;
}

HS_INLINE vh vh_load_n(const uint16_t *p, size_t n) {
    vh v = {};
    for (size_t i = 0; i < n; ++i) v[i] = p[i];
    return v;
}

HS_INLINE void vh_store_n(uint16_t *p, vh v, size_t n) {
    for (size_t i = 0; i < n; ++i) p[i] = v[i];
}

HS_INLINE vh vh_bfloat16(vf x) {
    vu bits = (vu)x, even = (bits >> 16) & 1;
    vu rounded = (bits + 0x7fffu + even) >> 16, quiet = (bits >> 16) | 0x40u;
    vu chosen = (vu)vf_select(vf_isnan(x), (vf)quiet, (vf)rounded);
    return __builtin_convertvector(chosen, vh);
}

HS_INLINE vf vf_bfloat16(vh x) {
    return (vf)(__builtin_convertvector(x, vu) << 16);
}

#if defined(HS_AVX512)
HS_INLINE vh vh_half(vf x) {
    return (vh)_mm512_cvtps_ph((__m512)x, _MM_FROUND_TO_NEAREST_INT);
}

HS_INLINE vf vf_half(vh x) {
    return (vf)_mm512_cvtph_ps((__m256i)x);
}
#elif defined(HS_AVX2)
HS_INLINE vh vh_half(vf x) {
    return (vh)_mm256_cvtps_ph((__m256)x, _MM_FROUND_TO_NEAREST_INT);
}

HS_INLINE vf vf_half(vh x) {
    return (vf)_mm256_cvtph_ps((__m128i)x);
}
#elif defined(HS_NEON)
HS_INLINE vh vh_half(vf x) {
    return (vh)vcvt_f16_f32((float32x4_t)x);
}

HS_INLINE vf vf_half(vh x) {
    return (vf)vcvt_f32_f16((float16x4_t)x);
}
#else
HS_INLINE vh vh_half(vf x) {
    vu sign = ((vu)x >> 16) & 0x8000u, size = (vu)x & 0x7fffffffu;
    // Normal results: rebias the exponent and round the 13 bits that go.
    vu normal = (size - 0x38000000u + 0xfffu + ((size >> 13) & 1)) >> 13;
    // Subnormal ones: adding 0.5 makes the processor round at the last bit of a half.
    vu small = (vu)((vf)size + 0.5f) - 0x3f000000u;
    vu y = (vu)vf_select((vi)(size < 0x38800000u), (vf)small, (vf)normal);
    y = (vu)vf_select((vi)(size >= 0x47800000u), (vf)vu_set(0x7c00u), (vf)y);
    vu quiet = 0x7e00u | ((size >> 13) & 0x3ffu);
    y = (vu)vf_select((vi)(size > 0x7f800000u), (vf)quiet, (vf)y);
    return __builtin_convertvector(y | sign, vh);
}

HS_INLINE vf vf_half(vh x) {
    vu bits = __builtin_convertvector(x, vu), sign = (bits & 0x8000u) << 16;
    vu size = (bits & 0x7fffu) << 13;
    // A power of two moves the exponent, and makes subnormal halves normal.
    vf y = (vf)size * 0x1p112f;
    y = vf_select((vi)(size >= 0x0f800000u), (vf)(size | 0x7f800000u), y);
    y = vf_select((vi)(size > 0x0f800000u), (vf)((vu)y | 0x400000u), y);
    return (vf)((vu)y | sign);
}
#endif

HS_INLINE void hs_narrow(vh (*convert)(vf), const float *x, uint16_t *y, size_t n) {
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vh v = convert(vf_load(x + i));
        memcpy(y + i, &v, sizeof v);
    }
    if (i < n) vh_store_n(y + i, convert(vf_load_n(x + i, n - i)), n - i);
}

HS_INLINE void hs_widen(vf (*convert)(vh), const uint16_t *x, float *y, size_t n) {
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) vf_store(y + i, convert(vh_load(x + i)));
    if (i < n) vf_store_n(y + i, convert(vh_load_n(x + i, n - i)), n - i);
}

static void HS_NAME(float_to_bfloat16)(const float *x, uint16_t *y, size_t n) {
    hs_narrow(vh_bfloat16, x, y, n);
}

static void HS_NAME(bfloat16_to_float)(const uint16_t *x, float *y, size_t n) {
    hs_widen(vf_bfloat16, x, y, n);
}

static void HS_NAME(float_to_half)(const float *x, uint16_t *y, size_t n) {
    hs_narrow(vh_half, x, y, n);
}

static void HS_NAME(half_to_float)(const uint16_t *x, float *y, size_t n) {
    hs_widen(vf_half, x, y, n);
}

#endif
