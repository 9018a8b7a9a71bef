// Sines and cosines: 1.54 ulp; beyond HS_TRIG_REACH they are libm's.
#ifndef HS_TRIGONOMETRY_INC_H
#define HS_TRIGONOMETRY_INC_H

#define HS_TRIG_REACH 32768.0f

/// x = (q + 4k) pi/2 + r with |r| <= pi/4, for |x| <= HS_TRIG_REACH.
HS_INLINE vf vf_reduce_trig(vf x, vi *q) {
    vf shifted = vf_fma(x, vf_set(0.636619772f), vf_set(HS_ROUNDER));
    vf n = shifted - HS_ROUNDER;
    *q = (vi)shifted;
#if defined(HS_AVX512) || defined(HS_AVX2) || defined(HS_NEON)
    vf r = vf_fma(n, vf_set(-1.57079637f), x);
    r = vf_fma(n, vf_set(4.37113883e-08f), r);
    return vf_fma(n, vf_set(1.71512451e-15f), r);
#else
    vd wide = vd_from_float(n);
    // 33 bits of pi/2, so that the product is exact, and the rest.
    vd r = (vd_from_float(x) - wide * 1.57079632673412561417) - wide * 6.07710050650619224932e-11;
    return vf_from_double(r);
#endif
}

/// sin r for |r| <= pi/4.
HS_INLINE vf vf_sin_near_0(vf r) {
    static const float c[] = {-0.166666552f, 0.0083321901f, -0.000195184024f};
    vf z = r * r;
    return vf_fma(r * z, vf_poly(z, c, 3), r);
}

/// cos r for |r| <= pi/4.
HS_INLINE vf vf_cos_near_0(vf r) {
    static const float c[] = {-0.5f, 0.0416666456f, -0.0013887299f, 2.443021e-05f};
    vf z = r * r;
    return vf_fma(z, vf_poly(z, c, 4), vf_set(1.0f));
}

/// The sine of r + q pi/2.
HS_INLINE vf vf_sin_turned(vf r, vi q) {
    vf y = vf_select((q & 1) != 0, vf_cos_near_0(r), vf_sin_near_0(r));
    return (vf)((vu)y ^ ((vu)(q & 2) << 30));
}

/// libm's function in the lanes beyond the reach of the reduction.
static __attribute__((noinline, unused)) vf *hs_trig_far(const vf *x, vf *y, float (*f)(float)) {
    HS_UNROLL
    for (int i = 0; i < HS_WIDTH; ++i) {
        if (!((*x)[i] <= HS_TRIG_REACH && (*x)[i] >= -HS_TRIG_REACH)) (*y)[i] = f((*x)[i]);
    }
    return y;
}

HS_INLINE vf vf_trig_ends(vf x, vf y, float (*f)(float)) {
    vf beyond = vf_select(vf_abs(x) <= HS_TRIG_REACH, vf_set(0.0f), vf_set(1.0f));
    if (__builtin_expect(vf_greatest(beyond) != 0.0f, 0)) return *hs_trig_far(&x, &y, f);
    return y;
}

/// sin x.
HS_INLINE vf vf_sin(vf x) {
    vi q;
    vf r = vf_reduce_trig(x, &q);
    vf y = vf_select(x == 0.0f, x, vf_sin_turned(r, q));
    return vf_trig_ends(x, y, sinf);
}

/// cos x.
HS_INLINE vf vf_cos(vf x) {
    vi q;
    vf r = vf_reduce_trig(x, &q);
    return vf_trig_ends(x, vf_sin_turned(r, q + 1), cosf);
}

#endif
