// Few rows, or a small A: no packed copy outlives a panel, and there is one hand-over to the
// threads, which share the columns.
#ifndef HS_MATMUL_SKINNY_INC_H
#define HS_MATMUL_SKINNY_INC_H

#include "fused.inc.h"
#include "problem.inc.h"

// A B that does not fit the first cache is read in strips of rows, each from left to right, and
// asked for a little to the right of where it is used: rows are often pages apart.
enum {
    HS_SKINNY_ROWS = 4 * HS_TILE_ROWS,  // for more, a panel of B is worth a copy
    HS_FIRST_CACHE = 32 << 10,
    HS_SMALL_A = 512 << 10,  // bytes of A that stay in the second cache while B goes by
    HS_STRIP_AHEAD = 2 * HS_TILE_COLUMNS,
};

/// True for what this file does best.
HS_INLINE bool is_skinny(const product *p) {
    const bool small = p->M * p->K * sizeof(float) <= HS_SMALL_A && p->M <= 2 * p->N;
    return p->M <= HS_SKINNY_ROWS || (small && p->a_by_rows && p->lda % 512 != 0);
}

/// Rows of B in a strip: few where the time goes into reading B, many where it goes into C.
HS_INLINE size_t strip_depth(size_t M) {
    return M <= 2 ? 16 : M <= 4 ? 48 : M <= 8 ? 96 : 256;
}

/// True if B is small enough for the first cache.
HS_INLINE bool is_near(const product *p) {
    return p->K * p->ldb * sizeof(float) <= HS_FIRST_CACHE;
}

/// All rows of tiles against columns b.j ..< b.j + b.columns of a strip of B.
HS_INLINE void multiply_strip(const product *p, block b, size_t rows) {
    for (size_t r = 0; r < rows; r++) {
        b.i = piece_start(p->M, r, rows);
        b.rows = piece_start(p->M, r + 1, rows) - b.i;
        tile t = {.a = a_at(p, b.i, b.k), .lda = p->lda, .ldb = p->ldb};
        t.b = p->B + b.k * p->ldb + b.j;
        tile_ends(p, &b, &t);
        t.ahead = HS_STRIP_AHEAD;
        tile_row(b.rows, p->a_by_rows, b.columns, &t);
    }
}

/// B read where it lies.
static void multiply_in_place(const product *p, size_t begin, size_t end) {
    const size_t rows = pieces(p->M, HS_TILE_ROWS), depth = is_near(p) ? p->K : strip_depth(p->M);
    const size_t columns = rows == 1 || is_near(p) ? end - begin : HS_TILE_COLUMNS;
    for (size_t k = 0; k < p->K; k += depth) {
        for (size_t j = begin; j < end; j += columns) {
            const block b = {0, 0, j, least(columns, end - j), k, least(depth, p->K - k)};
            multiply_strip(p, b, rows);
        }
    }
    finish_block(p, 0, p->M, begin, end - begin);
}

/// Lets a tile ask for its share of a transposed B's next panel, if that is one piece of memory.
HS_INLINE void prefetch_panel(const product *p, const block *b, size_t row, size_t rows, tile *t) {
    const size_t width = HS_TILE_COLUMNS, part = width * b->depth / rows;
    if (!p->b_trans || p->b_half || p->ldb != p->K || b->j + 2 * width > p->N) return;
    t->next_a = p->B + (b->j + width) * p->ldb + width * b->k + part * row;
    t->next_lda = 48;
    t->next_c = t->c;
    t->next_ldc = 0;
    t->next_steps = part / 48 + 1;
}

/// One panel of B after another through a packed copy in the first cache.
static void multiply_panels(const product *p, size_t begin, size_t end, size_t width) {
    const size_t rows = pieces(p->M, HS_TILE_ROWS), depth = block_depth(p->K);
    float *panel = hs_scratch(0, depth * width * sizeof(float));
    for (size_t j = begin; j < end; j += width) {
        const size_t columns = least(width, end - j);
        for (size_t k = 0; k < p->K; k += depth) {
            block b = {0, 0, j, columns, k, least(depth, p->K - k)};
            pack_panel(p, k, b.depth, j, columns, panel, width);
            for (size_t r = 0; r < rows; r++) {
                b.i = piece_start(p->M, r, rows);
                b.rows = piece_start(p->M, r + 1, rows) - b.i;
                tile t = {.a = a_at(p, b.i, k), .lda = p->lda, .b = panel, .ldb = width};
                tile_ends(p, &b, &t);
                prefetch_panel(p, &b, r, rows, &t);
                tile_row(b.rows, p->a_by_rows, columns, &t);
            }
        }
        finish_block(p, 0, p->M, j, columns);
    }
}

/// A transposed B read where it lies: every row of tiles transposes its blocks anew, which costs
/// less than a copy as long as they are few. Columns short of a tile go through a panel.
static void multiply_fused(const product *p, size_t begin, size_t end) {
    const size_t rows = pieces(p->M, HS_TILE_ROWS), width = fused_width(pieces(p->M, rows));
    size_t j = begin;
    for (; j + width <= end; j += width) {
        for (size_t r = 0; r < rows; r++) {
            block b = {piece_start(p->M, r, rows), 0, j, width, 0, p->K};
            b.rows = piece_start(p->M, r + 1, rows) - b.i;
            tile t = {.a = a_at(p, b.i, 0), .lda = p->lda, .b = p->B + j * p->ldb, .ldb = p->ldb};
            tile_ends(p, &b, &t);
            fused_kernels[b.rows](&t);
        }
        finish_block(p, 0, p->M, j, width);
    }
    if (j < end) multiply_panels(p, j, end, HS_TILE_COLUMNS);
}

/// True if transposing B for every row of tiles is cheaper than copying it.
HS_INLINE bool fuses(const product *p) {
    return p->b_trans && p->a_by_rows && !p->b_half &&
           (p->M <= HS_TILE_ROWS || (p->M <= 2 * HS_TILE_ROWS && !is_near(p)));
}

/// True if the tiles may read B where it lies, and gain by it.
HS_INLINE bool reads_in_place(const product *p) {
    if (p->b_trans || p->b_half) return false;
#if !defined(HS_AVX512)
    if (p->N % HS_WIDTH) return false;  // a partial vector of every row of B would be slow
#endif
    return p->M <= HS_SKINNY_ROWS || is_near(p);
}

HS_INLINE size_t skinny_width(const product *p) {
    return p->M <= HS_WIDE_ROWS ? HS_WIDE_COLUMNS : HS_TILE_COLUMNS;
}

static void skinny_task(void *context, size_t begin, size_t end) {
    const product *p = context;
    const size_t width = skinny_width(p), first = begin * width, last = least(end * width, p->N);
    if (reads_in_place(p)) multiply_in_place(p, first, last);
    else if (fuses(p)) multiply_fused(p, first, last);
    else multiply_panels(p, first, last, width);
}

static void multiply_skinny(const product *p, bool parallel) {
    const size_t panels = pieces(p->N, skinny_width(p));
    if (!parallel) {
        skinny_task((void *)p, 0, panels);
        return;
    }
    const size_t grain = panels / 4 / (size_t)hs_thread_limit();
    hs_parallel(panels, grain ? grain : 1, skinny_task, (void *)p);
}

#endif
