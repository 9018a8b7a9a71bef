// Linear algebra in double precision: products, eigenvalues, and the loops of the scores that rank
// pretrained models. All matrices lie by rows; results' bits do not depend on the number of threads.
#ifndef HS_DOUBLE_H
#define HS_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// C[M,N] = A·B. A is [M,K] with row stride lda, or [K,M] if transposed; B is [K,N], or [N,K].
typedef struct hs_product64 {
    size_t M, N, K;
    const double *a;
    size_t lda;
    bool transposes_a;
    const double *b;
    size_t ldb;
    bool transposes_b;
    double *c;
    size_t ldc;
    bool symmetric;  // M = N and C is known to be symmetric: half of it is computed, half copied
} hs_product64;

void hs_matmul64(const hs_product64 *product);

/// Eigenvalues, ascending, and eigenvectors, the rows of `vectors`, of a symmetric matrix [n, n], which
/// is destroyed: Householder's tridiagonal form, then QL with implicit shifts. `work` has 3 n doubles.
/// Without `vectors` (NULL) only the eigenvalues.
/// False if an eigenvalue does not converge (which finite input never does).
bool hs_eigen64(size_t n, double *matrix, double *values, double *vectors, double *work);

/// The lower Cholesky factor of a symmetric positive definite matrix [n, n] in place; what is above the
/// diagonal is left as it is. False if the matrix is not positive definite.
bool hs_cholesky64(size_t n, double *matrix);

/// x = L⁻¹ x for each of `count` vectors, the rows of x.
void hs_solve_lower64(size_t n, const double *factor, double *x, size_t count);

/// x = L⁻ᵀ x for each of `count` vectors, the rows of x.
void hs_solve_upper64(size_t n, const double *factor, double *x, size_t count);

/// The inverse of a lower triangular matrix, with zeros above the diagonal.
void hs_invert_lower64(size_t n, const double *factor, double *inverse);

double hs_dot64(const double *x, const double *y, size_t n);

/// Σ (x - y)²
double hs_distance64(const double *x, const double *y, size_t n);

/// y = x in double precision; false if a number is not finite or beyond ±limit.
bool hs_widen64(const float *x, size_t count, double limit, double *y);

/// centred = x less its column means; constant columns become exactly zero.
void hs_centre64(const double *x, size_t rows, size_t columns, double *centred);

/// Sums of the rows of each class, [classes, columns].
void hs_class_sums64(const double *x, size_t rows, size_t columns, const int32_t *labels,
                     size_t classes, double *sums);

/// y = share · x + (1 - share) · (its class's row of means), a share for each row; without shares
/// y = x - mean.
void hs_mix64(const double *x, size_t rows, size_t columns, const int32_t *labels,
              const double *means, const double *shares, double *y);

/// The `keep` other rows that are nearest to each row of a matrix (Euclidean), nearest first, equally
/// near ones by number.
typedef struct hs_neighbours64 {
    const double *x;        // [rows, columns], which should be centred
    const double *squares;  // [rows]: squared lengths of the rows
    const float *narrow;    // x and squares in single precision, for a first look
    const float *narrow_squares;
    double longest;         // the greatest length of a row
    size_t rows, columns, keep;
    uint32_t *neighbours;   // [rows, keep], written
} hs_neighbours64;

/// Finds the neighbours of `count` rows by products in single precision. Those of rows marked in `missed`
/// may be wrong: distances were too much alike. `products` has count * rows floats.
void hs_neighbours64_quick(const hs_neighbours64 *search, size_t first, size_t count,
                           float *products, uint8_t *missed);

/// Finds the neighbours of listed rows in double precision. `gathered` has count * columns doubles,
/// `products` count * rows.
void hs_neighbours64_exact(const hs_neighbours64 *search, const uint32_t *numbers, size_t count,
                           double *gathered, double *products);

/// Softmax regression on rows of x [.., columns] whose numbers are in `rows`.
typedef struct hs_softmax64 {
    const double *x;
    size_t columns, classes;
    const uint32_t *rows;
    const int32_t *labels;  // by row of x
    size_t count;           // of rows
    const double *weights;  // [columns + 1, classes], the last row is the bias
    double *gradient;       // the same, written; NULL to only evaluate
    double *log_likelihoods;  // [count]
    uint32_t *predictions;    // [count], or NULL
    double *pieces;           // scratch of hs_softmax64_pieces() gradients, or NULL
} hs_softmax64;

/// Doubles of scratch that a gradient needs.
size_t hs_softmax64_scratch(size_t columns, size_t classes);

/// Log-likelihoods of the labels, and the gradient of minus their sum.
void hs_softmax64_run(const hs_softmax64 *problem);

/// One pass of expectation over a Gaussian mixture: row by row the logarithm of the density, and the
/// components' responsibilities.
typedef struct hs_mixture64 {
    const double *x;  // [rows, columns]
    size_t rows, columns, components;
    const double *means;        // [components, columns]
    const double *factors;      // [components, columns, columns]: inverse of the covariance's Cholesky
                                // factor, lower triangular
    const double *constants;    // [components]: ln weight + Σ ln diagonal of factor - columns/2 ln 2π
    double *responsibilities;   // [rows, components]
    double *log_densities;      // [rows]
} hs_mixture64;

void hs_mixture64_expect(const hs_mixture64 *mixture);

/// Covariances [components, columns, columns] and means of the rows of x under responsibilities
/// [rows, components], and the components' sums; responsibilities below 1e-20 count as zero. The
/// diagonals get `floor` added.
void hs_mixture64_maximize(const hs_mixture64 *mixture, double floor, double *sums, double *means,
                           double *covariances);

#endif
