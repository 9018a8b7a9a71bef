// The vector types of one variant and the few operations the kernels are written in.
//
// The includer defines HS_WIDTH (floats in a vector: 16, 8 or 4), HS_NAME(x) (x with the
// variant's suffix) and, on AVX-512, AVX2 or NEON, HS_AVX512, HS_AVX2 or HS_NEON. Everything below
// is compiled once per variant under that variant's target attributes.
#ifndef HS_VECTOR_INC_H
#define HS_VECTOR_INC_H

#ifdef __OPTIMIZE__
#define HS_INLINE static inline __attribute__((always_inline, unused))
#else
// Without optimisation every inlined copy would have stack slots of its own: megabytes of them.
#define HS_INLINE static inline __attribute__((unused))
#endif
// Before a loop over an array of vectors, which stays in registers only if the loop is unrolled.
#define HS_UNROLL _Pragma("clang loop unroll(full)")

typedef float vf __attribute__((vector_size(HS_WIDTH * 4)));
typedef int32_t vi __attribute__((vector_size(HS_WIDTH * 4)));
typedef uint32_t vu __attribute__((vector_size(HS_WIDTH * 4)));
// Twice as wide in bytes: the compiler splits them over two registers.
typedef double vd __attribute__((vector_size(HS_WIDTH * 8)));
typedef uint64_t vq __attribute__((vector_size(HS_WIDTH * 8)));
typedef uint8_t vb __attribute__((vector_size(HS_WIDTH)));
typedef uint16_t vh __attribute__((vector_size(HS_WIDTH * 2)));

// The same vectors in the flavour whose `?:` takes a vector condition in C.
typedef float hs_ext_float __attribute__((ext_vector_type(HS_WIDTH)));
typedef int32_t hs_ext_int __attribute__((ext_vector_type(HS_WIDTH)));

HS_INLINE vf vf_set(float x) {
    return (vf)(hs_ext_float)x;
}

HS_INLINE vi vi_set(int32_t x) {
    return (vi){} + x;
}

HS_INLINE vu vu_set(uint32_t x) {
    return (vu){} + x;
}

/// 0, 1, 2, ...
HS_INLINE vi vi_lanes(void) {
    static const int32_t lanes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    vi v;
    memcpy(&v, lanes, sizeof v);
    return v;
}

HS_INLINE vf vf_load(const float *p) {
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

HS_INLINE void vf_store(float *p, vf v) {
    memcpy(p, &v, sizeof v);
}

HS_INLINE vu vu_load(const uint32_t *p) {
    vu v;
    memcpy(&v, p, sizeof v);
    return v;
}

HS_INLINE void vu_store(uint32_t *p, vu v) {
    memcpy(p, &v, sizeof v);
}

#if defined(HS_AVX512)
HS_INLINE __mmask16 hs_tail_mask(size_t n) {
    return (__mmask16)((1u << n) - 1);
}
#elif defined(HS_AVX2)
HS_INLINE __m256i hs_tail_mask(size_t n) {
    static const int32_t ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i *)(ones + 8 - n));
}
#endif

/// The first n <= HS_WIDTH floats at p, the rest zero; memory past them is not touched.
HS_INLINE vf vf_load_n(const float *p, size_t n) {
#if defined(HS_AVX512)
    return (vf)_mm512_maskz_loadu_ps(hs_tail_mask(n), p);
#elif defined(HS_AVX2)
    return (vf)_mm256_maskload_ps(p, hs_tail_mask(n));
#else
    vf v = {};
    if (n > 0) v[0] = p[0];
    if (n > 1) v[1] = p[1];
    if (n > 2) v[2] = p[2];
    if (n > 3) v[3] = p[3];
    return v;
#endif
}

/// Stores the first n <= HS_WIDTH floats.
HS_INLINE void vf_store_n(float *p, vf v, size_t n) {
#if defined(HS_AVX512)
    _mm512_mask_storeu_ps(p, hs_tail_mask(n), (__m512)v);
#elif defined(HS_AVX2)
    _mm256_maskstore_ps(p, hs_tail_mask(n), (__m256)v);
#else
    if (n > 0) p[0] = v[0];
    if (n > 1) p[1] = v[1];
    if (n > 2) p[2] = v[2];
    if (n > 3) p[3] = v[3];
#endif
}

/// Lane by lane: the sign bit of `mask` set ? a : b. Comparisons of vectors give such masks.
HS_INLINE vf vf_select(vi mask, vf a, vf b) {
    return (vf)((hs_ext_int)mask ? (hs_ext_float)a : (hs_ext_float)b);
}

/// The first n lanes of v, `rest` in the others.
HS_INLINE vf vf_keep(vf v, size_t n, float rest) {
    return vf_select(vi_lanes() < (int32_t)n, v, vf_set(rest));
}

/// As vf_load_n, with `rest` in the lanes past the end.
HS_INLINE vf vf_load_rest(const float *p, size_t n, float rest) {
    return vf_keep(vf_load_n(p, n), n, rest);
}

