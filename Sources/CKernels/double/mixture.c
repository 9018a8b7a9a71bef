// Expectation and maximisation of Gaussian mixtures with full covariances (Dempster, Laird and Rubin
// 1977). Rows go through the components in groups that stay in cache; responsibilities that cannot
// change a sum in double precision are left out of the covariances.
#include <math.h>
#include <string.h>

#include "../kernels.h"

enum { ROW_GROUP = 256 };
static const double negligible = 1e-20;

typedef struct expectation {
    const hs_mixture64 *m;
    const double *offsets;  // factor · mean of each component
} expectation;

/// ln weight + ln density of rows under one component.
static void log_joint(const expectation *s, size_t first, size_t count, size_t component,
                      double *products) {
    const hs_mixture64 *m = s->m;
    const size_t d = m->columns;
    hs_product64 product = {.M = count, .N = d, .K = d, .a = m->x + first * d, .lda = d,
                            .b = m->factors + component * d * d, .ldb = d, .transposes_b = true,
                            .c = products, .ldc = d};
    hs_matmul64(&product);
    const hs_kernels *k = hs_active_kernels();
    for (size_t i = 0; i < count; i++)
        m->responsibilities[(first + i) * m->components + component] =
            m->constants[component] -
            0.5 * k->distance64(products + i * d, s->offsets + component * d, d);
}

/// Log-joint densities of one row to responsibilities; returns their log-sum-exp.
static double normalize(double *row, size_t components) {
    double most = row[0];
    for (size_t c = 1; c < components; c++) most = row[c] > most ? row[c] : most;
    double sum = 0;
    for (size_t c = 0; c < components; c++) sum += row[c] = exp(row[c] - most);
    for (size_t c = 0; c < components; c++) row[c] /= sum;
    return most + log(sum);
}

static void expect_groups(void *context, size_t begin, size_t end) {
    const expectation *s = context;
    const hs_mixture64 *m = s->m;
    double *products = hs_scratch(0, ROW_GROUP * m->columns * sizeof(double));
    for (size_t group = begin; group < end; group++) {
        const size_t first = group * ROW_GROUP;
        const size_t count = m->rows - first < ROW_GROUP ? m->rows - first : ROW_GROUP;
        for (size_t c = 0; c < m->components; c++) log_joint(s, first, count, c, products);
        for (size_t i = first; i < first + count; i++)
            m->log_densities[i] =
                normalize(m->responsibilities + i * m->components, m->components);
    }
}

void hs_mixture64_expect(const hs_mixture64 *m) {
    const hs_kernels *k = hs_active_kernels();
    const size_t d = m->columns;
    double *offsets = hs_scratch(1, m->components * d * sizeof(double));
    for (size_t c = 0; c < m->components; c++)
        for (size_t i = 0; i < d; i++)
            offsets[c * d + i] = k->dot64(m->factors + (c * d + i) * d, m->means + c * d, i + 1);
    expectation s = {m, offsets};
    hs_parallel((m->rows + ROW_GROUP - 1) / ROW_GROUP, 1, expect_groups, &s);
}

typedef struct maximization {
    const hs_mixture64 *m;
    double floor;
    double *sums, *means, *covariances;
} maximization;

static void find_mean(const maximization *s, size_t c) {
    const hs_mixture64 *m = s->m;
    const hs_kernels *k = hs_active_kernels();
    double *mean = s->means + c * m->columns, sum = 0;
    memset(mean, 0, m->columns * sizeof(double));
    for (size_t i = 0; i < m->rows; i++) {
        const double r = m->responsibilities[i * m->components + c];
        if (r < negligible) continue;
        sum += r;
        k->add_scaled64(r, m->x + i * m->columns, mean, m->columns);
    }
    s->sums[c] = sum;
    for (size_t j = 0; j < m->columns; j++) mean[j] = sum > 0 ? mean[j] / sum : 0;
}

/// covariance += Σ over gathered rows of r (x - mean)(x - mean)ᵀ
static void add_rows(const maximization *s, size_t c, const double *rows, size_t count,
                     double *part) {
    const size_t d = s->m->columns;
    hs_product64 product = {.M = d, .N = d, .K = count, .a = rows, .lda = d, .transposes_a = true,
                            .b = rows, .ldb = d, .c = part, .ldc = d, .symmetric = true};
    hs_matmul64(&product);
    hs_active_kernels()->add_scaled64(1, part, s->covariances + c * d * d, d * d);
}

static void maximize_component(const maximization *s, size_t c) {
    const hs_mixture64 *m = s->m;
    const size_t d = m->columns;
    find_mean(s, c);
    double *covariance = s->covariances + c * d * d, *mean = s->means + c * d;
    memset(covariance, 0, d * d * sizeof(double));
    double *rows = hs_scratch(0, (ROW_GROUP * d + d * d) * sizeof(double)), *part = rows + ROW_GROUP * d;
    size_t count = 0;
    for (size_t i = 0; i < m->rows; i++) {
        const double r = m->responsibilities[i * m->components + c];
        if (r >= negligible) {
            const double root = sqrt(r);
            for (size_t j = 0; j < d; j++)
                rows[count * d + j] = root * (m->x[i * d + j] - mean[j]);
            count++;
        }
        if (count == ROW_GROUP || (i + 1 == m->rows && count > 0)) {
            add_rows(s, c, rows, count, part);
            count = 0;
        }
    }
    const double scale = s->sums[c] > 0 ? 1 / s->sums[c] : 0;
    for (size_t j = 0; j < d * d; j++) covariance[j] *= scale;
    for (size_t j = 0; j < d; j++) covariance[j * d + j] += s->floor;
}

static void maximize_components(void *context, size_t begin, size_t end) {
    for (size_t c = begin; c < end; c++) maximize_component(context, c);
}

void hs_mixture64_maximize(const hs_mixture64 *m, double floor, double *sums, double *means,
                           double *covariances) {
    maximization s = {m, floor, sums, means, covariances};
    hs_parallel(m->components, 1, maximize_components, &s);
}
