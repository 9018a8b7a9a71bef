// Exponentials and logarithms of vectors. Polynomials are minimax fits with float32
// coefficients. Errors are the greatest over all float32 arguments, in units in the last place
// (ulp) of the exact result, against libm in double precision (Tests/CKernelsChecks); where two are
// given the second is the portable variant's, which has no fused multiply-add.
#ifndef HS_MATH_INC_H
#define HS_MATH_INC_H

/// c[0] + c[1] x + ... ; `count` is a constant, so the loop unrolls.
HS_INLINE vf vf_poly(vf x, const float *c, int count) {
    vf y = vf_set(c[count - 1]);
    for (int i = count - 2; i >= 0; --i) y = vf_fma(y, x, vf_set(c[i]));
    return y;
}

/// Eight terms in pairs, which wait less for each other than a chain; `square` is x * x.
HS_INLINE vf vf_poly8(vf x, vf square, const float *c) {
    vf low = vf_fma(square, vf_poly(x, c + 2, 2), vf_poly(x, c, 2));
    vf high = vf_fma(square, vf_poly(x, c + 6, 2), vf_poly(x, c + 4, 2));
    return vf_fma(square * square, high, low);
}

// 0.693359375 has 10 bits, so its product with an exponent is exact without a fused multiply-add.
#define HS_LN2_HIGH 0.693359375f
#define HS_LN2_LOW -2.12194440e-4f
#define HS_LOG2E 1.44269504f
// Adding this rounds to an integer, left in the low bits.
#define HS_ROUNDER 12582912.0f

/// 2^n for integers n in -126 ... 127.
HS_INLINE vf vf_power_of_two(vi n) {
    return (vf)((vu)(n + 127) << 23);
}

/// x * 2^n (n integral, in -252 ... 254), rounded once where the result is subnormal.
HS_INLINE vf vf_scale(vf x, vf n) {
#if defined(HS_AVX512)
    return (vf)_mm512_scalef_ps((__m512)x, (__m512)n);
#else
    vi whole = (vi)(n + HS_ROUNDER) - (vi)vf_set(HS_ROUNDER), half = whole >> 1;
    return x * vf_power_of_two(half) * vf_power_of_two(whole - half);
#endif
}

/// x = n ln 2 + r with |r| <= 0.347.
HS_INLINE vf vf_reduce_exp(vf x, vf *n) {
    *n = vf_fma(x, vf_set(HS_LOG2E), vf_set(HS_ROUNDER)) - HS_ROUNDER;
    vf r = vf_fma(*n, vf_set(-HS_LN2_HIGH), x);
    return vf_fma(*n, vf_set(-HS_LN2_LOW), r);
}

/// e^r for |r| <= 0.35.
HS_INLINE vf vf_exp_near_0(vf r) {
    static const float c[] = {1.0f,         1.0f,          0.49999994f, 0.166665077f,
                              0.0416680165f, 0.00837026816f, 0.001384962f};
    return vf_poly(r, c, 7);
}

/// e^x. 0.90, 1.18 ulp.
HS_INLINE vf vf_exp(vf x) {
    vf n, held = vf_min_fast(vf_set(89.0f), vf_max_fast(vf_set(-104.0f), x));
    vf r = vf_reduce_exp(held, &n);
    return vf_scale(vf_exp_near_0(r), n);
}

/// e^x - 1. 1.59, 1.72 ulp.
HS_INLINE vf vf_expm1(vf x) {
    static const float c[] = {0.5f, 0.166665375f, 0.041666612f, 0.00836730655f, 0.00139175321f};
    vf n, held = vf_min_fast(vf_set(89.0f), vf_max_fast(vf_set(-18.0f), x));
    vf r = vf_reduce_exp(held, &n);
    vf q = vf_fma(r * r, vf_poly(r, c, 5), r);
    // Half the scale and then twice the result, since 2^128 is not a float.
    vf half = vf_scale(vf_set(0.5f), n);
    vf y = 2.0f * vf_fma(half, q, half - 0.5f);
    return vf_copysign(vf_select(n == 0.0f, q, y), x);
}

/// ln((1 + f) 2^e) for 1 + f in sqrt(1/2) ... sqrt(2).
HS_INLINE vf vf_log_near_1(vf f, vf e) {
    static const float c[] = {0.333333164f, -0.250008017f, 0.200023144f, -0.166248009f,
                              0.14180319f,  -0.131241798f, 0.129030615f, -0.079176873f};
    vf square = f * f;
    vf p = f * square * vf_poly8(f, square, c);
    p = vf_fma(e, vf_set(HS_LN2_LOW), p);
    p = vf_fma(square, vf_set(-0.5f), p);
    return vf_fma(e, vf_set(HS_LN2_HIGH), f + p);
}

#define HS_SQRT_HALF_BITS 0x3f3504f3
#define HS_INFINITY __builtin_inff()

/// Splits a positive normal x into m 2^e with m in sqrt(1/2) ... sqrt(2).
HS_INLINE vf vf_split(vf x, vi *e) {
    vi bits = (vi)((vu)x - HS_SQRT_HALF_BITS);
    *e = bits >> 23;
    return (vf)((bits & 0x7fffff) + HS_SQRT_HALF_BITS);
}

/// The values of a logarithm whose argument is not a positive finite number.
HS_INLINE vf vf_log_edges(vf x, vf y) {
    y = vf_select(x == HS_INFINITY, x, y);
    y = vf_select(x == 0.0f, vf_set(-HS_INFINITY), y);
    return vf_select(x >= 0.0f, y, vf_set(__builtin_nanf("")));
}

/// ln x for positive normal x.
HS_INLINE vf vf_log_normal(vf x) {
    vi e;
    vf m = vf_split(x, &e);
    return vf_log_near_1(m - 1.0f, vf_from_int(e));
}

/// ln x. 1.11 ulp.
HS_INLINE vf vf_log(vf x) {
    vi small = x < 0x1p-126f, e;
    vf m = vf_split(vf_select(small, x * 0x1p23f, x), &e);
    vf y = vf_log_near_1(m - 1.0f, vf_from_int(e + (small & -23)));
    return vf_log_edges(x, y);
}

/// ln(1 + x). 1.50 ulp.
HS_INLINE vf vf_log1p(vf x) {
    vf u = x + 1.0f, back = u - 1.0f;
    vf lost = (1.0f - (u - back)) + (x - back);
    vi e;
    vf m = vf_split(u, &e);
    vi large = e > 60;
    lost = vf_select(large, vf_set(0.0f), lost * vf_power_of_two(-(e & ~large)));
    vf y = vf_log_near_1((m - 1.0f) + lost, vf_from_int(e));
    return vf_select(x == 0.0f, x, vf_log_edges(u, y));
}

/// ln(1 + x) for 0 <= x <= 1 (or NaN).
HS_INLINE vf vf_log1p_unit(vf x) {
    vf u = x + 1.0f, lost = x - (u - 1.0f);
    vi e;
    vf m = vf_split(u, &e);
    vf y = vf_log_near_1((m - 1.0f) + lost * vf_power_of_two(-e), vf_from_int(e));
    return vf_select(vf_isnan(x), x, y);
}

#endif
