// Many rows: all threads first pack B, and A where it is awkward to read, then claim blocks of C,
// each against a part of B that fits the second cache. One block of k at a time, so that what was
// packed is still near when it is used.
#ifndef HS_MATMUL_BLOCKED_INC_H
#define HS_MATMUL_BLOCKED_INC_H

#include "problem.inc.h"

enum {
    HS_PACKED_FLOATS = 2 << 20,  // of each operand at a time: 8 MiB, for the shared cache
    HS_BLOCK_BYTES = 480 << 10,  // of packed B per block of C: half of a 1 MiB second cache
    HS_BLOCK_TILES = 20,         // rows of tiles in a block of C, at most
    HS_A_STRIDE = (HS_TILE_ROWS + HS_WIDTH - 1) / HS_WIDTH * HS_WIDTH,
    HS_B_GROUP = 4,  // panels packed together from a B whose rows run across them
    HS_A_GROUP = 8,  // rows of tiles packed together from a transposed A, for the same reason
};

/// k ..< k + depth, columns j ..< j + columns and rows of tiles first ..< first + tiles.
typedef struct pass {
    const product *p;
    size_t k, depth;
    size_t j, columns, panels;
    size_t first, tiles, all_tiles;
    size_t row_blocks, column_blocks;
    size_t b_packs;   // pieces of B to pack
    float *b_packed;  // `panels` panels of [depth][HS_TILE_COLUMNS]
    float *a_packed;  // for every row of tiles [rows][depth] if A lies by rows, else
                      // [depth][HS_A_STRIDE]; NULL if A is read in place
} pass;

HS_INLINE float *packed_b(const pass *s, size_t panel) {
    return s->b_packed + panel * s->depth * HS_TILE_COLUMNS;
}

HS_INLINE float *packed_a(const pass *s, size_t tile) {
    return s->a_packed + (tile - s->first) * s->depth * HS_A_STRIDE;
}

/// The first row of a row of tiles.
HS_INLINE size_t tile_top(const pass *s, size_t tile) {
    return piece_start(s->p->M, tile, s->all_tiles);
}

static void pack_piece_of_b(const pass *s, size_t piece) {
    const product *p = s->p;
    const size_t first = piece * HS_B_GROUP, last = least(first + HS_B_GROUP, s->panels);
    const size_t step = p->b_trans ? s->depth : 8;
    for (size_t k = 0; k < s->depth; k += step) {
        for (size_t panel = first; panel < last; panel++) {
            const size_t j = panel * HS_TILE_COLUMNS;
            pack_panel(p, s->k + k, least(step, s->depth - k), s->j + j,
                       least(HS_TILE_COLUMNS, s->columns - j),
                       packed_b(s, panel) + k * HS_TILE_COLUMNS, HS_TILE_COLUMNS);
        }
    }
}

static void pack_piece_of_a(const pass *s, size_t piece) {
    const product *p = s->p;
    const size_t begin = s->first + piece * HS_A_GROUP;
    const size_t end = least(begin + HS_A_GROUP, s->first + s->tiles);
    const size_t step = p->a_by_rows ? s->depth : 32;
    for (size_t k = 0; k < s->depth; k += step) {
        const size_t depth = least(step, s->depth - k);
        for (size_t tile = begin; tile < end; tile++) {
            const size_t i = tile_top(s, tile), rows = tile_top(s, tile + 1) - i;
            const float *a = a_at(p, i, s->k + k);
            float *y = packed_a(s, tile);
            if (p->a_by_rows) copy_rows_of_a(a, p->lda, rows, depth, y, depth);
            else copy_columns_of_a(a, p->lda, rows, depth, y + k * HS_A_STRIDE, HS_A_STRIDE);
        }
    }
}

static void pack_task(void *context, size_t begin, size_t end) {
    const pass *s = context;
    for (size_t n = begin; n < end; n++) {
        if (n < s->b_packs) pack_piece_of_b(s, n);
        else pack_piece_of_a(s, n - s->b_packs);
    }
}

/// Where the microkernel finds a row of tiles of A.
HS_INLINE void tile_of_a(const pass *s, size_t index, tile *t) {
    const product *p = s->p;
    if (s->a_packed) {
        t->a = packed_a(s, index);
        t->lda = p->a_by_rows ? s->depth : HS_A_STRIDE;
    } else {
        t->a = a_at(p, tile_top(s, index), s->k);
        t->lda = p->lda;
    }
}

/// Lets a tile ask for a part of the next row of tiles' A: three lines of every row, or, if A does
/// not lie by rows, as much of its one piece.
HS_INLINE void tile_asks_for(const product *p, const tile *next, size_t part, tile *t) {
    const size_t lines = 48;
    if (p->a_by_rows) {
        t->next_a = next->a + least(part * lines, t->depth);
        t->next_lda = next->lda;
    } else {
        t->next_a = next->a + part * lines * HS_TILE_ROWS;
        t->next_lda = lines;
    }
}

