// Tiles against a transposed B read where it lies: HS_WIDTH × HS_WIDTH blocks of it are transposed
// in registers and used at once, so that a B that serves few rows is read once and never copied.
#ifndef HS_MATMUL_FUSED_INC_H
#define HS_MATMUL_FUSED_INC_H

#include "tiles.inc.h"
#include "transpose.inc.h"

// How far ahead of its use B is asked for, in floats.
enum { HS_FUSED_AHEAD = 64 };

/// HS_WIDTH columns of B's transpose, from k on: v[j] = B[0 ..< HS_WIDTH, k + j].
HS_INLINE void fused_load(const float *b, size_t ldb, ptrdiff_t ahead, vf v[HS_WIDTH]) {
#pragma clang loop unroll(full)
    for (int r = 0; r < HS_WIDTH; r++) {
        __builtin_prefetch(b + (size_t)r * ldb + ahead);
        v[r] = vf_load(b + (size_t)r * ldb);
    }
    transpose_block(v);
}

/// HS_WIDTH steps of k for `rows` rows and one vector of columns.
HS_INLINE void fused_multiply(const int rows, const float *const a[5], size_t lda, vf v[HS_WIDTH],
                              vf acc[][4], const int group) {
#pragma clang loop unroll(full)
    for (int k = 0; k < HS_WIDTH; k++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            const vf av = tile_broadcast(a[i / 3] + (i % 3) * lda + k);
            acc[i][group] = vf_fma(av, v[k], acc[i][group]);
        }
    }
}

/// The last depth % HS_WIDTH steps of k.
HS_INLINE void fused_rest(const int rows, const int groups, const tile *t, const float *b,
                          size_t k, vf acc[][4]) {
    const size_t left = t->depth - k;
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) {
        float block[HS_WIDTH * HS_WIDTH];
        transpose_part(b + (size_t)g * HS_WIDTH * t->ldb + k, t->ldb, block, HS_WIDTH, HS_WIDTH,
                       left);
#pragma clang loop unroll(disable)
        for (size_t j = 0; j < left; j++) {
            const vf bv = vf_load(block + j * HS_WIDTH);
#pragma clang loop unroll(full)
            for (int i = 0; i < rows; i++) {
                const vf av = tile_broadcast(t->a + (size_t)i * t->lda + k + j);
                acc[i][g] = vf_fma(av, bv, acc[i][g]);
            }
        }
    }
}

/// `rows` rows by `groups` vectors of columns; t->b is [columns, depth] with row stride ldb.
HS_INLINE void fused_run(const int rows, const int groups, const tile *t) {
    vf acc[HS_TILE_ROWS][4];
    const size_t lda = t->lda, ldb = t->ldb;
    const int pointers = (rows + 2) / 3;
    const float *a[5], *b = t->b;
    size_t k = 0;
#pragma clang loop unroll(full)
    for (int p = 0; p < pointers; p++) a[p] = t->a + 3 * (size_t)p * lda;
    tile_start(rows, groups, false, t, acc);
#pragma clang loop unroll(disable)
    for (; k + HS_WIDTH <= t->depth; k += HS_WIDTH) {
        // Past the end of these rows of B come those of the next tile.
        const ptrdiff_t ahead = k + HS_FUSED_AHEAD < t->depth
                                    ? HS_FUSED_AHEAD
                                    : (ptrdiff_t)(groups * HS_WIDTH * ldb + HS_FUSED_AHEAD) -
                                          (ptrdiff_t)t->depth;
#pragma clang loop unroll(full)
        for (int g = 0; g < groups; g++) {
            vf v[HS_WIDTH];
            fused_load(b + (size_t)g * HS_WIDTH * ldb + k, ldb, ahead, v);
            fused_multiply(rows, a, lda, v, acc, g);
        }
#pragma clang loop unroll(full)
        for (int p = 0; p < pointers; p++) {
            a[p] += HS_WIDTH;
            __asm__("" : "+r"(a[p]));
        }
    }
    if (k < t->depth) fused_rest(rows, groups, t, b, k, acc);
    tile_finish(rows, groups, false, t, acc);
}

#define HS_FUSED(name, rows, groups) \
    static void name##_##rows(const tile *t) { fused_run(rows, groups, t); }

// Indexed by rows. For few rows two vectors of columns, so that there are chains enough to overlap;
// never for as many as one of two rows of tiles may have, so that both take as many columns.
#if HS_TILE_ROWS == 14
HS_FUSED(fused, 1, 2) HS_FUSED(fused, 2, 2) HS_FUSED(fused, 3, 2) HS_FUSED(fused, 4, 2)
HS_FUSED(fused, 5, 2) HS_FUSED(fused, 6, 2) HS_FUSED(fused, 7, 1) HS_FUSED(fused, 8, 1)
HS_FUSED(fused, 9, 1) HS_FUSED(fused, 10, 1) HS_FUSED(fused, 11, 1) HS_FUSED(fused, 12, 1)
HS_FUSED(fused, 13, 1) HS_FUSED(fused, 14, 1)
static const tile_kernel fused_kernels[HS_TILE_ROWS + 1] = HS_TABLE_14(fused);
enum { HS_FUSED_PAIRS = 6 };
#else
HS_FUSED(fused, 1, 2) HS_FUSED(fused, 2, 2) HS_FUSED(fused, 3, 1) HS_FUSED(fused, 4, 1)
HS_FUSED(fused, 5, 1) HS_FUSED(fused, 6, 1)
static const tile_kernel fused_kernels[HS_TILE_ROWS + 1] = HS_TABLE_6(fused);
enum { HS_FUSED_PAIRS = 2 };
#endif

/// Columns of the tiles above.
HS_INLINE size_t fused_width(size_t rows) {
    return rows <= HS_FUSED_PAIRS ? 2 * HS_WIDTH : HS_WIDTH;
}

#endif
