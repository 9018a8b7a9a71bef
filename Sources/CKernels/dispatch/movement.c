// Primitives that move elements: copies, gathers, scatters, one-hot rows.
#include "../reference/reference.h"
#include "dispatch.h"

// COPY: p0 = x, p1 = y; n0 = bytes.
static void copy_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    memcpy((char *)c->p[1] + begin, (const char *)c->p[0] + begin, end - begin);
}

void hs_do_copy(const hs_call *c) {
    if (c->n[0] > 0) hs_split((size_t)c->n[0], (size_t)HS_GRAIN * 16, copy_range, c);
}

// COPY_STRIDED: p0 = source, p1 = destination; n0 = rank (at least 1), n1 = bytes an element;
// n2... = sizes, n10... = source strides, n18... = destination strides, in elements (may be
// negative or 0 in the source). The work is rows of the last dimension.
static void copy_row(size_t size, const char *x, int64_t x_step, char *y, int64_t y_step,
                     size_t n) {
    if (x_step == 1 && y_step == 1) {
        memcpy(y, x, n * size);
        return;
    }
#define STEP_COPY(T)                                                                               \
    for (size_t i = 0; i < n; i++) ((T *)y)[(int64_t)i * y_step] = ((const T *)x)[(int64_t)i * x_step]
    switch (size) {
    case 1: STEP_COPY(uint8_t); break;
    case 2: STEP_COPY(uint16_t); break;
    case 4: STEP_COPY(uint32_t); break;
    default: STEP_COPY(uint64_t); break;
    }
#undef STEP_COPY
}

static void strided_offsets(const hs_call *c, int outer, size_t index, int64_t *x, int64_t *y) {
    *x = *y = 0;
    for (int i = outer - 1; i >= 0; i--) {
        int64_t at = (int64_t)(index % (size_t)c->n[2 + i]);
        index /= (size_t)c->n[2 + i];
        *x += at * c->n[10 + i];
        *y += at * c->n[18 + i];
    }
}

static void strided_rows(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    int last = (int)c->n[0] - 1;
    size_t size = (size_t)c->n[1];
    for (size_t row = begin; row < end; row++) {
        int64_t x, y;
        strided_offsets(c, last, row, &x, &y);
        copy_row(size, (const char *)c->p[0] + x * (int64_t)size, c->n[10 + last],
                 (char *)c->p[1] + y * (int64_t)size, c->n[18 + last], (size_t)c->n[2 + last]);
    }
}

// The last two dimensions swap places: x runs along the rows where y runs along the columns.
static bool is_transpose(const hs_call *c) {
    int rank = (int)c->n[0];
    return rank >= 2 && c->n[1] == 4 && c->n[10 + rank - 2] == 1 && c->n[18 + rank - 1] == 1 &&
           c->n[10 + rank - 1] >= c->n[2 + rank - 2] && c->n[18 + rank - 2] >= c->n[2 + rank - 1] &&
           c->n[2 + rank - 2] >= 4 && c->n[2 + rank - 1] >= 4;
}

enum { TRANSPOSE_ROWS = 64 };

static void transpose_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    int rank = (int)c->n[0];
    size_t rows = (size_t)c->n[2 + rank - 1], columns = (size_t)c->n[2 + rank - 2];
    size_t ldx = (size_t)c->n[10 + rank - 1], ldy = (size_t)c->n[18 + rank - 2];
    size_t blocks = (columns + TRANSPOSE_ROWS - 1) / TRANSPOSE_ROWS;
    for (size_t i = begin; i < end; i++) {
        int64_t x, y;
        strided_offsets(c, rank - 2, i / blocks, &x, &y);
        size_t first = i % blocks * TRANSPOSE_ROWS;
        size_t n = columns - first < TRANSPOSE_ROWS ? columns - first : TRANSPOSE_ROWS;
        hs_active_kernels()->transpose32((const uint32_t *)c->p[0] + x + first, ldx,
                                         (uint32_t *)c->p[1] + y + first * ldy, ldy, rows, n);
    }
}

