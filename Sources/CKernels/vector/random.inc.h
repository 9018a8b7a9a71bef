// Dropout, uniform and normal numbers from the words of Philox.
#ifndef HS_RANDOM_INC_H
#define HS_RANDOM_INC_H

/// What a kernel does with the words of HS_WIDTH elements that start at element i of its range.
typedef struct hs_sampler {
    int kind;
    const float *x;
    vu threshold;
    vf scale, offset;
} hs_sampler;

enum { HS_SAMPLE_DROPOUT, HS_SAMPLE_UNIFORM, HS_SAMPLE_NORMAL };

/// cos and sin of 2 pi u, 0 <= u < 1.
HS_INLINE void hs_turn(vf u, vf *cosine, vf *sine) {
    vf shifted = u * 4.0f + HS_ROUNDER;
    vi q = (vi)shifted;
    vf r = (u - (shifted - HS_ROUNDER) * 0.25f) * 6.28318531f;
    *sine = vf_sin_turned(r, q);
    *cosine = vf_sin_turned(r, q + 1);
}

/// The upper 24 bits as a number in 0 ..< 1.
HS_INLINE vf vf_unit(vu words) {
    return vf_from_int((vi)(words >> 8)) * 0x1p-24f;
}

/// Box-Muller on neighbouring lanes of two vectors: (0, 1), (2, 3), ...
HS_INLINE void hs_box_muller(vu front, vu back, vf *y0, vf *y1) {
    vf u1 = vf_unit(HS_EVEN(front, back)) + 0x1p-24f, u2 = vf_unit(HS_ODD(front, back));
    vf radius = vf_sqrt(-2.0f * vf_log_normal(u1)), cosine, sine;
    hs_turn(u2, &cosine, &sine);
    cosine *= radius;
    sine *= radius;
    *y0 = HS_ZIP_LOW(cosine, sine);
    *y1 = HS_ZIP_HIGH(cosine, sine);
}

/// Elements made from one word: dropout decides by halves of words.
HS_INLINE size_t hs_per_word(const hs_sampler *s) {
    return s->kind == HS_SAMPLE_DROPOUT ? 2 : 1;
}

/// Two vectors of elements, kept where the half word of each (low, then high) is at least the
/// threshold.
HS_INLINE void hs_drop(const hs_sampler *s, const float *x, float *y, vu words, bool stream) {
    hs_fetch(x + HS_AHEAD);
    hs_fetch(x + HS_AHEAD + HS_WIDTH);
    vf x0 = vf_load(x) * s->scale, x1 = vf_load(x + HS_WIDTH) * s->scale;
#if defined(HS_AVX512)
    __mmask32 kept = _mm512_cmpge_epu16_mask((__m512i)words, (__m512i)s->threshold);
    vf y0 = (vf)_mm512_maskz_mov_ps((__mmask16)kept, (__m512)x0);
    vf y1 = (vf)_mm512_maskz_mov_ps((__mmask16)(kept >> 16), (__m512)x1);
#else
    vu low = words & 0xffffu, high = words >> 16, limit = s->threshold & 0xffffu;
    vf y0 = vf_select((vi)(HS_ZIP_LOW(low, high) >= limit), x0, vf_set(0.0f));
    vf y1 = vf_select((vi)(HS_ZIP_HIGH(low, high) >= limit), x1, vf_set(0.0f));
#endif
    vf_put(y, y0, stream);
    vf_put(y + HS_WIDTH, y1, stream);
}

HS_INLINE void hs_sample_group(const hs_sampler *s, const float *x, float *y, hs_words w,
                               bool stream) {
    HS_UNROLL
    for (int k = 0; k < 2 * HS_CHAINS; k += 2) {
        size_t at = (size_t)k * HS_WIDTH;
        vf y0, y1;
        if (s->kind == HS_SAMPLE_DROPOUT) {
            hs_drop(s, x + 2 * at, y + 2 * at, w.at[k], stream);
            hs_drop(s, x + 2 * at + 2 * HS_WIDTH, y + 2 * at + 2 * HS_WIDTH, w.at[k + 1], stream);
            continue;
        }
        if (s->kind == HS_SAMPLE_UNIFORM) {
            y0 = vf_unit(w.at[k]), y1 = vf_unit(w.at[k + 1]);
        } else {
            hs_box_muller(w.at[k], w.at[k + 1], &y0, &y1);
        }
        vf_put(y + at, vf_fma(s->scale, y0, s->offset), stream);
        vf_put(y + at + HS_WIDTH, vf_fma(s->scale, y1, s->offset), stream);
    }
}

