// Few rows, or little work: no packed copy that outlives a panel, and threads share columns.
#ifndef HS_MATMUL_SKINNY_INC_H
#define HS_MATMUL_SKINNY_INC_H

#include "problem.inc.h"

/// B read where it lies, whole k at once: for one row of tiles, or a B that the first cache holds.
static void multiply_in_place(const product *p, size_t begin, size_t end) {
    const size_t rows = pieces(p->M, HS_TILE_ROWS);
    for (size_t r = 0; r < rows; r++) {
        const size_t i = piece_start(p->M, r, rows);
        const block b = {i, piece_start(p->M, r + 1, rows) - i, begin, end - begin, 0, p->K};
        tile t = {.a = a_at(p, i, 0), .lda = p->lda, .b = p->B + begin, .ldb = p->ldb};
        tile_ends(p, &b, &t);
        tile_row(b.rows, p->a_by_rows, b.columns, t);
    }
    finish_block(p, 0, p->M, begin, end - begin);
}

/// One panel of B after another through a packed copy in the first cache.
static void multiply_panels(const product *p, size_t begin, size_t end, size_t width) {
    const size_t rows = pieces(p->M, HS_TILE_ROWS), depth = block_depth(p->K);
    float *panel = hs_scratch(0, depth * width * sizeof(float));
    for (size_t j = begin; j < end; j += width) {
        const size_t columns = least(width, end - j);
        for (size_t k = 0; k < p->K; k += depth) {
            block b = {0, 0, j, columns, k, least(depth, p->K - k)};
            pack_b(p->B, p->ldb, p->b_trans, k, b.depth, j, columns, panel, width);
            for (size_t r = 0; r < rows; r++) {
                b.i = piece_start(p->M, r, rows);
                b.rows = piece_start(p->M, r + 1, rows) - b.i;
                tile t = {.a = a_at(p, b.i, k), .lda = p->lda, .b = panel, .ldb = width};
                tile_ends(p, &b, &t);
                tile_row(b.rows, p->a_by_rows, columns, t);
            }
        }
        finish_block(p, 0, p->M, j, columns);
    }
}

/// True if the tiles may read B where it lies, and gain by it.
HS_INLINE bool reads_in_place(const product *p) {
    if (p->b_trans) return false;
#if !defined(HS_AVX512)
    if (p->N % HS_WIDTH) return false;  // a partial vector of every row of B would be slow
#endif
    return p->M <= HS_TILE_ROWS || p->K * p->ldb * sizeof(float) <= 32768;
}

HS_INLINE size_t skinny_width(const product *p) {
    return p->M <= HS_WIDE_ROWS ? HS_WIDE_COLUMNS : HS_TILE_COLUMNS;
}

static void skinny_task(void *context, size_t begin, size_t end) {
    const product *p = context;
    const size_t width = skinny_width(p), first = begin * width, last = least(end * width, p->N);
    if (reads_in_place(p)) multiply_in_place(p, first, last);
    else multiply_panels(p, first, last, width);
}

static void multiply_skinny(const product *p, bool parallel) {
    const size_t panels = pieces(p->N, skinny_width(p));
    if (!parallel) {
        skinny_task((void *)p, 0, panels);
        return;
    }
    const size_t grain = panels / 16 / (size_t)hs_thread_limit();
    hs_parallel(panels, grain ? grain : 1, skinny_task, (void *)p);
}

#endif
