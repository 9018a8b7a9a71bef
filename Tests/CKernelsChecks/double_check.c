// Check of every variant's linear algebra in double precision: products over odd shapes and all layouts
// against plain loops, the same bits with 1 and 3 threads; eigenvalues and eigenvectors by residuals and
// orthogonality, of full, singular and graded matrices; Cholesky factors; neighbours against sorting. Prints
// the first failure and returns non-zero if there is one.
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../Sources/CKernels/kernels.h"

static uint64_t state = 88172645463325252u;

static double next_number(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53 - 0.5;
}

static double *numbers(size_t count) {
    double *x = malloc(count * sizeof(double));
    for (size_t i = 0; i < count; i++) x[i] = next_number();
    return x;
}

static bool fail(const char *what, size_t a, size_t b, size_t c, double error) {
    printf("%s: %s %zu %zu %zu is off by %g\n", hs_variant_name(), what, a, b, c, error);
    return false;
}

static double element(const hs_product64 *p, size_t i, size_t j, double *size) {
    double sum = 0;
    *size = 0;
    for (size_t k = 0; k < p->K; k++) {
        const double x = p->a[p->transposes_a ? k * p->lda + i : i * p->lda + k];
        const double y = p->b[p->transposes_b ? j * p->ldb + k : k * p->ldb + j];
        sum += x * y;
        *size += fabs(x * y);
    }
    return sum;
}

static bool check_product(size_t M, size_t N, size_t K, int layout, bool symmetric) {
    const bool ta = layout & 1, tb = layout & 2;
    double *a = numbers(M * K), *b = symmetric ? a : numbers(N * K);
    double *c = malloc(M * N * sizeof(double)), *again = malloc(M * N * sizeof(double));
    hs_product64 p = {M, N, K, a, ta ? M : K, ta, b, tb ? K : N, tb, c, N, symmetric};
    hs_matmul64(&p);
    bool good = true;
    for (size_t i = 0; i < M && good; i++)
        for (size_t j = 0; j < N && good; j++) {
            double size;
            const double error = fabs(c[i * N + j] - element(&p, i, j, &size));
            if (!(error <= (double)(K + 2) * DBL_EPSILON * size)) good = fail("product", M, N, K, error);
        }
    p.c = again;
    const int32_t before = hs_set_thread_limit(3);
    hs_matmul64(&p);
    hs_set_thread_limit(before);
    if (memcmp(c, again, M * N * sizeof(double))) good = fail("product by 3 threads", M, N, K, 0);
    free(a);
    if (!symmetric) free(b);
    free(c);
    free(again);
    return good;
}

static double residual(size_t n, const double *matrix, const double *values, const double *vectors) {
    double worst = 0;
    for (size_t v = 0; v < n; v++)
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++) sum += matrix[i * n + j] * vectors[v * n + j];
            worst = fmax(worst, fabs(sum - values[v] * vectors[v * n + i]));
        }
    return worst;
}

static double skewness(size_t n, const double *vectors) {
    double worst = 0;
    for (size_t v = 0; v < n; v++)
        for (size_t w = 0; w <= v; w++) {
            double sum = v == w ? -1 : 0;
            for (size_t j = 0; j < n; j++) sum += vectors[v * n + j] * vectors[w * n + j];
            worst = fmax(worst, fabs(sum));
        }
    return worst;
}

/// xᵀ x of `rank` rows whose columns shrink by `grade` from one to the next.
static double *symmetric_matrix(size_t n, size_t rank, double grade) {
    double *x = numbers(rank * n), *matrix = malloc(n * n * sizeof(double));
    for (size_t j = 1; j < n; j++)
        for (size_t i = 0; i < rank; i++) x[i * n + j] *= pow(grade, (double)j);
    hs_product64 p = {n, n, rank, x, n, true, x, n, false, matrix, n, true};
    hs_matmul64(&p);
    free(x);
    return matrix;
}

static bool check_eigen(size_t n, size_t rank, double grade) {
    double *matrix = symmetric_matrix(n, rank, grade), *copy = malloc(n * n * sizeof(double));
    double *values = malloc(2 * n * sizeof(double)), *vectors = malloc(n * n * sizeof(double));
    double *work = malloc(3 * n * sizeof(double)), *only = values + n;
    memcpy(copy, matrix, n * n * sizeof(double));
    bool good = hs_eigen64(n, copy, values, vectors, work);
    memcpy(copy, matrix, n * n * sizeof(double));
    good = good && hs_eigen64(n, copy, only, NULL, work);
    if (!good) fail("eigenvalues that do not converge", n, rank, 0, 0);
    const double unit = 20 * DBL_EPSILON * sqrt((double)n);
    const double far = residual(n, matrix, values, vectors), skew = skewness(n, vectors);
    if (good && !(far <= unit * fabs(values[n - 1]))) good = fail("eigenvectors", n, rank, 0, far);
    if (good && !(skew <= unit)) good = fail("orthogonality", n, rank, 0, skew);
    for (size_t i = 0; i < n && good; i++) {
        if (i > 0 && values[i] < values[i - 1]) good = fail("order", n, rank, i, 0);
        if (values[i] != only[i]) good = fail("eigenvalues alone", n, rank, i, 0);
    }
    free(matrix), free(copy), free(values), free(vectors), free(work);
    return good;
}