/// The elements from `skip` on of a group, at most `count` of them, through buffers.
HS_INLINE void hs_sample_part(const hs_sampler *s, const float *x, float *y, hs_words w,
                              size_t skip, size_t count) {
    float in[2 * HS_RANDOM_GROUP] = {0}, out[2 * HS_RANDOM_GROUP];
    if (s->kind == HS_SAMPLE_DROPOUT) memcpy(in + skip, x, count * sizeof(float));
    hs_sample_group(s, in, out, w, false);
    memcpy(y, out + skip, count * sizeof(float));
}

/// As many whole groups as there are in n elements; how many elements that is.
HS_INLINE size_t hs_sample_groups(const hs_sampler *s, const float *x, float *y, size_t n,
                                  const hs_philox_keys *keys, uint64_t block, bool stream) {
    size_t group = HS_RANDOM_GROUP * hs_per_word(s), i = 0;
    for (; i + group <= n; i += group, block += HS_RANDOM_BLOCKS) {
        hs_sample_group(s, x + i, y + i, hs_philox_group(keys, block), stream);
    }
    return i;
}

HS_INLINE void hs_sample(const hs_sampler *s, const float *x, float *y, size_t first, size_t n,
                         uint64_t key, uint64_t counter) {
    hs_philox_keys keys = hs_philox_schedule(key);
    size_t per_block = 4 * hs_per_word(s), group = HS_RANDOM_GROUP * hs_per_word(s);
    uint64_t block = counter + first / per_block;
    size_t skip = first % per_block, i = 0;
    if (skip && n) {
        size_t room = group - skip;
        i = n < room ? n : room;
        hs_sample_part(s, x, y, hs_philox_group(&keys, block), skip, i);
        block += HS_RANDOM_BLOCKS;
    }
    bool stream = hs_streams(y, s->kind == HS_SAMPLE_DROPOUT ? x : NULL, n) && !hs_unaligned(y + i);
    // Two copies of the loop: a choice at every store would cut it into pieces.
    size_t done = stream ? hs_sample_groups(s, x + i, y + i, n - i, &keys, block, true)
                         : hs_sample_groups(s, x + i, y + i, n - i, &keys, block, false);
    block += done / group * HS_RANDOM_BLOCKS;
    i += done;
    if (i < n) hs_sample_part(s, x + i, y + i, hs_philox_group(&keys, block), 0, n - i);
    hs_stream_end(stream);
}

static void HS_NAME(dropout)(const float *x, float *y, size_t first, size_t n, uint32_t threshold,
                             float scale, uint64_t key, uint64_t counter) {
    // The threshold in both halves.
    hs_sampler s = {.kind = HS_SAMPLE_DROPOUT, .threshold = vu_set(threshold << 16 | threshold),
                    .scale = vf_set(scale)};
    hs_sample(&s, x, y, first, n, key, counter);
}

static void HS_NAME(uniform)(float *y, size_t first, size_t n, float low, float high, uint64_t key,
                             uint64_t counter) {
    hs_sampler s = {.kind = HS_SAMPLE_UNIFORM, .scale = vf_set(high - low), .offset = vf_set(low)};
    hs_sample(&s, y, y, first, n, key, counter);
}

static void HS_NAME(normal)(float *y, size_t first, size_t n, float mean, float std, uint64_t key,
                            uint64_t counter) {
    hs_sampler s = {.kind = HS_SAMPLE_NORMAL, .scale = vf_set(std), .offset = vf_set(mean)};
    hs_sample(&s, y, y, first, n, key, counter);
}

#endif
