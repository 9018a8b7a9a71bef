// A product whose B was packed for good: a weight that stays as it is while many inputs pass by.
//
// The copy is one panel of [K][HS_TILE_COLUMNS] after another. The threads share the panels; every
// panel is read once from far away, and asked for while the one before it is used.
#ifndef HS_MATMUL_PACKED_INC_H
#define HS_MATMUL_PACKED_INC_H

#include "problem.inc.h"

/// A whole B and where its copy goes.
typedef struct packing {
    product p;
    float *to;
} packing;

static void pack_whole_task(void *context, size_t begin, size_t end) {
    const packing *s = context;
    const product *p = &s->p;
    for (size_t panel = begin; panel < end; panel++) {
        const size_t j = panel * HS_TILE_COLUMNS;
        pack_panel(p, 0, p->K, j, least(HS_TILE_COLUMNS, p->N - j), s->to + j * p->K,
                   HS_TILE_COLUMNS);
    }
}

static size_t HS_NAME(packed_floats)(size_t N, size_t K) {
    return pieces(N, HS_TILE_COLUMNS) * HS_TILE_COLUMNS * K;
}

static void HS_NAME(pack)(size_t N, size_t K, const float *B, size_t ldb, bool transB, float *to) {
    packing s = {{.N = N, .K = K, .B = B, .ldb = ldb, .b_trans = transB}, to};
    hs_parallel(pieces(N, HS_TILE_COLUMNS), 1, pack_whole_task, &s);
}

/// Lets a tile ask for its share of the same block of the next panel.
HS_INLINE void ask_for_next_panel(const product *p, const block *b, size_t row, size_t rows,
                                  tile *t) {
    const size_t part = pieces(HS_TILE_COLUMNS * b->depth, rows * 48);
    const size_t next = b->j + HS_TILE_COLUMNS < p->N ? HS_TILE_COLUMNS * p->K : 0;
    t->next_a = t->b + next + part * row * 48;
    t->next_lda = 48;
    t->next_c = t->c;
    t->next_ldc = 0;
    t->next_steps = part;
}

static void packed_task(void *context, size_t begin, size_t end) {
    const product *p = context;
    const size_t rows = pieces(p->M, HS_TILE_ROWS), depth = block_depth(p->K);
    for (size_t panel = begin; panel < end; panel++) {
        block b = {.j = panel * HS_TILE_COLUMNS};
        b.columns = least(HS_TILE_COLUMNS, p->N - b.j);
        for (b.k = 0; b.k < p->K; b.k += b.depth) {
            b.depth = least(depth, p->K - b.k);
            for (size_t r = 0; r < rows; r++) {
                b.i = piece_start(p->M, r, rows);
                b.rows = piece_start(p->M, r + 1, rows) - b.i;
                tile t = {.a = a_at(p, b.i, b.k), .lda = p->lda, .ldb = HS_TILE_COLUMNS};
                t.b = p->B + b.j * p->K + b.k * HS_TILE_COLUMNS;
                tile_ends(p, &b, &t);
                ask_for_next_panel(p, &b, r, rows, &t);
                tile_row(b.rows, p->a_by_rows, b.columns, &t);
            }
        }
        finish_block(p, 0, p->M, b.j, b.columns);
    }
}

static void HS_NAME(matmul_packed)(size_t M, size_t N, size_t K, const float *A, size_t lda,
                                   const float *packed, float *C, size_t ldc,
                                   const hs_epilogue *epilogue) {
    product p = product_of(M, N, K, lda, false, 0, false, ldc, epilogue);
    p.A = A, p.B = packed, p.C = C;
    const size_t panels = pieces(N, HS_TILE_COLUMNS);
    const size_t grain = panels / 4 / (size_t)hs_thread_limit();
    hs_parallel(panels, grain ? grain : 1, packed_task, &p);
}

#endif