/// a * b + c: one rounding where the processor has such an instruction, two in the portable
/// variant.
HS_INLINE vf vf_fma(vf a, vf b, vf c) {
#if defined(HS_AVX512) || defined(HS_AVX2) || defined(HS_NEON)
    return (vf)__builtin_elementwise_fma((hs_ext_float)a, (hs_ext_float)b, (hs_ext_float)c);
#else
    return a * b + c;
#endif
}

HS_INLINE vf vf_abs(vf x) {
    return (vf)((vu)x & 0x7fffffffu);
}

HS_INLINE vf vf_sqrt(vf x) {
    return (vf)__builtin_elementwise_sqrt((hs_ext_float)x);
}

/// The sign of `sign` on the magnitude of x.
HS_INLINE vf vf_copysign(vf x, vf sign) {
    return (vf)(((vu)x & 0x7fffffffu) | ((vu)sign & 0x80000000u));
}

HS_INLINE vi vf_isnan(vf x) {
    return x != x;
}

/// a > b ? a : b, so b where either is NaN: one instruction on x86.
HS_INLINE vf vf_max_fast(vf a, vf b) {
#if defined(HS_AVX512)
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(HS_AVX2)
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return vf_select(a > b, a, b);
#endif
}

HS_INLINE vf vf_min_fast(vf a, vf b) {
#if defined(HS_AVX512)
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(HS_AVX2)
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return vf_select(a < b, a, b);
#endif
}

/// The greater; NaN if either is.
HS_INLINE vf vf_max(vf a, vf b) {
#if defined(HS_NEON)
    return (vf)vmaxq_f32((float32x4_t)a, (float32x4_t)b);
#else
    return vf_select(vf_isnan(a), a, vf_max_fast(a, b));
#endif
}

HS_INLINE vf vf_min(vf a, vf b) {
#if defined(HS_NEON)
    return (vf)vminq_f32((float32x4_t)a, (float32x4_t)b);
#else
    return vf_select(vf_isnan(a), a, vf_min_fast(a, b));
#endif
}

/// Nearest integer, as an integer; |x| < 2^31.
HS_INLINE vi vi_round(vf x) {
#if defined(HS_AVX512)
    return (vi)_mm512_cvtps_epi32((__m512)x);
#elif defined(HS_AVX2)
    return (vi)_mm256_cvtps_epi32((__m256)x);
#elif defined(HS_NEON)
    return (vi)vcvtnq_s32_f32((float32x4_t)x);
#else
    return __builtin_convertvector(x + vf_copysign(vf_set(0.5f), x), vi);
#endif
}

HS_INLINE vf vf_from_int(vi x) {
    return __builtin_convertvector(x, vf);
}

HS_INLINE vd vd_from_float(vf x) {
    return __builtin_convertvector(x, vd);
}

HS_INLINE vf vf_from_double(vd x) {
    return __builtin_convertvector(x, vf);
}

// ---- two vectors interleaved and taken apart, of any 4-byte lanes ------------------------------

#if HS_WIDTH == 16
#define HS_ZIP_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HS_ZIP_HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define HS_EVEN(a, b) \
    __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define HS_ODD(a, b) \
    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#elif HS_WIDTH == 8
#define HS_ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HS_ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define HS_EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define HS_ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#else
#define HS_ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HS_ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define HS_EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define HS_ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7)
#endif

// ---- across lanes: a fixed tree, upper half onto lower half -----------------------------------

#if HS_WIDTH == 16
#define HS_HALVES(v, op)                                                                  \
    v = op(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, \
                                      14, 15));                                           \
    v = op(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7));   \
    v = op(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3));   \
    v = op(v, __builtin_shufflevector(v, v, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
#elif HS_WIDTH == 8
#define HS_HALVES(v, op)                                               \
    v = op(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7));  \
    v = op(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3));  \
    v = op(v, __builtin_shufflevector(v, v, 1, 1, 1, 1, 1, 1, 1, 1));
#else
#define HS_HALVES(v, op)                                   \
    v = op(v, __builtin_shufflevector(v, v, 2, 3, 2, 3));  \
    v = op(v, __builtin_shufflevector(v, v, 1, 1, 1, 1));
#endif

#define HS_PLUS(a, b) ((a) + (b))
#define HS_TIMES(a, b) ((a) * (b))

HS_INLINE float vf_sum(vf v) {
    HS_HALVES(v, HS_PLUS)
    return v[0];
}

HS_INLINE float vf_product(vf v) {
    HS_HALVES(v, HS_TIMES)
    return v[0];
}

HS_INLINE float vf_greatest(vf v) {
    HS_HALVES(v, vf_max)
    return v[0];
}

HS_INLINE float vf_least(vf v) {
    HS_HALVES(v, vf_min)
    return v[0];
}

HS_INLINE double vd_sum(vd v) {
    HS_HALVES(v, HS_PLUS)
    return v[0];
}

#endif
