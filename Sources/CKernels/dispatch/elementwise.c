// Elementwise primitives: fill, unary, binary, comparison, select, conversion.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

// FILL: p0 = y; n0 = count; f0 = value.
static void fill_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    hs_note_output(c->n[0] * (int64_t)sizeof(float));
    hs_active_kernels()->fill((float *)c->p[0] + begin, end - begin, (float)c->f[0]);
}

void hs_do_fill(const hs_call *c) {
    if (c->dtype == HS_FLOAT32)
        hs_split((size_t)c->n[0], HS_GRAIN, fill_range, c);
    else
        hs_reference_execute(c);
}

// UNARY: p0 = x, p1 = y; n0 = count; f0, f1 = the function's scalars.
static void unary_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    hs_note_output(c->n[0] * (int64_t)sizeof(float));
    hs_active_kernels()->unary(c->kind, (const float *)c->p[0] + begin, (float *)c->p[1] + begin,
                               end - begin, (float)c->f[0], (float)c->f[1]);
}

void hs_do_unary(const hs_call *c) {
    if (c->dtype != HS_FLOAT32 || c->kind == HS_IS_NAN || c->kind == HS_LOGICAL_NOT)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], HS_GRAIN, unary_range, c);
}

// UNARY_BACKWARD: p0 = x, p1 = y, p2 = dy, p3 = dx; n0 = count; f0, f1 as UNARY.
static void unary_backward_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    hs_note_output(c->n[0] * (int64_t)sizeof(float));
    hs_active_kernels()->unary_backward(
        c->kind, (const float *)c->p[0] + begin, (const float *)c->p[1] + begin,
        (const float *)c->p[2] + begin, (float *)c->p[3] + begin, end - begin, (float)c->f[0],
        (float)c->f[1]);
}

void hs_do_unary_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], HS_GRAIN, unary_backward_range, c);
}

// BINARY and COMPARE: p0 = a, p1 = b, p2 = y. n0 = rank (collapsed; at least 1), n2... = sizes,
// n10... = strides of a, n18... = strides of b in elements (0 where broadcast; the last is 0 or 1).
// y is contiguous. The work is rows of the last dimension; long rows are split further.
typedef struct rows {
    size_t count, length;
    int a_step, b_step;
} rows;

static rows row_layout(const hs_call *c) {
    int rank = (int)c->n[0];
    rows r = {1, (size_t)c->n[2 + rank - 1], (int)c->n[10 + rank - 1], (int)c->n[18 + rank - 1]};
    for (int i = 0; i < rank - 1; i++) r.count *= (size_t)c->n[2 + i];
    return r;
}

static void row_offsets(const hs_call *c, size_t row, size_t *a, size_t *b) {
    *a = *b = 0;
    for (int i = (int)c->n[0] - 2; i >= 0; i--) {
        size_t size = (size_t)c->n[2 + i], index = row % size;
        row /= size;
        *a += index * (size_t)c->n[10 + i];
        *b += index * (size_t)c->n[18 + i];
    }
}

static void pair_piece(const hs_call *c, size_t a, size_t b, size_t y, const rows *r, size_t n) {
    const hs_kernels *k = hs_active_kernels();
    const float *pa = (const float *)c->p[0] + a, *pb = (const float *)c->p[1] + b;
    if (c->op == HS_OP_BINARY)
        k->binary(c->kind, pa, r->a_step, pb, r->b_step, (float *)c->p[2] + y, n);
    else
        k->compare(c->kind, pa, r->a_step, pb, r->b_step, (uint8_t *)c->p[2] + y, n);
}

static void pair_elements(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    rows r = row_layout(c);
    hs_note_output((int64_t)(r.length * sizeof(float)));
    pair_piece(c, begin * (size_t)r.a_step, begin * (size_t)r.b_step, begin, &r, end - begin);
}

static void pair_rows(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    rows r = row_layout(c);
    hs_note_output((int64_t)(r.count * r.length * sizeof(float)));
    for (size_t row = begin; row < end; row++) {
        size_t a, b;
        row_offsets(c, row, &a, &b);
        pair_piece(c, a, b, row * r.length, &r, r.length);
    }
}

static void pairwise(const hs_call *c) {
    rows r = row_layout(c);
    if (r.count == 1)
        hs_split(r.length, HS_GRAIN, pair_elements, c);
    else
        hs_split(r.count, hs_row_grain(r.length), pair_rows, c);
}

void hs_do_binary(const hs_call *c) {
    if (c->dtype == HS_FLOAT32)
        pairwise(c);
    else
        hs_reference_execute(c);
}

void hs_do_compare(const hs_call *c) {
    if (c->dtype == HS_FLOAT32)
        pairwise(c);
    else
        hs_reference_execute(c);
}

// SELECT: p0 = condition (bool), p1 = a, p2 = b, p3 = y; n0 = count; n1, n2 = steps of a and b.
static void select_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t a_step = (size_t)c->n[1], b_step = (size_t)c->n[2];
    hs_active_kernels()->select((const uint8_t *)c->p[0] + begin,
                                (const float *)c->p[1] + begin * a_step, (int)a_step,
                                (const float *)c->p[2] + begin * b_step, (int)b_step,
                                (float *)c->p[3] + begin, end - begin);
}

void hs_do_select(const hs_call *c) {
    if (c->dtype == HS_FLOAT32)
        hs_split((size_t)c->n[0], HS_GRAIN, select_range, c);
    else
        hs_reference_execute(c);
}

// CONVERT: p0 = x (dtype), p1 = y (kind is its dtype); n0 = count.
static void convert_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const hs_kernels *k = hs_active_kernels();
    const char *x = (const char *)c->p[0] + begin * hs_dtype_size(c->dtype);
    char *y = (char *)c->p[1] + begin * hs_dtype_size(c->kind);
    size_t n = end - begin;
    if (c->dtype == HS_FLOAT32 && c->kind == HS_BFLOAT16)
        k->float_to_bfloat16((const float *)x, (uint16_t *)y, n);
    else if (c->dtype == HS_FLOAT32 && c->kind == HS_FLOAT16)
        k->float_to_half((const float *)x, (uint16_t *)y, n);
    else if (c->dtype == HS_BFLOAT16 && c->kind == HS_FLOAT32)
        k->bfloat16_to_float((const uint16_t *)x, (float *)y, n);
    else if (c->dtype == HS_FLOAT16 && c->kind == HS_FLOAT32)
        k->half_to_float((const uint16_t *)x, (float *)y, n);
    else
        hs_convert_portable(c->dtype, x, c->kind, y, n);
}

void hs_do_convert(const hs_call *c) { hs_split((size_t)c->n[0], HS_GRAIN, convert_range, c); }

// ARANGE: p0 = y; n0 = count; f0 = start, f1 = step.
void hs_do_arange(const hs_call *c) { hs_reference_execute(c); }
