// Linear layers with 8-bit weights and activations, for inference. The integers are those of every
// other variant, whatever the batch and the number of threads.
#ifndef HS_QUANTIZED_INT8_INC_H
#define HS_QUANTIZED_INT8_INC_H

#include "int8.h"
#include "tiles.inc.h"
#include "rows.inc.h"

enum { HS_INT8_BLOCK = 56 };  // rows that a thread takes through all weights: 4 tiles of 14

/// Rows that were quantised, beginning with row `first` of the call.
typedef struct int8_rows {
    const hs_int8_linear *call;
    uint8_t *a;
    float *units;
    size_t first, count;
} int8_rows;

/// One panel of weights for some rows.
static void int8_panel(const int8_rows *r, size_t panel) {
    const hs_int8_linear *c = r->call;
    int32_t sums[HS_INT8_ROWS * HS_INT8_PANEL] __attribute__((aligned(64)));
    const size_t ld = hs_int8_depth(c->inputs), column = panel * HS_INT8_PANEL;
    const size_t tiles = (r->count + HS_INT8_ROWS - 1) / HS_INT8_ROWS;
    for (size_t i = 0; i < tiles; i++) {
        // Rows are shared out evenly, so that no tile is too small to hide the sums' latency.
        const size_t begin = i * r->count / tiles, end = (i + 1) * r->count / tiles;
        const int8_tile t = {r->a + begin * ld, ld, c->weights + column * ld, c->starts + column, sums};
        int8_tiles[end - begin](&t);
        int8_finish_tile(c, sums, r->first + begin, end - begin, r->units + begin, column);
    }
}

static void int8_normalize(const hs_int8_linear *c, size_t begin, size_t end) {
    float mean[HS_INT8_BLOCK], scale[HS_INT8_BLOCK];
    for (size_t i = begin; i < end; i += HS_INT8_BLOCK) {
        float *y = c->y + i * c->outputs;
        const size_t rows = end - i < HS_INT8_BLOCK ? end - i : HS_INT8_BLOCK;
        HS_NAME(layer_norm)(y, c->gamma, c->beta, y, mean, scale, rows, c->outputs, c->epsilon);
    }
}

/// Blocks of rows, each through all weights.
static void int8_blocks_task(void *context, size_t begin, size_t end) {
    const hs_int8_linear *c = context;
    const size_t ld = hs_int8_depth(c->inputs), panels = hs_int8_width(c->outputs) / HS_INT8_PANEL;
    float units[HS_INT8_BLOCK];
    int8_rows r = {c, hs_scratch(0, HS_INT8_BLOCK * ld), units, 0, 0};
    for (size_t block = begin; block < end; block++) {
        r.first = block * HS_INT8_BLOCK;
        r.count = c->rows - r.first < HS_INT8_BLOCK ? c->rows - r.first : HS_INT8_BLOCK;
        int8_quantize_rows(c->x + r.first * c->inputs, r.count, c->inputs, r.a, units);
        for (size_t panel = 0; panel < panels; panel++) int8_panel(&r, panel);
        if (c->gamma) int8_normalize(c, r.first, r.first + r.count);
    }
}

static void int8_quantize_task(void *context, size_t begin, size_t end) {
    const int8_rows *r = context;
    const size_t n = r->call->inputs;
    int8_quantize_rows(r->call->x + begin * n, end - begin, n, r->a + begin * hs_int8_depth(n),
                       r->units + begin);
}

static void int8_panels_task(void *context, size_t begin, size_t end) {
    for (size_t panel = begin; panel < end; panel++) int8_panel(context, panel);
}

static void int8_normalize_task(void *context, size_t begin, size_t end) {
    int8_normalize(context, begin, end);
}

/// Few rows: the threads share the panels of weights, each of which is read once.
static void int8_few_rows(const hs_int8_linear *c) {
    const size_t ld = hs_int8_depth(c->inputs), panels = hs_int8_width(c->outputs) / HS_INT8_PANEL;
    const size_t grain = panels / 4 / (size_t)hs_thread_limit();
    int8_rows r = {.call = c, .count = c->rows};
    r.units = hs_scratch(0, c->rows * (ld + sizeof(float)));
    r.a = (uint8_t *)(r.units + c->rows);
    hs_parallel(c->rows, 1 + 16384 / ld, int8_quantize_task, &r);
    hs_parallel(panels, grain ? grain : 1, int8_panels_task, &r);
    if (c->gamma) hs_parallel(c->rows, HS_INT8_BLOCK, int8_normalize_task, (void *)c);
}

#if defined(HS_VNNI)
void HS_NAME(hs_int8_linear)(const hs_int8_linear *c) {
#else
static void HS_NAME(int8_linear)(const hs_int8_linear *c) {
#endif
    const size_t blocks = (c->rows + HS_INT8_BLOCK - 1) / HS_INT8_BLOCK;
    if (blocks < 4 * (size_t)hs_thread_limit()) int8_few_rows(c);
    else hs_parallel(blocks, 1, int8_blocks_task, (void *)c);
}

#endif
