// Eigenvalues and eigenvectors of symmetric matrices: Householder's reduction to tridiagonal form and QL
// with implicit shifts (Golub and Van Loan, Matrix Computations, 8.3; Wilkinson and Reinsch, Handbook for
// Automatic Computation II, contributions II/2 and II/4). The vectors are turned afterwards, a block of
// columns at a time that stays in cache: first by the reflections, then by the recorded rotations.
#include <float.h>
#include <math.h>
#include <string.h>

#include "../kernels.h"

enum {
    COLUMN_BLOCK = 64,       // columns of the vectors turned together
    ROTATIONS = 1 << 15,     // recorded before they are carried out
    MOST_STEPS = 100,        // of QL for one eigenvalue
    PARALLEL_ROWS = 96       // from here on a reduction's step is shared among threads
};

typedef struct reduction {
    const hs_kernels *k;
    double *a;            // what is left to reduce: its lower right m × m part
    size_t n, first;      // rows and columns `first` ..< n are left
    const double *v, *w;  // of the last step, or NULL; they begin at `first` - 1
    const double *next;   // the vector of the next reflection, from `first` on
    double *products;     // rows · next, from `first` on
} reduction;

// A row is brought up to date and multiplied with the next vector in one pass.
static void reduce_rows(void *context, size_t begin, size_t end) {
    const reduction *s = context;
    const size_t m = s->n - s->first;
    for (size_t i = begin; i < end; i++) {
        double *row = s->a + (s->first + i) * s->n + s->first;
        s->products[i] = s->v ? s->k->rank_two64(row, s->v[i + 1], s->w + 1, s->w[i + 1], s->v + 1,
                                                 s->next, m)
                              : s->k->dot64(row, s->next, m);
    }
}

/// The reflection that leaves only the first element of x: x becomes its vector, with 1 in front.
/// Returns tau, and the element in `left`.
static double reflection(double *x, size_t m, double *left) {
    double largest = 0;
    for (size_t i = 0; i < m; i++) largest = fmax(largest, fabs(x[i]));
    double sum = 0;
    for (size_t i = 1; i < m; i++) sum += (x[i] / (largest > 0 ? largest : 1)) *
                                          (x[i] / (largest > 0 ? largest : 1));
    if (sum == 0) {
        *left = x[0];
        x[0] = 1;
        for (size_t i = 1; i < m; i++) x[i] = 0;
        return 0;
    }
    const double alpha = x[0] / largest, norm = sqrt(alpha * alpha + sum);
    const double beta = alpha > 0 ? -norm : norm;
    *left = beta * largest;
    for (size_t i = 1; i < m; i++) x[i] = x[i] / largest / (alpha - beta);
    x[0] = 1;
    return (beta - alpha) / beta;
}

/// Row k of the matrix keeps the vector of reflection k from column k + 1 on, `taus` its factor.
static void reduce(size_t n, double *a, double *diagonal, double *beside, double *taus, double *w) {
    reduction s = {.k = hs_active_kernels(), .a = a, .n = n};
    double *products = hs_scratch(1, 2 * n * sizeof(double)), *last_w = products + n;
    for (size_t k = 0; k + 1 < n; k++) {
        double *row = a + k * n + k;
        const size_t m = n - k - 1;
        if (s.v) {
            const double w0 = s.w[0];  // v begins with 1
            for (size_t j = 0; j <= m; j++) row[j] -= s.w[j] + w0 * s.v[j];
        }
        diagonal[k] = row[0];
        double *v = row + 1;
        taus[k] = reflection(v, m, &beside[k]);
        s.first = k + 1;
        s.next = v;
        s.products = products;
        if (m >= PARALLEL_ROWS)
            hs_parallel(m, 32, reduce_rows, &s);
        else
            reduce_rows(&s, 0, m);
        // w = tau (p - tau/2 (pᵀ v) v)
        const double half = taus[k] / 2 * s.k->dot64(products, v, m);
        for (size_t i = 0; i < m; i++) w[i] = taus[k] * (products[i] - half * v[i]);
        memcpy(last_w, w, m * sizeof(double));
        s.v = v;
        s.w = last_w;
    }
    double *corner = a + n * n - 1;
    if (s.v) *corner -= 2 * s.w[0];
    diagonal[n - 1] = *corner;
    beside[n - 1] = 0;
}

typedef struct turning {
    const hs_kernels *k;
    const double *a, *taus;
    double *vectors;
    size_t n;
    const uint32_t *at;
    const double *turns;
    size_t count;
} turning;

static size_t block_columns(const turning *s, size_t block) {
    const size_t first = block * COLUMN_BLOCK;
    return s->n - first < COLUMN_BLOCK ? s->n - first : COLUMN_BLOCK;
}

