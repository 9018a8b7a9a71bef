// Sigmoidal functions, the normal distribution's and GELU, built on vf_exp or on rationals.
#ifndef HS_ACTIVATIONS_INC_H
#define HS_ACTIVATIONS_INC_H

HS_INLINE vf vf_clamp_to(vf x, float limit) {
    return vf_min_fast(vf_set(limit), vf_max_fast(vf_set(-limit), x));
}

/// tanh x. 1.37 ulp.
HS_INLINE vf vf_tanh(vf x) {
    static const float c[] = {-0.333332807f, 0.133313954f, -0.0537351258f, 0.0206224602f,
                              -0.0056849285f};
    vf a = vf_abs(x), z = a * a;
    vf near = vf_fma(a * z, vf_poly(z, c, 5), a);
    vf far = 1.0f - 2.0f / (vf_exp(a + a) + 1.0f);
    return vf_copysign(vf_select(a < 0.625f, near, far), x);
}

/// 1 / (1 + e^-x), without loss in the lower tail. 2.41 ulp.
HS_INLINE vf vf_sigmoid(vf x) {
    vf e = vf_exp(-vf_abs(x));
    return vf_select(x < 0.0f, e, vf_set(1.0f)) / (1.0f + e);
}

/// x / (1 + e^-x). 3.3 ulp, and up to 1e-43 more where e^x is subnormal (x < -87).
HS_INLINE vf vf_silu(vf x) {
    // Below -105 the sigmoid is 0, and so is the limit.
    return vf_max_fast(vf_set(-105.0f), x) * vf_sigmoid(x);
}

/// The sigmoid and its derivative s (1 - s), which is not computed so since 1 - s cancels.
HS_INLINE vf vf_sigmoid_with_slope(vf x, vf *slope) {
    vf e = vf_exp(-vf_abs(x)), inverse = 1.0f / (1.0f + e), less = e * inverse;
    *slope = less * inverse;
    return vf_select(x < 0.0f, less, inverse);
}

HS_INLINE vf vf_silu_slope(vf x) {
    vf slope, s = vf_sigmoid_with_slope(x, &slope);
    return vf_fma(vf_clamp_to(x, 105.0f), slope, s);
}

/// ln(1 + e^x). 1.8 ulp.
HS_INLINE vf vf_softplus(vf x) {
    return vf_max(x, vf_set(0.0f)) + vf_log1p_unit(vf_exp(-vf_abs(x)));
}

#define HS_NORMAL_REACH 15.0f  // beyond it the normal distribution's tail is 0 in float32

/// What a * a rounds away.
HS_INLINE vf vf_square_rest(vf a, vf square) {
#if defined(HS_AVX512) || defined(HS_AVX2) || defined(HS_NEON)
    return vf_fma(a, a, -square);
#else
    vf high = (vf)((vu)a & 0xfffff000u), low = a - high;
    return ((high * high - square) + 2.0f * high * low) + low * low;
#endif
}

/// e^(-a^2 / 2) for 0 <= a <= 15.
HS_INLINE vf vf_bell(vf a) {
    vf square = a * a, n, r = vf_reduce_exp(-0.5f * square, &n);
    return vf_scale(vf_exp_near_0(vf_fma(vf_square_rest(a, square), vf_set(-0.5f), r)), n);
}

/// The normal distribution at -a (0 <= a <= 15) over e^(-a^2 / 2): Mills' ratio over sqrt(2 pi).
HS_INLINE vf vf_mills(vf a, vf bell) {
    static const float p[] = {0.5f, 0.439284966f, 0.183970303f, 0.0408815275f, 0.00415329097f};
    static const float q[] = {1.0f,         1.67645494f,  1.20555306f,
                              0.471411777f, 0.102480909f, 0.0104106449f};
    return bell * vf_poly(a, p, 5) / vf_poly(a, q, 6);
}

/// The normal distribution function at x, given e^(-x^2 / 2).
HS_INLINE vf vf_normal_cdf(vf x, vf a, vf bell) {
    vf tail = vf_mills(a, bell);
    return vf_select(x < 0.0f, tail, 1.0f - tail);
}

/// The error function. 1.72 ulp.
HS_INLINE vf vf_erf(vf x) {
    static const float c[] = {0.128379151f,  -0.376125038f,  0.112819217f,
                              -0.026770493f, 0.00499895914f, -0.000602079963f};
    vf a = vf_abs(x);
    vf near = vf_fma(a, vf_poly(a * a, c, 6), a);
    vf scaled = vf_min_fast(vf_set(HS_NORMAL_REACH), a * 1.41421356f);
    vf far = vf_fma(vf_set(-2.0f), vf_mills(scaled, vf_bell(scaled)), vf_set(1.0f));
    return vf_copysign(vf_select(a < 0.9f, near, far), x);
}

/// x Phi(x), accurate relative to itself on both sides of its root: 5 ulp for x > -2, 7 (portable:
/// 8) down the lower tail, and 2e-44 more where it is subnormal.
HS_INLINE vf vf_gelu(vf x) {
    vf a = vf_min_fast(vf_set(HS_NORMAL_REACH), vf_abs(x));
    return vf_max_fast(vf_set(-HS_NORMAL_REACH), x) * vf_normal_cdf(x, a, vf_bell(a));
}

/// Phi(x) + x phi(x), within 1.6e-7 (it has a root at -0.75); 4 ulp below -3.
HS_INLINE vf vf_gelu_slope(vf x) {
    vf a = vf_min_fast(vf_set(HS_NORMAL_REACH), vf_abs(x)), bell = vf_bell(a);
    vf slope = vf_copysign(a, x) * (bell * 0.39894228f);
    return vf_normal_cdf(x, a, bell) + slope;
}

#define HS_GELU_TANH_SCALE 1.59576912f  // 2 sqrt(2 / pi)
#define HS_GELU_TANH_CUBE 0.044715f

/// x (1 + tanh(u)) / 2 with u = sqrt(2/pi) (x + 0.044715 x^3), which is x sigmoid(2 u).
/// Within 1 ulp of x; relative to itself the error grows down the lower tail, to 5 |u| ulp.
HS_INLINE vf vf_gelu_tanh(vf x) {
    vf inner = vf_fma(x * x, vf_set(HS_GELU_TANH_CUBE), vf_set(1.0f));
    vf gate = vf_sigmoid(HS_GELU_TANH_SCALE * x * inner);
    return vf_max_fast(vf_set(-HS_NORMAL_REACH), x) * gate;
}

HS_INLINE vf vf_gelu_tanh_slope(vf x) {
    vf held = vf_clamp_to(x, HS_NORMAL_REACH), square = held * held, slope;
    vf inner = vf_fma(square, vf_set(HS_GELU_TANH_CUBE), vf_set(1.0f));
    vf inner_slope = vf_fma(square, vf_set(3.0f * HS_GELU_TANH_CUBE), vf_set(1.0f));
    vf scaled = HS_GELU_TANH_SCALE * held;
    vf s = vf_sigmoid_with_slope(scaled * inner, &slope);
    return vf_fma(scaled * inner_slope, slope, s);
}

#endif
