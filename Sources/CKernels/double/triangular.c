// Cholesky factors and triangular systems in double precision.
#include <math.h>
#include <string.h>

#include "../kernels.h"

enum { BLOCK = 64 };

/// A diagonal block, of which the products with the columns before it are taken away already.
static bool factor_diagonal(const hs_kernels *k, size_t n, double *block, size_t size) {
    for (size_t i = 0; i < size; i++) {
        double *row = block + i * n;
        for (size_t j = 0; j < i; j++)
            row[j] = (row[j] - k->dot64(row, block + j * n, j)) / block[j * n + j];
        const double square = row[i] - k->dot64(row, row, i);
        if (!(square > 0)) return false;
        row[i] = sqrt(square);
    }
    return true;
}

/// Takes the products of rows `first` ... with rows of the block, over the columns before it, away.
static void subtract_products(size_t n, double *matrix, size_t first, size_t size) {
    double *products = hs_scratch(0, (n - first) * size * sizeof(double));
    hs_product64 product = {.M = n - first, .N = size, .K = first, .a = matrix + first * n,
                            .lda = n, .b = matrix + first * n, .ldb = n, .transposes_b = true,
                            .c = products, .ldc = size};
    hs_matmul64(&product);
    for (size_t i = 0; i < n - first; i++)
        for (size_t j = 0; j < size && j <= i; j++)
            matrix[(first + i) * n + first + j] -= products[i * size + j];
}

typedef struct panel {
    const hs_kernels *k;
    double *block;  // the factored diagonal block, above the rows
    size_t n, size;
} panel;

static void solve_panel(void *context, size_t begin, size_t end) {
    const panel *s = context;
    for (size_t i = s->size + begin; i < s->size + end; i++) {
        double *row = s->block + i * s->n;
        for (size_t j = 0; j < s->size; j++)
            row[j] = (row[j] - s->k->dot64(row, s->block + j * s->n, j)) / s->block[j * s->n + j];
    }
}

bool hs_cholesky64(size_t n, double *matrix) {
    const hs_kernels *k = hs_active_kernels();
    for (size_t first = 0; first < n; first += BLOCK) {
        const size_t size = n - first < BLOCK ? n - first : BLOCK;
        double *block = matrix + first * n + first;
        if (first > 0) subtract_products(n, matrix, first, size);
        if (!factor_diagonal(k, n, block, size)) return false;
        panel s = {k, block, n, size};
        hs_parallel(n - first - size, 32, solve_panel, &s);
    }
    return true;
}

void hs_solve_lower64(size_t n, const double *factor, double *x, size_t count) {
    const hs_kernels *k = hs_active_kernels();
    for (size_t v = 0; v < count; v++) {
        double *b = x + v * n;
        for (size_t i = 0; i < n; i++)
            b[i] = (b[i] - k->dot64(factor + i * n, b, i)) / factor[i * n + i];
    }
}

void hs_solve_upper64(size_t n, const double *factor, double *x, size_t count) {
    const hs_kernels *k = hs_active_kernels();
    for (size_t v = 0; v < count; v++) {
        double *b = x + v * n;
        for (size_t i = n; i-- > 0;) {
            b[i] /= factor[i * n + i];
            k->add_scaled64(-b[i], factor + i * n, b, i);
        }
    }
}

void hs_invert_lower64(size_t n, const double *factor, double *inverse) {
    const hs_kernels *k = hs_active_kernels();
    memset(inverse, 0, n * n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        double *row = inverse + i * n;
        const double *f = factor + i * n;
        for (size_t j = 0; j < i; j++) k->add_scaled64(-f[j], inverse + j * n, row, j + 1);
        row[i] = 1;
        for (size_t j = 0; j <= i; j++) row[j] /= f[i];
    }
}
