// A B of bfloat16 numbers, turned into panels of float32 while it is packed: the product has the
// same bits as with the same numbers in float32.
#ifndef HS_MATMUL_PACK_BFLOAT16_INC_H
#define HS_MATMUL_PACK_BFLOAT16_INC_H

#include "pack.inc.h"

HS_INLINE size_t least_of(size_t a, size_t b) {
    return a < b ? a : b;
}

/// The first n <= HS_WIDTH numbers at p, the rest zero.
HS_INLINE vf bfloat16_load(const uint16_t *p, size_t n) {
    vh h = {};
    if (n == HS_WIDTH) memcpy(&h, p, sizeof h);
    else memcpy(&h, p, n * sizeof *p);
    return (vf)(__builtin_convertvector(h, vu) << 16);
}

/// As pack_rows_of_b.
static void pack_rows_of_bfloat16(const uint16_t *b, size_t ldb, size_t depth, size_t columns,
                                  float *y, size_t width) {
    for (size_t k = 0; k < depth; k++) {
        const uint16_t *from = b + k * ldb;
        __builtin_prefetch(from + 16 * ldb);
        for (size_t j = 0; j < columns; j += HS_WIDTH) {
            vf_store(y + k * width + j, bfloat16_load(from + j, least_of(HS_WIDTH, columns - j)));
        }
    }
}

/// As pack_columns_of_b.
static void pack_columns_of_bfloat16(const uint16_t *b, size_t ldb, size_t depth, size_t columns,
                                     float *y, size_t width) {
    for (size_t j = 0; j < columns; j += HS_WIDTH) {
        for (size_t k = 0; k < depth; k += HS_WIDTH) {
            const size_t ks = least_of(HS_WIDTH, depth - k);
            vf v[HS_WIDTH];
            for (size_t r = 0; r < HS_WIDTH; r++) {
                v[r] = j + r < columns ? bfloat16_load(b + (j + r) * ldb + k, ks) : (vf){};
            }
            transpose_block(v);
            for (size_t i = 0; i < ks; i++) vf_store(y + (k + i) * width + j, v[i]);
        }
    }
}

/// As pack_b.
HS_INLINE void pack_bfloat16(const uint16_t *B, size_t ldb, bool trans, size_t k0, size_t depth,
                             size_t j0, size_t columns, float *y, size_t width) {
    if (trans) pack_columns_of_bfloat16(B + j0 * ldb + k0, ldb, depth, columns, y, width);
    else pack_rows_of_bfloat16(B + k0 * ldb + j0, ldb, depth, columns, y, width);
}

#endif