/// One row of tiles against panels first ..< last.
static void multiply_row(const pass *s, size_t index, size_t first, size_t last) {
    const product *p = s->p;
    block b = {.i = tile_top(s, index), .k = s->k, .depth = s->depth};
    b.rows = tile_top(s, index + 1) - b.i;
    tile t = {.ldb = HS_TILE_COLUMNS}, next = t;
    tile_of_a(s, index, &t);
    tile_of_a(s, least(index + 1, s->first + s->tiles - 1), &next);
    for (size_t panel = first; panel < last; panel++) {
        const size_t j = panel * HS_TILE_COLUMNS;
        b.j = s->j + j;
        b.columns = least(HS_TILE_COLUMNS, s->columns - j);
        t.b = packed_b(s, panel);
        tile_ends(p, &b, &t);
        tile_asks_for(p, &next, panel - first, &t);
        tile_row(b.rows, p->a_by_rows, b.columns, &t);
    }
}

static void multiply_block(const pass *s, size_t row_block, size_t column_block) {
    const product *p = s->p;
    const size_t top = s->first + piece_start(s->tiles, row_block, s->row_blocks);
    const size_t bottom = s->first + piece_start(s->tiles, row_block + 1, s->row_blocks);
    const size_t first = piece_start(s->panels, column_block, s->column_blocks);
    const size_t last = piece_start(s->panels, column_block + 1, s->column_blocks);
    for (size_t index = top; index < bottom; index++) multiply_row(s, index, first, last);
    if (s->k + s->depth == p->K) {
        const size_t i = tile_top(s, top), j = first * HS_TILE_COLUMNS;
        finish_block(p, i, tile_top(s, bottom) - i, s->j + j,
                     least(last * HS_TILE_COLUMNS, s->columns) - j);
    }
}

static void blocks_task(void *context, size_t begin, size_t end) {
    const pass *s = context;
    for (size_t n = begin; n < end; n++) multiply_block(s, n % s->row_blocks, n / s->row_blocks);
}

/// Blocks of C: no larger than the caches want, and several for every thread.
static void choose_blocks(pass *s) {
    const size_t wanted = hs_thread_limit() > 1 ? 4 * (size_t)hs_thread_limit() : 1;
    const size_t bytes = s->panels * s->depth * HS_TILE_COLUMNS * sizeof(float);
    s->column_blocks = pieces(bytes, HS_BLOCK_BYTES);
    s->row_blocks = pieces(s->tiles, HS_BLOCK_TILES);
    if (s->row_blocks * s->column_blocks < wanted) {
        s->row_blocks = least(s->tiles, pieces(wanted, s->column_blocks));
    }
}

/// All rows against the pass's part of B, which is packed along with the first of them.
static void run_pass(pass *s, bool pack_a) {
    const size_t threads = (size_t)hs_thread_limit();
    size_t most = s->all_tiles;
    s->panels = pieces(s->columns, HS_TILE_COLUMNS);
    s->b_packed = hs_scratch(0, s->panels * s->depth * HS_TILE_COLUMNS * sizeof(float));
    s->b_packs = pieces(s->panels, HS_B_GROUP);
    if (pack_a) {
        most = least(most, HS_PACKED_FLOATS / (s->depth * HS_A_STRIDE));
        s->a_packed = hs_scratch(1, most * s->depth * HS_A_STRIDE * sizeof(float));
    }
    for (s->first = 0; s->first < s->all_tiles; s->first += s->tiles) {
        s->tiles = least(most, s->all_tiles - s->first);
        const size_t packs = s->b_packs + (pack_a ? pieces(s->tiles, HS_A_GROUP) : 0);
        hs_parallel(packs, pieces(packs, 8 * threads), pack_task, s);
        choose_blocks(s);
        hs_parallel(s->row_blocks * s->column_blocks, 1, blocks_task, s);
        s->b_packs = 0;
    }
}

/// True if A runs across the tiles, or if its rows are so far apart that they compete for the same
/// lines of the first cache.
HS_INLINE bool packs_a(const product *p) {
    return !p->a_by_rows || p->lda % 512 == 0;
}

static void multiply_blocked(const product *p) {
    pass s = {.p = p, .all_tiles = pieces(p->M, HS_TILE_ROWS)};
    const size_t depth = block_depth(p->K);
    const size_t most = HS_PACKED_FLOATS / depth / HS_TILE_COLUMNS * HS_TILE_COLUMNS;
    for (s.k = 0; s.k < p->K; s.k += s.depth) {
        s.depth = least(depth, p->K - s.k);
        for (s.j = 0; s.j < p->N; s.j += s.columns) {
            s.columns = least(most, p->N - s.j);
            run_pass(&s, packs_a(p));
        }
    }
}

#endif
