// Philox4x32-10, HS_WIDTH / 2 blocks at a time: a vector holds one counter word of every block in
// the low half of a 64-bit lane, whose high half is not looked at, so that a round is two widening
// multiplications, two shifts and two exclusive-ors.
#ifndef HS_PHILOX_INC_H
#define HS_PHILOX_INC_H

// So many vectors of blocks are worked on side by side: the rounds of one wait for each other.
#define HS_CHAINS 4
// Blocks and numbers made at once.
#define HS_RANDOM_BLOCKS (HS_CHAINS * HS_WIDTH / 2)
#define HS_RANDOM_GROUP ((size_t)4 * HS_RANDOM_BLOCKS)

typedef uint64_t vw __attribute__((vector_size(HS_WIDTH * 4)));

typedef struct hs_words {
    vu at[2 * HS_CHAINS];  // in the order of the elements
} hs_words;

typedef struct hs_philox_keys {
    uint64_t first[10], second[10];
} hs_philox_keys;

HS_INLINE hs_philox_keys hs_philox_schedule(uint64_t key) {
    hs_philox_keys keys;
    for (uint32_t round = 0; round < 10; ++round) {
        keys.first[round] = (uint32_t)key + round * 0x9E3779B9u;  // modulo 2^32
        keys.second[round] = (uint32_t)(key >> 32) + round * 0xBB67AE85u;
    }
    return keys;
}

HS_INLINE vw vw_set(uint64_t x) {
    return (vw){} + x;
}

/// The low halves of the lanes times `by`, in 64 bits.
HS_INLINE vw vw_multiply_low(vw a, uint32_t by) {
#if defined(HS_AVX512)
    return (vw)_mm512_mul_epu32((__m512i)a, (__m512i)vw_set(by));
#elif defined(HS_AVX2)
    return (vw)_mm256_mul_epu32((__m256i)a, (__m256i)vw_set(by));
#elif defined(HS_NEON)
    return (vw)vmull_n_u32(vmovn_u64((uint64x2_t)a), by);
#else
    return (a & 0xffffffffu) * (uint64_t)by;
#endif
}

#if HS_WIDTH == 16
#define HS_PAIRS_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HS_PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif HS_WIDTH == 8
#define HS_PAIRS_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HS_PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#else
#define HS_PAIRS_LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define HS_PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif

typedef struct hs_counters {
    vw c0, c1, c2, c3;
} hs_counters;

HS_INLINE hs_counters hs_philox_start(uint64_t block) {
    static const uint64_t lanes[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    vw c0;
    memcpy(&c0, lanes, sizeof c0);
    c0 += block;
    return (hs_counters){c0, c0 >> 32, vw_set(0), vw_set(0)};
}

HS_INLINE hs_counters hs_philox_round(hs_counters c, uint64_t first, uint64_t second) {
    vw p0 = vw_multiply_low(c.c0, 0xD2511F53u), p1 = vw_multiply_low(c.c2, 0xCD9E8D57u);
    return (hs_counters){(p1 >> 32) ^ c.c1 ^ vw_set(first), p1, (p0 >> 32) ^ c.c3 ^ vw_set(second),
                         p0};
}

/// The words of the blocks with these counters, one vector of counters after the other.
HS_INLINE hs_words hs_philox_words(const hs_philox_keys *keys, hs_counters c[HS_CHAINS]) {
    HS_UNROLL
    for (int round = 0; round < 10; ++round) {
        HS_UNROLL
        for (int i = 0; i < HS_CHAINS; ++i) {
            c[i] = hs_philox_round(c[i], keys->first[round], keys->second[round]);
        }
    }
    hs_words words;
    HS_UNROLL
    for (int i = 0; i < HS_CHAINS; ++i) {
        vw front = (c[i].c0 & 0xffffffffu) | (c[i].c1 << 32);
        vw back = (c[i].c2 & 0xffffffffu) | (c[i].c3 << 32);
        words.at[2 * i] = (vu)HS_PAIRS_LOW(front, back);
        words.at[2 * i + 1] = (vu)HS_PAIRS_HIGH(front, back);
    }
    return words;
}

/// The words of HS_RANDOM_BLOCKS blocks from `block` on.
HS_INLINE hs_words hs_philox_group(const hs_philox_keys *keys, uint64_t block) {
    hs_counters c[HS_CHAINS];
    HS_UNROLL
    for (int i = 0; i < HS_CHAINS; ++i) c[i] = hs_philox_start(block + (uint64_t)i * HS_WIDTH / 2);
    return hs_philox_words(keys, c);
}

#endif
