// Cholesky factors and triangular systems in double precision.
#include <math.h>
#include <string.h>

#include "../kernels.h"

bool hs_cholesky64(size_t n, double *matrix) {
    const hs_kernels *k = hs_active_kernels();
    for (size_t i = 0; i < n; i++) {
        double *row = matrix + i * n;
        for (size_t j = 0; j < i; j++)
            row[j] = (row[j] - k->dot64(row, matrix + j * n, j)) / matrix[j * n + j];
        const double square = row[i] - k->dot64(row, row, i);
        if (!(square > 0)) return false;
        row[i] = sqrt(square);
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