static bool check_cholesky(size_t n) {
    double *matrix = symmetric_matrix(n, 2 * n, 1), *factor = malloc(n * n * sizeof(double));
    double *inverse = malloc(n * n * sizeof(double)), *x = numbers(n), *y = malloc(n * sizeof(double));
    memcpy(factor, matrix, n * n * sizeof(double));
    bool good = hs_cholesky64(n, factor);
    double worst = 0, apart = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k <= j; k++) sum += factor[i * n + k] * factor[j * n + k];
            worst = fmax(worst, fabs(sum - matrix[i * n + j]));
        }
    if (!good || !(worst <= 1e-13 * (double)n)) good = fail("Cholesky factor", n, 0, 0, worst);
    memcpy(y, x, n * sizeof(double));
    hs_solve_lower64(n, factor, y, 1);
    hs_solve_upper64(n, factor, y, 1);
    worst = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = -x[i];
        for (size_t j = 0; j < n; j++) sum += matrix[i * n + j] * y[j];
        worst = fmax(worst, fabs(sum));
    }
    if (good && !(worst <= 1e-10)) good = fail("solution", n, 0, 0, worst);
    hs_invert_lower64(n, factor, inverse);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = i == j ? -1 : 0;
            for (size_t k = 0; k < n; k++) sum += (k <= i ? factor[i * n + k] : 0) * inverse[k * n + j];
            apart = fmax(apart, fabs(sum));
        }
    if (good && !(apart <= 1e-10)) good = fail("inverse", n, 0, 0, apart);
    matrix[0] = -1;
    if (good && hs_cholesky64(n, matrix)) good = fail("a matrix that is not positive", n, 0, 0, 0);
    free(matrix), free(factor), free(inverse), free(x), free(y);
    return good;
}

/// Whether the list of a row is that of sorting by distance and number.
static bool check_list(const hs_neighbours64 *s, size_t row) {
    const uint32_t *list = s->neighbours + row * s->keep;
    double last = -1;
    uint32_t last_number = 0;
    for (size_t n = 0; n < s->keep; n++) {
        double best = INFINITY;
        uint32_t number = 0;
        for (uint32_t j = 0; j < s->rows; j++) {
            const double d = hs_distance64(s->x + row * s->columns, s->x + j * s->columns, s->columns);
            const bool follows = d > last || (d == last && j > last_number);
            if (j != row && follows && d < best) best = d, number = j;
        }
        if (list[n] != number) return false;
        last = best, last_number = number;
    }
    return true;
}

/// Rows in groups of equal ones, a little apart from each other by `spread`.
static bool check_neighbours(size_t rows, size_t columns, size_t keep, size_t group, double spread) {
    double *x = numbers(rows * columns), *squares = malloc(rows * sizeof(double)), longest = 0;
    float *narrow = malloc((rows * columns + rows) * sizeof(float));
    float *narrow_squares = narrow + rows * columns;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            double *at = x + i * columns + j;
            *at = i % group ? x[(i - i % group) * columns + j] : 0.25 + spread * *at;
            narrow[i * columns + j] = (float)*at;
        }
    for (size_t i = 0; i < rows; i++) {
        squares[i] = hs_dot64(x + i * columns, x + i * columns, columns);
        narrow_squares[i] = (float)squares[i];
        longest = fmax(longest, sqrt(squares[i]));
    }
    uint32_t *found = malloc(rows * keep * sizeof(uint32_t)), *again = malloc(rows * sizeof(uint32_t));
    uint8_t *missed = malloc(rows);
    hs_neighbours64 s = {x, squares, narrow, narrow_squares, longest, rows, columns, keep, found};
    double *products = malloc(rows * rows * sizeof(double));
    double *gathered = malloc(rows * columns * sizeof(double));
    hs_neighbours64_quick(&s, 0, rows, (float *)products, missed);
    bool good = true;
    size_t count = 0;
    for (uint32_t i = 0; i < rows; i++) {
        if (missed[i]) again[count++] = i;
        else if (good && !check_list(&s, i)) good = fail("quick neighbours", rows, columns, i, 0);
    }
    hs_neighbours64_exact(&s, again, count, gathered, products);
    for (size_t i = 0; i < count && good && group <= keep; i++)
        if (!check_list(&s, again[i])) good = fail("neighbours", rows, columns, again[i], 0);
    free(x), free(squares), free(narrow), free(found), free(again), free(missed);
    free(products), free(gathered);
    return good;
}

static bool check_all(void) {
    static const size_t shapes[][3] = {
        {1, 1, 1}, {3, 5, 7}, {37, 61, 300}, {15, 17, 513}, {100, 3, 257}, {2, 200, 0}};
    bool good = true;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (int layout = 0; layout < 4; layout++)
            good &= check_product(shapes[i][0], shapes[i][1], shapes[i][2], layout, false);
    good &= check_product(131, 131, 70, 2, true);
    good &= check_product(97, 97, 400, 1, true);
    good &= check_product(3100, 3100, 2, 2, true);
    static const size_t sizes[] = {1, 2, 3, 17, 64, 65, 130, 200};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t n = sizes[i];
        good &= check_eigen(n, 2 * n, 1);
        good &= check_eigen(n, n / 3 + 1, 1);
        good &= check_eigen(n, n, 0.7);
        good &= check_cholesky(n);
    }
    good &= check_neighbours(200, 40, 5, 1, 1);
    good &= check_neighbours(61, 3, 10, 1, 1);
    good &= check_neighbours(100, 24, 4, 2, 1e-4);
    good &= check_neighbours(90, 8, 6, 3, 1e-7);
    good &= check_neighbours(7, 8, 6, 1, 1);
    return good;
}

int main(void) {
    bool good = true;
    for (int32_t i = 0; hs_variant_available(i); i++) {
        const char *name = hs_variant_available(i);
        hs_variant_select(name);
        const bool passed = check_all();
        printf("%s: %s\n", name,
               passed ? "products, eigenvectors, factors and neighbours are right" : "FAILED");
        good &= passed;
    }
    return good ? 0 : 1;
}
