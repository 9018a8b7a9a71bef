// Losses in double precision.
#include <math.h>

#include "reference.h"

static double pointwise(int kind, double prediction, double target, double delta) {
    double d = prediction - target;
    switch (kind) {
    case HS_LOSS_SQUARED: return d * d;
    case HS_LOSS_ABSOLUTE: return fabs(d);
    case HS_LOSS_HUBER:
        return fabs(d) <= delta ? 0.5 * d * d : delta * (fabs(d) - 0.5 * delta);
    default:
        return fmax(prediction, 0) - prediction * target + log1p(exp(-fabs(prediction)));
    }
}

static double pointwise_derivative(int kind, double prediction, double target, double delta) {
    double d = prediction - target;
    switch (kind) {
    case HS_LOSS_SQUARED: return 2 * d;
    case HS_LOSS_ABSOLUTE: return d > 0 ? 1 : d < 0 ? -1 : d;
    case HS_LOSS_HUBER: return fabs(d) <= delta ? d : d > 0 ? delta : -delta;
    default: return hs_reference_unary(HS_SIGMOID, prediction, 0, 0) - target;
    }
}

static void loss(const hs_call *c) {
    const double *prediction = c->p[0], *target = c->p[1];
    double sum = 0;
    for (int64_t i = 0; i < c->n[0]; i++)
        sum += pointwise(c->kind, prediction[i], target[i], c->f[0]);
    *(double *)c->p[2] = sum / c->f[1];
}

static void loss_backward(const hs_call *c) {
    const double *prediction = c->p[0], *target = c->p[1];
    double scale = *(const double *)c->p[2] / c->f[1];
    for (int64_t i = 0; i < c->n[0]; i++)
        ((double *)c->p[3])[i] =
            scale * pointwise_derivative(c->kind, prediction[i], target[i], c->f[0]);
}

static void cross_entropy_row(const hs_call *c, int64_t r) {
    int64_t n = c->n[1], target = ((const int64_t *)c->p[1])[r];
    const double *x = (const double *)c->p[0] + r * n;
    double *loss = (double *)c->p[2] + r, *lse = (double *)c->p[3] + r;
    double largest = -INFINITY, sum = 0, total = 0;
    for (int64_t j = 0; j < n; j++) largest = fmax(largest, x[j]);
    for (int64_t j = 0; j < n; j++) sum += exp(x[j] - largest), total += x[j];
    *lse = largest + log(sum);
    if (target == c->n[2])
        *loss = 0;
    else if (target < 0 || target >= n)
        *loss = NAN;
    else
        *loss = (1 - c->f[0]) * (*lse - x[target]) + c->f[0] * (*lse - total / (double)n);
}

static void cross_entropy_backward_row(const hs_call *c, int64_t r) {
    int64_t n = c->n[1], target = ((const int64_t *)c->p[1])[r];
    const double *x = (const double *)c->p[0] + r * n;
    double lse = ((const double *)c->p[2])[r], g = ((const double *)c->p[3])[r];
    double *dx = (double *)c->p[4] + r * n;
    for (int64_t j = 0; j < n; j++) {
        double wanted = (1 - c->f[0]) * (j == target) + c->f[0] / (double)n;
        dx[j] = target == c->n[2]             ? 0
                : target < 0 || target >= n ? NAN
                                            : g * (exp(x[j] - lse) - wanted);
    }
}

void hs_reference_losses(const hs_call *c) {
    switch (c->op) {
    case HS_OP_LOSS: loss(c); break;
    case HS_OP_LOSS_BACKWARD: loss_backward(c); break;
    case HS_OP_CROSS_ENTROPY:
        for (int64_t r = 0; r < c->n[0]; r++) cross_entropy_row(c, r);
        break;
    default:
        for (int64_t r = 0; r < c->n[0]; r++) cross_entropy_backward_row(c, r);
        break;
    }
}
