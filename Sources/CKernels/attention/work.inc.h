// What the forward and the backward pass of attention share: copies of operands, memory, products.
//
// A task is one head of keys and values over a part of a sequence. Its keys and values are copied
// once, in the order in which the microkernels read them; then one block of query rows after
// another has all its scores in this thread's memory at once, so that softmax sees whole rows.
#ifndef HS_ATTENTION_WORK_INC_H
#define HS_ATTENTION_WORK_INC_H

#include "../matmul/problem.inc.h"

enum {
    HS_QUERY_ROWS = 70,             // in a block, at most: five rows of tiles
    HS_QUERY_SCORES = 128 << 10,    // unless that is no row of tiles: half of a second cache
    HS_KEY_CHUNK = 128,             // keys whose values stay in the first cache
    HS_KEEP_STEP = 4 * HS_WIDTH,    // random halves drawn at once for a row
};

typedef struct attention_work {
    const hs_attention *a;
    hs_attention_part part;
    size_t kv_head;
    size_t keys;       // that the part sees
    size_t rows;       // in a block, at most
    size_t ld;         // floats from one copied row of a head to the next
    size_t scores_ld;  // the same for scores
    size_t keep_ld;    // the same for random halves
    // Transposed in panels of [size][HS_TILE_COLUMNS], and as rows of ld.
    float *k_panels, *v_panels, *k_rows, *v_rows;
    float *dk, *dv;                       // [keys][ld], sums
    float *q, *dy, *y;                    // [rows][ld]
    float *scores, *slopes;               // [rows][scores_ld]
    float *sums, *peaks;                  // [rows]
    uint16_t *halves;                     // [rows][keep_ld]
} attention_work;

/// A block of query rows: first ..< first + rows of the sequence, and the keys it sees.
typedef struct attention_block {
    size_t head, first, rows, keys;
} attention_block;

HS_INLINE size_t rounded_up(size_t n, size_t to) {
    return (n + to - 1) / to * to;
}

/// A distance between rows that does not let them fall on each other in the cache.
HS_INLINE size_t spread(size_t n) {
    const size_t ld = rounded_up(n, HS_TILE_COLUMNS);
    return ld % 128 == 0 ? ld + HS_TILE_COLUMNS : ld;
}

static attention_work attention_sizes(const hs_attention *a, const hs_attention_part *part,
                                      size_t kv_head) {
    attention_work w = {.a = a, .part = *part, .kv_head = kv_head};
    const size_t length = part->end - part->begin, count = part->last - part->first;
    w.keys = a->causal ? part->last : length;
    const size_t fit = HS_QUERY_SCORES / (w.keys + 1) / HS_TILE_ROWS * HS_TILE_ROWS;
    const size_t most = fit < HS_TILE_ROWS ? HS_TILE_ROWS : least(fit, HS_QUERY_ROWS);
    w.rows = pieces(count, pieces(count, most));
    w.ld = spread(a->size);
    w.scores_ld = spread(w.keys);
    w.keep_ld = rounded_up(w.keys, HS_KEEP_STEP);
    return w;
}

/// The next `floats` of the memory at base, or only their number if there is none yet.
HS_INLINE float *carve(float *base, size_t *used, size_t floats) {
    float *place = base ? base + *used : NULL;
    *used += rounded_up(floats, 16);
    return place;
}

HS_INLINE size_t panel_floats(const attention_work *w) {
    return w->a->size * rounded_up(w->keys, HS_TILE_COLUMNS);
}

/// Rows of a head, times `scale`, at distance ld, whole vectors of them.
static void copy_head_rows(const float *from, size_t step, size_t rows, size_t size, float scale,
                           float *to, size_t ld) {
    const size_t whole = size / HS_WIDTH * HS_WIDTH, tail = size - whole;
    const vf by = vf_set(scale);
    for (size_t i = 0; i < rows; i++, from += step, to += ld) {
        for (size_t k = 0; k < whole; k += HS_WIDTH) vf_store(to + k, vf_load(from + k) * by);
        if (tail) vf_store(to + whole, vf_load_n(from + whole, tail) * by);
    }
}

/// The other way.
static void write_head_rows(const float *from, size_t ld, size_t rows, size_t size, float *to,
                            size_t step) {
    const size_t whole = size / HS_WIDTH * HS_WIDTH, tail = size - whole;
    for (size_t i = 0; i < rows; i++, from += ld, to += step) {
        for (size_t k = 0; k < whole; k += HS_WIDTH) vf_store(to + k, vf_load(from + k));
        if (tail) vf_store_n(to + whole, vf_load(from + whole), tail);
    }
}

