// Rotary position embedding (Su et al. 2021): pairs of features turned by an angle that grows with
// the position.
#ifndef HS_ROTARY_INC_H
#define HS_ROTARY_INC_H

/// Cosines and sines (times `sign`) of the angles of one position; turns[i] is pair i's share of a
/// whole turn at position 1. The angle is reduced in double precision.
HS_INLINE void hs_position_angles(const double *turns, size_t half, int32_t position, float sign,
                                  float *cosines, float *sines) {
    for (size_t i = 0; i < half; i += HS_WIDTH) {
        float parts[HS_WIDTH] = {0};
        size_t count = half - i < HS_WIDTH ? half - i : HS_WIDTH;
        for (size_t k = 0; k < count; ++k) {
            double turn = turns[i + k] * position;
            parts[k] = (float)(turn - floor(turn));
        }
        vf cosine, sine;
        hs_turn(vf_load(parts), &cosine, &sine);
        vf_store(cosines + i, cosine);
        vf_store(sines + i, sine * sign);
    }
}

/// Pairs (i, i + half) of one head.
HS_INLINE void hs_turn_halves(const float *x, float *y, size_t half, const float *cosines,
                              const float *sines) {
    for (size_t i = 0; i < half; i += HS_WIDTH) {
        size_t rest = half - i < HS_WIDTH ? half - i : HS_WIDTH;
        vf c = vf_load(cosines + i), s = vf_load(sines + i);
        vf a = vf_load_n(x + i, rest), b = vf_load_n(x + half + i, rest);
        vf_store_n(y + i, vf_fma(a, c, -(b * s)), rest);
        vf_store_n(y + half + i, vf_fma(b, c, a * s), rest);
    }
}

#if HS_WIDTH == 16
#define HS_SWAP(a) \
    __builtin_shufflevector(a, a, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif HS_WIDTH == 8
#define HS_SWAP(a) __builtin_shufflevector(a, a, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define HS_SWAP(a) __builtin_shufflevector(a, a, 1, 0, 3, 2)
#endif

/// Pairs (2 i, 2 i + 1) of one head: each feature's own cosine, and its sine with the sign it
/// takes.
HS_INLINE void hs_turn_pairs(const float *x, float *y, size_t size, const float *cosines,
                             const float *sines) {
    for (size_t i = 0; i < size; i += HS_WIDTH) {
        size_t rest = size - i < HS_WIDTH ? size - i : HS_WIDTH;
        vf a = vf_load_n(x + i, rest), b = HS_SWAP(a);
        vf_store_n(y + i, vf_fma(a, vf_load(cosines + i), b * vf_load(sines + i)), rest);
    }
}

/// cosines and sines of pairs -> those of features.
HS_INLINE void hs_spread_angles(float *cosines, float *sines, size_t half) {
    for (size_t i = half; i-- > 0;) {
        float c = cosines[i], s = sines[i];
        cosines[2 * i] = cosines[2 * i + 1] = c;
        sines[2 * i] = -s;
        sines[2 * i + 1] = s;
    }
}

static void HS_NAME(rotary)(const float *x, const int32_t *positions, const double *turns,
                            float *y, size_t rows, size_t heads, size_t size, bool interleaved,
                            float sign) {
    size_t room = size + 2 * HS_WIDTH;
    float *cosines = hs_scratch(0, 2 * room * sizeof(float)), *sines = cosines + room;
    for (size_t r = 0; r < rows; ++r) {
        hs_position_angles(turns, size / 2, positions[r], sign, cosines, sines);
        if (interleaved) hs_spread_angles(cosines, sines, size / 2);
        for (size_t h = 0; h < heads; ++h, x += size, y += size) {
            if (interleaved) {
                hs_turn_pairs(x, y, size, cosines, sines);
            } else {
                hs_turn_halves(x, y, size / 2, cosines, sines);
            }
        }
    }
}

#endif
