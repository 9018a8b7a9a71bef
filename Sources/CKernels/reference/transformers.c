// RMS normalisation and rotary position embedding in double precision.
#include <math.h>

#include "reference.h"

static void rms_norm(const hs_call *c) {
    int64_t n = c->n[1];
    const double *gamma = c->p[1];
    for (int64_t r = 0; r < c->n[0]; r++) {
        const double *x = (const double *)c->p[0] + r * n;
        double *y = (double *)c->p[2] + r * n, square = 0;
        for (int64_t i = 0; i < n; i++) square += x[i] * x[i];
        double scale = 1 / sqrt(square / (double)n + c->f[0]);
        for (int64_t i = 0; i < n; i++) y[i] = x[i] * scale * (gamma ? gamma[i] : 1);
        ((double *)c->p[3])[r] = scale;
    }
}

static void rms_norm_backward(const hs_call *c) {
    int64_t rows = c->n[0], n = c->n[1];
    const double *dy = c->p[0], *x = c->p[1], *scale = c->p[2], *gamma = c->p[3];
    double *dx = c->p[4], *dgamma = c->p[5];
    for (int64_t j = 0; j < n && dgamma; j++) dgamma[j] = 0;
    for (int64_t r = 0; r < rows; r++) {
        double weighted = 0;
        for (int64_t i = r * n; i < (r + 1) * n; i++) {
            double xhat = x[i] * scale[r];
            if (dgamma) dgamma[i - r * n] += dy[i] * xhat;
            weighted += dy[i] * (gamma ? gamma[i - r * n] : 1) * xhat;
        }
        for (int64_t i = r * n; i < (r + 1) * n && dx; i++) {
            double slope = dy[i] * (gamma ? gamma[i - r * n] : 1);
            dx[i] = scale[r] * (slope - x[i] * scale[r] * weighted / (double)n);
        }
    }
}

static void rotary(const hs_call *c) {
    const int32_t *positions = c->p[1];
    int64_t heads = c->n[1], size = c->n[2], half = size / 2;
    for (int64_t r = 0; r < c->n[0] * heads; r++) {
        const double *x = (const double *)c->p[0] + r * size;
        double *y = (double *)c->p[2] + r * size;
        for (int64_t i = 0; i < half; i++) {
            double angle = positions[r / heads] * pow(c->f[0], -2.0 * (double)i / (double)size);
            double cosine = cos(angle), sine = c->flags & 1 ? -sin(angle) : sin(angle);
            int64_t a = c->kind == 1 ? 2 * i : i, b = c->kind == 1 ? 2 * i + 1 : i + half;
            y[a] = x[a] * cosine - x[b] * sine;
            y[b] = x[b] * cosine + x[a] * sine;
        }
    }
}

void hs_reference_transformers(const hs_call *c) {
    switch (c->op) {
    case HS_OP_RMS_NORM: rms_norm(c); break;
    case HS_OP_RMS_NORM_BACKWARD: rms_norm_backward(c); break;
    default: rotary(c); break;
    }
}
