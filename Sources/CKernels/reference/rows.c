// Matmul, softmax and layer normalisation in double precision.
#include <math.h>

#include "reference.h"

static void matmul(const hs_call *c) {
    int64_t M = c->n[0], N = c->n[1], K = c->n[2];
    const double *bias = c->p[3];
    for (int64_t b = 0; b < c->n[5]; b++) {
        const double *A = (const double *)c->p[0] + b * c->n[6];
        const double *B = (const double *)c->p[1] + b * c->n[7];
        double *C = (double *)c->p[2] + b * M * N;
        for (int64_t i = 0; i < M; i++)
            for (int64_t j = 0; j < N; j++) {
                double sum = c->flags & 4 ? C[i * N + j] : 0;
                for (int64_t k = 0; k < K; k++)
                    sum += (c->flags & 1 ? A[k * c->n[3] + i] : A[i * c->n[3] + k]) *
                           (c->flags & 2 ? B[j * c->n[4] + k] : B[k * c->n[4] + j]);
                if (bias) sum += bias[j];
                C[i * N + j] = c->kind < 0 ? sum : hs_reference_unary(c->kind, sum, 0, 0);
            }
    }
}

static void softmax(const double *x, double *y, int64_t n, bool log_of) {
    double largest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n; i++) largest = x[i] > largest || x[i] != x[i] ? x[i] : largest;
    for (int64_t i = 0; i < n; i++) sum += exp(x[i] - largest);
    for (int64_t i = 0; i < n; i++)
        y[i] = log_of ? x[i] - largest - log(sum) : exp(x[i] - largest) / sum;
}

static void softmax_backward(const hs_call *c) {
    int64_t n = c->n[1];
    for (int64_t r = 0; r < c->n[0]; r++) {
        const double *y = (const double *)c->p[0] + r * n, *dy = (const double *)c->p[1] + r * n;
        double *dx = (double *)c->p[2] + r * n, sum = 0;
        for (int64_t i = 0; i < n; i++) sum += c->kind ? dy[i] : dy[i] * y[i];
        for (int64_t i = 0; i < n; i++)
            dx[i] = c->kind ? dy[i] - exp(y[i]) * sum : y[i] * (dy[i] - sum);
    }
}

static void layer_norm(const hs_call *c) {
    int64_t n = c->n[1];
    const double *gamma = c->p[1], *beta = c->p[2];
    for (int64_t r = 0; r < c->n[0]; r++) {
        const double *x = (const double *)c->p[0] + r * n;
        double *y = (double *)c->p[3] + r * n, mean = 0, variance = 0;
        for (int64_t i = 0; i < n; i++) mean += x[i];
        mean /= (double)n;
        for (int64_t i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean);
        double rstd = 1 / sqrt(variance / (double)n + c->f[0]);
        for (int64_t i = 0; i < n; i++)
            y[i] = (x[i] - mean) * rstd * (gamma ? gamma[i] : 1) + (beta ? beta[i] : 0);
        ((double *)c->p[4])[r] = mean;
        ((double *)c->p[5])[r] = rstd;
    }
}

static void layer_norm_backward(const hs_call *c) {
    int64_t rows = c->n[0], n = c->n[1];
    const double *dy = c->p[0], *x = c->p[1], *mean = c->p[2], *rstd = c->p[3], *gamma = c->p[4];
    double *dx = c->p[5], *dgamma = c->p[6], *dbeta = c->p[7];
    for (int64_t j = 0; j < n && dgamma; j++) dgamma[j] = 0;
    for (int64_t j = 0; j < n && dbeta; j++) dbeta[j] = 0;
    for (int64_t r = 0; r < rows; r++) {
        double sum = 0, weighted = 0;
        for (int64_t j = 0; j < n; j++) {
            double g = dy[r * n + j], xhat = (x[r * n + j] - mean[r]) * rstd[r];
            if (dgamma) dgamma[j] += g * xhat;
            if (dbeta) dbeta[j] += g;
            double scaled = gamma ? g * gamma[j] : g;
            sum += scaled;
            weighted += scaled * xhat;
        }
        for (int64_t j = 0; j < n && dx; j++) {
            double xhat = (x[r * n + j] - mean[r]) * rstd[r];
            double scaled = gamma ? dy[r * n + j] * gamma[j] : dy[r * n + j];
            dx[r * n + j] = rstd[r] * (scaled - sum / (double)n - xhat * weighted / (double)n);
        }
    }
}

void hs_reference_rows(const hs_call *c) {
    switch (c->op) {
    case HS_OP_MATMUL: matmul(c); break;
    case HS_OP_SOFTMAX:
        for (int64_t r = 0; r < c->n[0]; r++)
            softmax((const double *)c->p[0] + r * c->n[1], (double *)c->p[1] + r * c->n[1], c->n[1],
                    c->kind);
        break;
    case HS_OP_SOFTMAX_BACKWARD: softmax_backward(c); break;
    case HS_OP_LAYER_NORM: layer_norm(c); break;
    default: layer_norm_backward(c); break;
    }
}
