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
/// False if an eigenvalue does not converge (which finite input never does).
bool hs_eigen64(size_t n, double *matrix, double *values, double *vectors, double *work);

/// The lower Cholesky factor of a symmetric positive definite matrix [n, n] in place; what is above the
/// diagonal is left as it is. False if the matrix is not positive definite.
bool hs_cholesky64(size_t n, double *matrix);

/// x = L⁻¹ x for each of `count` vectors, the rows of x.
void hs_solve_lower64(size_t n, const double *factor, double *x, size_t count);

/// The inverse of a lower triangular matrix, with zeros above the diagonal.
void hs_invert_lower64(size_t n, const double *factor, double *inverse);

double hs_dot64(const double *x, const double *y, size_t n);

/// Σ (x - y)²
double hs_distance64(const double *x, const double *y, size_t n);

/// Column means of x [rows, columns], and centred = x - mean. `means` may be given (known = true).
void hs_centre64(const double *x, size_t rows, size_t columns, double *means, bool known,
                 double *centred);

/// The `keep` other rows that are nearest to each row of x [rows, columns] (Euclidean), nearest first,
/// equally near ones by number: neighbours is [rows, keep], of which rows first ..< last are written.
/// x should be centred. Scratch: products is [last - first, rows], squares the rows' squared lengths.
void hs_neighbours64(const double *x, size_t rows, size_t columns, const double *squares,
                     size_t first, size_t last, size_t keep, double *products,
                     uint32_t *neighbours);

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
