// Nearest neighbours among the rows of a matrix: distances by products to find candidates, then by
// differences to order them, since |x|² - 2 x·y + |y|² loses digits where rows are close.
#include <math.h>

#include "../kernels.h"

enum { SPARE = 8, MOST_KEPT = 1024 };

typedef struct search {
    const hs_kernels *k;
    const double *x, *squares, *products;
    size_t rows, columns, first, keep, candidates;
    uint32_t *neighbours;
} search;

static void order(const search *s, const double *row, double *values, uint32_t *numbers) {
    for (size_t i = 0; i < s->candidates; i++) {
        const uint32_t number = numbers[i];
        const double value = s->k->distance64(row, s->x + number * s->columns, s->columns);
        size_t at = i;
        for (; at > 0 && (value < values[at - 1] ||
                          (value == values[at - 1] && number < numbers[at - 1])); at--) {
            values[at] = values[at - 1];
            numbers[at] = numbers[at - 1];
        }
        values[at] = value;
        numbers[at] = number;
    }
}

static void search_rows(void *context, size_t begin, size_t end) {
    const search *s = context;
    double values[MOST_KEPT + SPARE];
    uint32_t numbers[MOST_KEPT + SPARE];
    for (size_t i = begin; i < end; i++) {
        const size_t row = s->first + i;
        s->k->least64(s->squares, s->products + i * s->rows, s->rows, row, s->candidates, values,
                      numbers);
        order(s, s->x + row * s->columns, values, numbers);
        for (size_t j = 0; j < s->keep; j++) s->neighbours[row * s->keep + j] = numbers[j];
    }
}

void hs_neighbours64(const double *x, size_t rows, size_t columns, const double *squares,
                     size_t first, size_t last, size_t keep, double *products,
                     uint32_t *neighbours) {
    const size_t count = last - first;
    hs_product64 product = {.M = count, .N = rows, .K = columns, .a = x + first * columns,
                            .lda = columns, .b = x, .ldb = columns, .transposes_b = true,
                            .c = products, .ldc = rows};
    hs_matmul64(&product);
    search s = {hs_active_kernels(), x, squares, products, rows, columns, first, keep, 0, neighbours};
    s.candidates = keep + SPARE < rows - 1 ? keep + SPARE : rows - 1;
    hs_parallel(count, 8, search_rows, &s);
}