/// This task's head in a tensor of keys or values.
HS_INLINE const float *kv_head_of(const attention_work *w, const float *tensor) {
    return tensor + (w->part.begin * w->a->kv_heads + w->kv_head) * w->a->size;
}

/// The block's rows in a tensor of all query heads.
HS_INLINE size_t query_place(const attention_work *w, const attention_block *b) {
    return ((w->part.query + b->first) * w->a->heads + b->head) * w->a->size;
}

static void pack_head_panels(const attention_work *w, const float *tensor, float *panels) {
    const size_t step = w->a->kv_heads * w->a->size;
    for (size_t j = 0; j < w->keys; j += HS_TILE_COLUMNS) {
        pack_b(kv_head_of(w, tensor), step, true, 0, w->a->size, j,
               least(HS_TILE_COLUMNS, w->keys - j), panels + j * w->a->size, HS_TILE_COLUMNS);
    }
}

/// C = A·B or C += A·B for one row of tiles; every element is one chain over ascending k.
HS_INLINE void tile_product(size_t rows, size_t columns, size_t depth, bool by_rows, const float *a,
                            size_t lda, const float *b, size_t ldb, float *c, size_t ldc,
                            bool adds) {
    tile t = {.a = a, .lda = lda, .b = b, .ldb = ldb, .c = c, .ldc = ldc, .depth = depth,
              .next_c = c, .next_a = a, .next_ldc = ldc, .next_steps = rows,
              .flags = adds ? HS_TILE_LOAD : 0};
    tile_row(rows, by_rows, columns, &t);
}

/// Row tile r of n rows in tiles: where it starts (r may be their number).
HS_INLINE size_t row_tile(size_t n, size_t r) {
    return piece_start(n, r, pieces(n, HS_TILE_ROWS));
}

/// y = x · panels for the rows of a block: scores, or slopes of probabilities. If causal, what lies
/// wholly above the diagonal is left out.
static void multiply_panels_of_keys(const attention_work *w, const attention_block *b,
                                    const float *x, const float *panels, float *y) {
    const size_t tiles = pieces(b->rows, HS_TILE_ROWS), size = w->a->size;
    for (size_t j = 0; j < b->keys; j += HS_TILE_COLUMNS) {
        const size_t columns = least(HS_TILE_COLUMNS, rounded_up(b->keys - j, HS_WIDTH));
        for (size_t r = 0; r < tiles; r++) {
            const size_t top = row_tile(b->rows, r), bottom = row_tile(b->rows, r + 1);
            if (w->a->causal && j >= b->first + bottom) continue;
            tile_product(bottom - top, columns, size, true, x + top * w->ld, w->ld,
                         panels + j * size, HS_TILE_COLUMNS, y + top * w->scores_ld + j,
                         w->scores_ld, false);
        }
    }
}

/// y (rows `step` apart, `columns` of them written) = x · rows, where x are scores of the block and
/// `rows` a copy of the head's keys or values.
static void multiply_rows_of_keys(const attention_work *w, const attention_block *b,
                                  const float *x, const float *rows, float *y, size_t step,
                                  size_t columns) {
    const size_t tiles = pieces(b->rows, HS_TILE_ROWS);
    for (size_t k = 0; k < b->keys; k += HS_KEY_CHUNK) {
        for (size_t r = 0; r < tiles; r++) {
            const size_t top = row_tile(b->rows, r), bottom = row_tile(b->rows, r + 1);
            const size_t end = w->a->causal ? b->first + bottom : b->keys;
            if (k >= end) continue;
            tile_product(bottom - top, columns, least(HS_KEY_CHUNK, end - k), true,
                         x + top * w->scores_ld + k, w->scores_ld, rows + k * w->ld, w->ld,
                         y + top * step, step, k > 0);
        }
    }
}

/// Calls `run` for every block of every query head of the task.
HS_INLINE void each_block(const attention_work *w,
                          void (*run)(const attention_work *, const attention_block *)) {
    const size_t group = w->a->heads / w->a->kv_heads;
    const size_t count = w->part.last - w->part.first, blocks = pieces(count, w->rows);
    for (size_t h = 0; h < group; h++) {
        for (size_t n = 0; n < blocks; n++) {
            attention_block b = {.head = w->kv_head * group + h};
            b.first = w->part.first + piece_start(count, n, blocks);
            b.rows = w->part.first + piece_start(count, n + 1, blocks) - b.first;
            b.keys = w->a->causal ? b.first + b.rows : w->keys;
            run(w, &b);
        }
    }
}

/// Keys that row i of a block sees.
HS_INLINE size_t keys_seen(const attention_work *w, const attention_block *b, size_t i) {
    return w->a->causal ? b->first + i + 1 : b->keys;
}

#endif
