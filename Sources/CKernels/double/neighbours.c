// Nearest neighbours among the rows of a matrix. Products find candidates, first in single precision, and
// differences put them in order, since |x|² - 2 x·y + |y|² loses digits where rows are close. Where rounding
// may have kept a neighbour out of the candidates, the row is searched again in double precision.
#include <float.h>
#include <math.h>
#include <string.h>

#include "../kernels.h"

enum { SPARE = 24, MOST_KEPT = 1024 };

typedef struct task {
    const hs_neighbours64 *s;
    const hs_kernels *k;
    const uint32_t *numbers;  // of rows, or NULL: they begin at `first`
    size_t first, candidates;
    const double *products;
    const float *narrow_products;
    uint8_t *missed;
} task;

/// Orders candidates by distance, then number; returns the distance of the last that is kept.
static double order(const task *t, size_t row, double *values, uint32_t *numbers) {
    const hs_neighbours64 *s = t->s;
    for (size_t i = 0; i < t->candidates; i++) {
        const uint32_t number = numbers[i];
        const double value = t->k->distance64(s->x + row * s->columns,
                                              s->x + number * s->columns, s->columns);
        size_t at = i;
        for (; at > 0 && (value < values[at - 1] ||
                          (value == values[at - 1] && number < numbers[at - 1])); at--) {
            values[at] = values[at - 1];
            numbers[at] = numbers[at - 1];
        }
        values[at] = value;
        numbers[at] = number;
    }
    memcpy(s->neighbours + row * s->keep, numbers, s->keep * sizeof(uint32_t));
    return values[s->keep - 1];
}

static void exact_rows(void *context, size_t begin, size_t end) {
    const task *t = context;
    double values[MOST_KEPT + SPARE];
    uint32_t numbers[MOST_KEPT + SPARE];
    for (size_t i = begin; i < end; i++) {
        t->k->least64(t->s->squares, t->products + i * t->s->rows, t->s->rows, t->numbers[i],
                      t->candidates, values, numbers);
        order(t, t->numbers[i], values, numbers);
    }
}

/// How far single precision may be from the squared distance of a row to any other, less the row's own
/// squared length: of the product, 2 |x| |y| times columns + 2 roundings, and of the squares.
static double uncertainty(const task *t, size_t row) {
    const hs_neighbours64 *s = t->s;
    const double own = sqrt(s->squares[row]), unit = FLT_EPSILON / 2;
    return unit * (double)(s->columns + 8) *
           (2 * own * s->longest + s->longest * s->longest);
}

static void quick_rows(void *context, size_t begin, size_t end) {
    const task *t = context;
    const hs_neighbours64 *s = t->s;
    double values[MOST_KEPT + SPARE];
    float keys[MOST_KEPT + SPARE];
    uint32_t numbers[MOST_KEPT + SPARE];
    for (size_t i = begin; i < end; i++) {
        const size_t row = t->first + i;
        t->k->least32(s->narrow_squares, t->narrow_products + i * s->rows, s->rows, row,
                      t->candidates, keys, numbers);
        const double left_out = (double)keys[t->candidates - 1] - uncertainty(t, row);
        const double last = order(t, row, values, numbers) - s->squares[row];
        t->missed[i] = t->candidates < s->rows - 1 && !(last < left_out);
    }
}

static size_t candidates(const hs_neighbours64 *s) {
    return s->keep + SPARE < s->rows - 1 ? s->keep + SPARE : s->rows - 1;
}

void hs_neighbours64_quick(const hs_neighbours64 *s, size_t first, size_t count,
                           float *products, uint8_t *missed) {
    const hs_kernels *k = hs_active_kernels();
    const hs_epilogue none = {.activation = HS_ACT_NONE};
    k->matmul(count, s->rows, s->columns, s->narrow + first * s->columns, s->columns, false,
              s->narrow, s->columns, true, products, s->rows, &none);
    task t = {.s = s, .k = k, .first = first, .candidates = candidates(s),
              .narrow_products = products, .missed = missed};
    hs_parallel(count, 8, quick_rows, &t);
}

void hs_neighbours64_exact(const hs_neighbours64 *s, const uint32_t *numbers, size_t count,
                           double *gathered, double *products) {
    for (size_t i = 0; i < count; i++)
        memcpy(gathered + i * s->columns, s->x + numbers[i] * s->columns,
               s->columns * sizeof(double));
    hs_product64 product = {.M = count, .N = s->rows, .K = s->columns, .a = gathered,
                            .lda = s->columns, .b = s->x, .ldb = s->columns, .transposes_b = true,
                            .c = products, .ldc = s->rows};
    hs_matmul64(&product);
    task t = {.s = s, .k = hs_active_kernels(), .numbers = numbers, .candidates = candidates(s),
              .products = products};
    hs_parallel(count, 8, exact_rows, &t);
}
