// One product as the paths of this folder pass it around, and what they all do with a tile.
#ifndef HS_MATMUL_PROBLEM_INC_H
#define HS_MATMUL_PROBLEM_INC_H

#include "pack_bfloat16.inc.h"
#include "tiles.inc.h"

// Blocks of k: a panel of B (HS_DEPTH · HS_TILE_COLUMNS) and the rows of A against it stay near the
// core; what lies between two blocks goes through C, which changes no bit of a float32 chain.
enum { HS_DEPTH = 512 };

// A packed panel of B comes from the second cache: it is asked for 16 rows ahead.
enum { HS_PANEL_AHEAD = 16 * HS_TILE_COLUMNS };

typedef struct product {
    size_t M, N, K;
    const float *A;
    size_t lda;
    bool a_by_rows;  // A is [M, K], not [K, M]
    const float *B;
    const uint16_t *b_half;  // B if its numbers are bfloat16, else NULL
    size_t ldb;
    bool b_trans;  // B is [N, K]
    float *C;
    size_t ldc;
    const float *bias;
    int32_t activation;
    bool accumulate;
    bool separate;  // bias and activation follow in a pass of their own
} product;

/// A product whose operands are still to be filled in.
HS_INLINE product product_of(size_t M, size_t N, size_t K, size_t lda, bool transA, size_t ldb,
                             bool transB, size_t ldc, const hs_epilogue *epilogue) {
    product p = {.M = M, .N = N, .K = K, .lda = lda, .a_by_rows = !transA, .ldb = ldb,
                 .b_trans = transB, .ldc = ldc, .activation = HS_ACT_NONE};
    if (epilogue) {
        p.bias = epilogue->bias;
        p.activation = epilogue->activation;
        p.accumulate = epilogue->accumulate;
        p.separate = p.activation != HS_ACT_NONE && p.activation != HS_RELU;
    }
    return p;
}

/// A block of C: rows i ..< i + rows by columns j ..< j + columns, over k ..< k + depth.
typedef struct block {
    size_t i, rows, j, columns, k, depth;
} block;

HS_INLINE size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

HS_INLINE size_t pieces(size_t n, size_t most) {
    return (n + most - 1) / most;
}

/// The start of piece `index` of `count` nearly equal pieces of n.
HS_INLINE size_t piece_start(size_t n, size_t index, size_t count) {
    return count == 1 ? n * index : n * index / count;
}

/// The depth of all blocks of k but the last.
HS_INLINE size_t block_depth(size_t K) {
    return K <= HS_DEPTH ? K : (pieces(K, pieces(K, HS_DEPTH)) + 7) / 8 * 8;
}

/// A panel of B, `columns` <= width wide from column j and `depth` deep from k.
HS_INLINE void pack_panel(const product *p, size_t k, size_t depth, size_t j, size_t columns,
                          float *y, size_t width) {
    if (p->b_half) pack_bfloat16(p->b_half, p->ldb, p->b_trans, k, depth, j, columns, y, width);
    else pack_b(p->B, p->ldb, p->b_trans, k, depth, j, columns, y, width);
}

HS_INLINE const float *a_at(const product *p, size_t i, size_t k) {
    return p->A + (p->a_by_rows ? i * p->lda + k : k * p->lda + i);
}

/// Where the tile's chains start and how they end, for a block of k.
HS_INLINE void tile_ends(const product *p, const block *b, tile *t) {
    const bool last = b->k + b->depth == p->K && !p->separate;
    t->c = p->C + b->i * p->ldc + b->j;
    t->ldc = p->ldc;
    t->depth = b->depth;
    t->next_a = t->a;
    t->next_c = t->c + HS_TILE_COLUMNS;
    t->next_ldc = p->ldc;
    t->next_lda = 0;
    t->next_steps = b->rows;
    t->ahead = HS_PANEL_AHEAD;
    t->bias = last && p->bias ? p->bias + b->j : NULL;
    t->flags = (p->accumulate || b->k > 0 ? HS_TILE_LOAD : 0) |
               (last && p->activation == HS_RELU ? HS_TILE_RELU : 0);
}

/// Bias and activation where they are not part of the tile's end.
HS_INLINE void finish_block(const product *p, size_t i, size_t rows, size_t j, size_t columns) {
    if (!p->separate) return;
    HS_NAME(bias_activation)(p->C + i * p->ldc + j, rows, columns, p->ldc,
                             p->bias ? p->bias + j : NULL, p->activation);
}

#endif
