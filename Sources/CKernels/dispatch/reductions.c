// Reductions over the middle of [outer, length, inner]. A reduction of more than HS_REDUCE_CHUNK
// contiguous elements is made in chunks of that many and then over the chunks' results: the order
// depends on the length alone.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

static int kernel_kind(int kind) { return kind == HS_MEAN ? HS_SUM : kind; }

// How the chunks' results are combined: sums of squares are summed.
static int combining_kind(int kind) { return kind == HS_SQUARE_SUM ? HS_SUM : kernel_kind(kind); }

static void rows_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1];
    hs_active_kernels()->reduce_rows(kernel_kind(c->kind), (const float *)c->p[0] + begin * n,
                                     (float *)c->p[1] + begin, end - begin, n);
}

typedef struct chunked {
    const float *x;
    float *partial;
    size_t n, chunks;
    int kind;
} chunked;

static void chunk_range(void *context, size_t begin, size_t end) {
    const chunked *c = context;
    for (size_t i = begin; i < end; i++) {
        size_t row = i / c->chunks, first = i % c->chunks * HS_REDUCE_CHUNK;
        size_t n = c->n - first < HS_REDUCE_CHUNK ? c->n - first : HS_REDUCE_CHUNK;
        hs_active_kernels()->reduce_rows(c->kind, c->x + row * c->n + first, c->partial + i, 1, n);
    }
}

static void reduce_rows(const hs_call *call) {
    size_t outer = (size_t)call->n[0], n = (size_t)call->n[1];
    if (n <= HS_REDUCE_CHUNK) {
        hs_split(outer, hs_row_grain(n), rows_range, call);
        return;
    }
    size_t chunks = (n + HS_REDUCE_CHUNK - 1) / HS_REDUCE_CHUNK;
    chunked c = {call->p[0], hs_scratch(2, outer * chunks * sizeof(float)), n, chunks,
                 kernel_kind(call->kind)};
    hs_parallel(outer * chunks, 1, chunk_range, &c);
    hs_active_kernels()->reduce_rows(combining_kind(call->kind), c.partial, call->p[1], outer,
                                     chunks);
}

enum { COLUMN_GRAIN = 64 };

static void columns_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], inner = (size_t)c->n[2];
    size_t blocks = (inner + COLUMN_GRAIN - 1) / COLUMN_GRAIN;
    for (size_t i = begin; i < end; i++) {
        size_t outer = i / blocks, column = i % blocks * COLUMN_GRAIN;
        size_t columns = inner - column < COLUMN_GRAIN ? inner - column : COLUMN_GRAIN;
        hs_active_kernels()->reduce_columns(
            kernel_kind(c->kind), (const float *)c->p[0] + outer * n * inner + column, inner,
            (float *)c->p[1] + outer * inner + column, n, columns);
    }
}

static void reduce_columns(const hs_call *c) {
    size_t inner = (size_t)c->n[2], blocks = (inner + COLUMN_GRAIN - 1) / COLUMN_GRAIN;
    hs_split((size_t)c->n[0] * blocks, hs_row_grain((size_t)c->n[1] * COLUMN_GRAIN), columns_range,
             c);
}

// REDUCE: p0 = x, p1 = y; n0, n1, n2 = outer, length, inner; kind = which.
void hs_do_reduce(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    if (c->n[2] == 1)
        reduce_rows(c);
    else
        reduce_columns(c);
    if (c->kind != HS_MEAN) return;
    float *y = c->p[1], divisor = (float)c->n[1];
    hs_active_kernels()->binary(HS_DIV, y, 1, &divisor, 0, y, (size_t)(c->n[0] * c->n[2]));
}

// ARG_REDUCE: p0 = x, p1 = y (int64, first of equals; NaN wins); n0, n1, n2 as REDUCE;
// kind 0 = largest, 1 = smallest.
void hs_do_arg_reduce(const hs_call *c) { hs_reference_execute(c); }

// GLOBAL_NORM: p0 = segments (gradient and count), p1 = y[1]; n0 = number of segments.
// The square root of the sum of all squares; segments are summed in order in double precision.
void hs_do_global_norm(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    const hs_optimizer_segment *segments = c->p[0];
    double total = 0;
    for (int64_t i = 0; i < c->n[0]; i++) {
        float sum = 0;
        hs_call part = {.op = HS_OP_REDUCE, .kind = HS_SQUARE_SUM, .dtype = HS_FLOAT32};
        part.n[0] = 1;
        part.n[1] = segments[i].count;
        part.n[2] = 1;
        part.p[0] = (void *)segments[i].gradient;
        part.p[1] = &sum;
        reduce_rows(&part);
        total += sum;
    }
    *(float *)c->p[1] = (float)sqrt(total);
}

// CLIP_SCALE: p0 = norm[1], p1 = y[1]; f0 = largest norm. min(1, largest / (norm + 1e-6)).
void hs_do_clip_scale(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    float scale = (float)c->f[0] / (*(const float *)c->p[0] + 1e-6f);
    *(float *)c->p[1] = scale > 1 ? 1 : scale;
}