void hs_do_copy_strided(const hs_call *c) {
    int rank = (int)c->n[0];
    size_t rows = 1;
    for (int i = 0; i < rank; i++)
        if (c->n[2 + i] == 0) return;
    for (int i = 0; i < rank - 2; i++) rows *= (size_t)c->n[2 + i];
    if (is_transpose(c)) {
        size_t columns = (size_t)c->n[2 + rank - 2];
        size_t blocks = rows * ((columns + TRANSPOSE_ROWS - 1) / TRANSPOSE_ROWS);
        hs_split(blocks, hs_row_grain(TRANSPOSE_ROWS * (size_t)c->n[2 + rank - 1]), transpose_range,
                 c);
        return;
    }
    if (rank >= 2) rows *= (size_t)c->n[2 + rank - 2];
    hs_split(rows, hs_row_grain((size_t)c->n[2 + rank - 1]), strided_rows, c);
}

// GATHER_ROWS: p0 = table, p1 = indices (int64), p2 = y; n0 = number of indices, n1 = bytes a row,
// n2 = rows of the table. A row that does not exist gives zeros.
static void gather_rows_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const int64_t *indices = c->p[1];
    size_t bytes = (size_t)c->n[1];
    for (size_t i = begin; i < end; i++) {
        char *y = (char *)c->p[2] + i * bytes;
        if (indices[i] >= 0 && indices[i] < c->n[2])
            memcpy(y, (const char *)c->p[0] + (size_t)indices[i] * bytes, bytes);
        else
            memset(y, 0, bytes);
    }
}

void hs_do_gather_rows(const hs_call *c) {
    hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1] / 4), gather_rows_range, c);
}

// SCATTER_ADD_ROWS: p0 = rows to add, p1 = indices, p2 = destination; n0 = number of indices,
// n1 = elements a row, n2 = rows of the destination. Split by columns, so that each element's sum
// runs in the order of the indices.
static void scatter_add_rows_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const int64_t *indices = c->p[1];
    size_t width = (size_t)c->n[1];
    const hs_kernels *k = hs_active_kernels();
    for (int64_t i = 0; i < c->n[0]; i++) {
        if (indices[i] < 0 || indices[i] >= c->n[2]) continue;
        k->add_to((float *)c->p[2] + (size_t)indices[i] * width + begin,
                  (const float *)c->p[0] + (size_t)i * width + begin, end - begin);
    }
}

void hs_do_scatter_add_rows(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    size_t width = (size_t)c->n[1];
    size_t grain = (size_t)c->n[0] * width <= HS_GRAIN ? width : 64;
    if (width > 0) hs_split(width, grain, scatter_add_rows_range, c);
}

// GATHER: y[o, j, i] = x[o, indices[o, j, i], i]. p0 = x, p1 = indices, p2 = y; n0 = outer,
// n1 = length of the axis, n2 = inner, n3 = indices along the axis, n4 = bytes an element.
static void gather_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const int64_t *indices = c->p[1];
    size_t axis = (size_t)c->n[1], inner = (size_t)c->n[2], k = (size_t)c->n[3];
    size_t size = (size_t)c->n[4];
    for (size_t i = begin * k * inner; i < end * k * inner; i++) {
        char *y = (char *)c->p[2] + i * size;
        size_t outer = i / (k * inner), column = i % inner;
        int64_t at = indices[i];
        if (at >= 0 && at < c->n[1])
            memcpy(y, (const char *)c->p[0] + ((outer * axis + (size_t)at) * inner + column) * size,
                   size);
        else
            memset(y, 0, size);
    }
}

void hs_do_gather(const hs_call *c) {
    hs_split((size_t)c->n[0], hs_row_grain((size_t)(c->n[2] * c->n[3])), gather_range, c);
}

// SCATTER_ADD: y[o, indices[o, j, i], i] += x[o, j, i] in the order of j. p0 = x, p1 = indices,
// p2 = y; n as GATHER.
static void scatter_add_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const int64_t *indices = c->p[1];
    size_t axis = (size_t)c->n[1], inner = (size_t)c->n[2], k = (size_t)c->n[3];
    for (size_t i = begin * k * inner; i < end * k * inner; i++) {
        size_t outer = i / (k * inner), column = i % inner;
        int64_t at = indices[i];
        if (at >= 0 && at < c->n[1])
            ((float *)c->p[2])[(outer * axis + (size_t)at) * inner + column] +=
                ((const float *)c->p[0])[i];
    }
}

void hs_do_scatter_add(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], hs_row_grain((size_t)(c->n[2] * c->n[3])), scatter_add_range, c);
}

// ONE_HOT: p0 = indices (int64), p1 = y; n0 = number of indices, n1 = classes.
void hs_do_one_hot(const hs_call *c) { hs_reference_execute(c); }