static void reflect_blocks(void *context, size_t begin, size_t end) {
    const turning *s = context;
    const size_t n = s->n, group = 4 * s->k->width64;
    for (size_t b = begin; b < end; b++) {
        const size_t first = b * COLUMN_BLOCK, columns = block_columns(s, b);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < columns; j++) s->vectors[i * n + first + j] = i == first + j;
        for (size_t k = 0; k + 2 < n; k++)
            for (size_t j = 0; j < columns; j += group)
                s->k->reflect64(s->vectors + (k + 1) * n + first + j, n, n - k - 1,
                                columns - j < group ? columns - j : group, s->a + k * n + k + 1,
                                s->taus[k]);
    }
}

static void rotate_blocks(void *context, size_t begin, size_t end) {
    const turning *s = context;
    for (size_t b = begin; b < end; b++)
        s->k->rotate64(s->vectors + b * COLUMN_BLOCK, s->n, block_columns(s, b), s->at, s->turns,
                       s->count);
}

static void rotate(turning *s) {
    if (s->count > 0 && s->vectors)
        hs_parallel((s->n + COLUMN_BLOCK - 1) / COLUMN_BLOCK, 1, rotate_blocks, s);
    s->count = 0;
}

/// √(f² + g²): hypot where squares could lose digits.
static double length(double f, double g) {
    const double square = f * f + g * g;
    return square > 1e-280 && square < 1e280 ? sqrt(square) : hypot(f, g);
}

/// One sweep of QL from row `last` up to row `first`, whose rotations are recorded.
static void sweep(turning *s, size_t first, size_t last, double *d, double *e, uint32_t *at,
                  double *turns) {
    double g = (d[first + 1] - d[first]) / (2 * e[first]);
    double r = hypot(g, 1);
    g = d[last] - d[first] + e[first] / (g + copysign(r, g));
    double sine = 1, cosine = 1, p = 0;
    for (size_t i = last; i-- > first;) {
        double f = sine * e[i];
        const double b = cosine * e[i];
        e[i + 1] = r = length(f, g);
        if (r == 0) {
            d[i + 1] -= p;
            e[last] = 0;
            return;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * sine + 2 * cosine * b;
        p = sine * r;
        d[i + 1] = g + p;
        g = cosine * r - b;
        at[s->count] = (uint32_t)i;
        turns[2 * s->count] = cosine;
        turns[2 * s->count + 1] = sine;
        s->count++;
    }
    d[first] -= p;
    e[first] = g;
    e[last] = 0;
}

/// What may be dropped beside the diagonal: rounding of the largest elements. Without it the rows of a
/// singular matrix that are nothing but rounding would be turned for ever.
static double rounding(size_t n, const double *d, const double *e) {
    double largest = 0;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fmax(fabs(d[i]), fabs(e[i])));
    return DBL_EPSILON * largest;
}

static bool diagonalize(turning *s, double *d, double *e, uint32_t *at, double *turns) {
    const size_t n = s->n;
    const double negligible = rounding(n, d, e);
    for (size_t first = 0; first < n; first++) {
        for (int step = 0;; step++) {
            size_t last = first;
            for (; last + 1 < n; last++)
                if (fabs(e[last]) <= negligible) break;
            if (last == first) break;
            if (step == MOST_STEPS) return false;
            sweep(s, first, last, d, e, at, turns);
            if (s->count >= ROTATIONS) rotate(s);
        }
    }
    rotate(s);
    return true;
}

/// Ascending, by exchange of rows: n swaps at most.
static void sort(size_t n, double *values, double *vectors) {
    for (size_t i = 0; i + 1 < n; i++) {
        size_t smallest = i;
        for (size_t j = i + 1; j < n; j++)
            if (values[j] < values[smallest]) smallest = j;
        if (smallest == i) continue;
        double value = values[i];
        values[i] = values[smallest];
        values[smallest] = value;
        for (size_t j = 0; vectors && j < n; j++) {
            value = vectors[i * n + j];
            vectors[i * n + j] = vectors[smallest * n + j];
            vectors[smallest * n + j] = value;
        }
    }
}

bool hs_eigen64(size_t n, double *matrix, double *values, double *vectors, double *work) {
    if (n == 0) return true;
    double *beside = work, *taus = work + n, *w = work + 2 * n;
    reduce(n, matrix, values, beside, taus, w);
    double *turns = hs_scratch(3, (ROTATIONS + n) * (2 * sizeof(double) + sizeof(uint32_t)));
    uint32_t *at = (uint32_t *)(turns + 2 * (ROTATIONS + n));
    turning s = {.k = hs_active_kernels(), .a = matrix, .taus = taus, .vectors = vectors, .n = n,
                 .at = at, .turns = turns};
    if (vectors) hs_parallel((n + COLUMN_BLOCK - 1) / COLUMN_BLOCK, 1, reflect_blocks, &s);
    if (!diagonalize(&s, values, beside, at, turns)) return false;
    sort(n, values, vectors);
    return true;
}
