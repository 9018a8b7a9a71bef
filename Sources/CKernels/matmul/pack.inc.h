// Copies of operands in the order in which the microkernels read them.
#ifndef HS_MATMUL_PACK_INC_H
#define HS_MATMUL_PACK_INC_H

#include "microkernel.inc.h"
#include "transpose.inc.h"

/// B[k][j] -> y[k · width + j] for j < columns <= width, the rest of the last vector zero.
static void pack_rows_of_b(const float *b, size_t ldb, size_t depth, size_t columns, float *y,
                           size_t width) {
    if (columns == HS_TILE_COLUMNS) {
        for (size_t k = 0; k < depth; k++) {
            const float *from = b + k * ldb;
            __builtin_prefetch(from + 16 * ldb);
            __builtin_prefetch(from + 16 * ldb + HS_WIDTH);
            vf_store(y + k * width, vf_load(from));
            vf_store(y + k * width + HS_WIDTH, vf_load(from + HS_WIDTH));
        }
        return;
    }
    const size_t whole = columns / HS_WIDTH * HS_WIDTH, tail = columns - whole;
    for (size_t k = 0; k < depth; k++) {
        for (size_t j = 0; j < whole; j += HS_WIDTH) {
            vf_store(y + k * width + j, vf_load(b + k * ldb + j));
        }
        if (tail) vf_store(y + k * width + whole, vf_load_n(b + k * ldb + whole, tail));
    }
}

/// B[j][k] (transposed) -> y[k · width + j] for j < columns <= width.
static void pack_columns_of_b(const float *b, size_t ldb, size_t depth, size_t columns, float *y,
                              size_t width) {
    for (size_t j = 0; j < columns; j += HS_WIDTH) {
        const float *from = b + j * ldb;
        size_t k = 0;
        if (columns - j >= HS_WIDTH) {
            for (; k + HS_WIDTH <= depth; k += HS_WIDTH) {
                transpose_full(from + k, ldb, y + k * width + j, width);
            }
        }
        for (; k < depth; k += HS_WIDTH) {
            const size_t rows = columns - j < HS_WIDTH ? columns - j : HS_WIDTH;
            const size_t ks = depth - k < HS_WIDTH ? depth - k : HS_WIDTH;
            transpose_part(from + k, ldb, y + k * width + j, width, rows, ks);
        }
    }
}

/// A panel of B, `columns` wide from column j0 and `depth` deep from k0.
HS_INLINE void pack_b(const float *B, size_t ldb, bool trans, size_t k0, size_t depth, size_t j0,
                      size_t columns, float *y, size_t width) {
    if (trans) pack_columns_of_b(B + j0 * ldb + k0, ldb, depth, columns, y, width);
    else pack_rows_of_b(B + k0 * ldb + j0, ldb, depth, columns, y, width);
}

/// Rows of A one after another with stride ldy, for an lda whose rows fall on each other in the
/// cache.
static void copy_rows_of_a(const float *a, size_t lda, size_t rows, size_t depth, float *y,
                           size_t ldy) {
    const size_t whole = depth / HS_WIDTH * HS_WIDTH, tail = depth - whole;
    for (size_t i = 0; i < rows; i++) {
        const float *from = a + i * lda;
        float *to = y + i * ldy;
        for (size_t k = 0; k < whole; k += HS_WIDTH) vf_store(to + k, vf_load(from + k));
        if (tail) vf_store_n(to + whole, vf_load_n(from + whole, tail), tail);
    }
}

/// Columns of a transposed A: a[k · lda + i] -> y[k · ldy + i], i < rows <= ldy.
static void copy_columns_of_a(const float *a, size_t lda, size_t rows, size_t depth, float *y,
                              size_t ldy) {
    const size_t whole = rows / HS_WIDTH * HS_WIDTH, tail = rows - whole;
    for (size_t k = 0; k < depth; k++) {
        const float *from = a + k * lda;
        __builtin_prefetch(from + 16 * lda + rows);
        for (size_t i = 0; i < whole; i += HS_WIDTH) vf_store(y + k * ldy + i, vf_load(from + i));
        if (tail) vf_store(y + k * ldy + whole, vf_load_n(from + whole, tail));
    }
}

#endif
