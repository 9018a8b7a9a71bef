// Four 8-bit products a lane, added to 32 bits: exactly, in every variant.
#ifndef HS_QUANTIZED_DOT_INC_H
#define HS_QUANTIZED_DOT_INC_H

// With the VNNI instructions one factor is unsigned: activations are stored 128 higher, and sums
// start at what that adds.
#if defined(HS_VNNI)
#define HS_INT8_OFFSET 128
#else
#define HS_INT8_OFFSET 0
#endif

/// sum + a · b, where a is four activations in each lane and b four weights.
HS_INLINE vi int8_dot(vi sum, vi a, vi b) {
#if defined(HS_VNNI) && defined(HS_AVX512)
    return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif defined(HS_VNNI)
    return (vi)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
#elif defined(HS_AVX512)
    // |a| · (b with a's sign): pairs are at most 2 · 127 · 127 and do not saturate.
    const __m512i signs = _mm512_mask_sub_epi8((__m512i)b, _mm512_movepi8_mask((__m512i)a),
                                               _mm512_setzero_si512(), (__m512i)b);
    const __m512i pairs = _mm512_maddubs_epi16(_mm512_abs_epi8((__m512i)a), signs);
    return sum + (vi)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
#elif defined(HS_AVX2)
    const __m256i signs = _mm256_sign_epi8((__m256i)b, (__m256i)a);
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8((__m256i)a), signs);
    return sum + (vi)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
#elif defined(HS_NEON) && defined(__ARM_FEATURE_DOTPROD)
    return (vi)vdotq_s32((int32x4_t)sum, (int8x16_t)a, (int8x16_t)b);
#elif defined(HS_NEON)
    const int8x16_t x = (int8x16_t)a, w = (int8x16_t)b;
    const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(x), vget_low_s8(w)));
    const int32x4_t high = vpaddlq_s16(vmull_s8(vget_high_s8(x), vget_high_s8(w)));
    return sum + (vi)vpaddq_s32(low, high);
#else
    for (int k = 0; k < 4; k++) {
        const vi x = (vi)((vu)a << (24 - 8 * k)) >> 24, w = (vi)((vu)b << (24 - 8 * k)) >> 24;
        sum += x * w;
    }
    return sum;
#endif
}

#endif
