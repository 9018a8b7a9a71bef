// CartPole over columns of states: HS_REAL is double or float, HS_CARTPOLE the function's name.
//
// Angles of running episodes are within 12 degrees, where the series below are exact to rounding. The order
// of operations is Gymnasium's and products are not fused, so that a double step is the reference's unless a
// sine or cosine was rounded the other way.
static void HS_CARTPOLE(HS_REAL *restrict state, size_t stride, const float *restrict actions,
                 uint8_t *restrict terminated, size_t n) {
#pragma clang fp contract(off)
    const HS_REAL limit = (HS_REAL)0.20943951023931953, total = (HS_REAL)1.1;
    HS_REAL *restrict xs = state, *restrict vs = state + stride;
    HS_REAL *restrict as = state + 2 * stride, *restrict ws = state + 3 * stride;
    for (size_t i = 0; i < n; ++i) {
        const HS_REAL v = vs[i], a = as[i], w = ws[i], z = a * a;
        // Horner's scheme for the series from the third terms on; six terms in double, three in float.
#if HS_REAL_IS_DOUBLE
        HS_REAL s = -2.505210838544172e-8 + z * 1.6059043836821613e-10;
        s = 2.7557319223985893e-6 + z * s;
        s = -1.984126984126984e-4 + z * s;
        s = 8.333333333333333e-3 + z * s;
        s = -0.16666666666666666 + z * s;
        HS_REAL c = -2.7557319223985888e-7 + z * 2.08767569878681e-9;
        c = 2.48015873015873e-5 + z * c;
        c = -1.3888888888888889e-3 + z * c;
        c = 4.1666666666666664e-2 + z * c;
#else
        HS_REAL s = 8.3333333e-3f + z * -1.9841270e-4f;
        s = -0.16666667f + z * s;
        HS_REAL c = 4.1666667e-2f + z * (-1.3888889e-3f + z * 2.4801587e-5f);
#endif
        const HS_REAL sine = a + a * z * s;
        // What rounding took from 1 - z / 2 and from the square is given back: an error in the last place of
        // the cosine would be several in that of a small velocity.
#if HS_REAL_IS_DOUBLE
        const HS_REAL big = a * 134217729.0, high = big - (big - a), low = a - high;
        const HS_REAL rest = ((high * high - z) + 2 * high * low) + low * low;
#else
        const HS_REAL rest = 0;
#endif
        const HS_REAL half = z * (HS_REAL)0.5, near = 1 - half, lost = (1 - near) - half;
        const HS_REAL cosine = near + ((lost - (HS_REAL)0.5 * rest) + z * z * c);
        const HS_REAL force = actions[i] > 0.5f ? (HS_REAL)10 : (HS_REAL)-10;
        const HS_REAL push = (force + (HS_REAL)0.05 * (w * w) * sine) / total;
        const HS_REAL angular =
            ((HS_REAL)9.8 * sine - cosine * push) /
            ((HS_REAL)0.5 * ((HS_REAL)(4.0 / 3.0) - (HS_REAL)0.1 * (cosine * cosine) / total));
        const HS_REAL linear = push - (HS_REAL)0.05 * angular * cosine / total;
        const HS_REAL x = xs[i] + (HS_REAL)0.02 * v, angle = a + (HS_REAL)0.02 * w;
        xs[i] = x;
        vs[i] = v + (HS_REAL)0.02 * linear;
        as[i] = angle;
        ws[i] = w + (HS_REAL)0.02 * angular;
        terminated[i] = (uint8_t)((x < (HS_REAL)-2.4) | (x > (HS_REAL)2.4) | (angle < -limit) |
                                  (angle > limit));
    }
}
#undef HS_REAL
#undef HS_REAL_IS_DOUBLE
#undef HS_CARTPOLE
