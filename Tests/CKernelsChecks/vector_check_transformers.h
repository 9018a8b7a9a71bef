// RMS norm and rotary embedding against formulas in double precision.
#include "vector_check.h"

static void check_rms_norm_size(const hs_kernels *k, size_t rows, size_t n, bool weighted) {
    float *x = noisy(rows * n, 3), *dy = noisy(rows * n, 1), *gamma = noisy(n, 2), alone[1];
    float *y = malloc(rows * n * 4), *dx = malloc(rows * n * 4), *rstd = malloc(rows * 4);
    float *row = malloc(n * 4);
    const float *g = weighted ? gamma : NULL;
    k->rms_norm(x, g, y, rstd, rows, n, 1e-5f);
    k->rms_norm_backward(dy, x, rstd, g, dx, rows, n);
    for (size_t r = 0; r < rows; ++r) {
        const float *xr = x + r * n, *dyr = dy + r * n;
        double square = 0, dot = 0;
        for (size_t i = 0; i < n; ++i) square += (double)xr[i] * (double)xr[i] / (double)n;
        double scale = 1 / sqrt(square + (double)1e-5f), slack = 1e-5 * fmax(1, scale * scale);
        for (size_t i = 0; i < n; ++i) {
            double weight = weighted ? (double)gamma[i] : 1, xhat = (double)xr[i] * scale;
            near(k, "RMS norm", y[r * n + i], xhat * weight, slack);
            dot += (double)dyr[i] * weight * xhat / (double)n;
        }
        for (size_t i = 0; i < n; ++i) {
            double slope = (double)dyr[i] * (weighted ? (double)gamma[i] : 1);
            near(k, "RMS norm's gradient", dx[r * n + i],
                 scale * (slope - (double)xr[i] * scale * dot), slack);
        }
        k->rms_norm(xr, g, row, alone, 1, n, 1e-5f);
        if (memcmp(row, y + r * n, n * 4)) fail("%s: an RMS norm row alone differs", k->name);
    }
    free(x), free(dy), free(gamma), free(y), free(dx), free(rstd), free(row);
}

static void check_rms_norm(const hs_kernels *k) {
    const size_t lengths[] = {1, 2, 16, 33, 70, 384, 768, 5000};
    for (size_t c = 0; c < sizeof lengths / sizeof lengths[0]; ++c) {
        check_rms_norm_size(k, 5, lengths[c], true);
        check_rms_norm_size(k, 3, lengths[c], false);
    }
}

/// Positions from 0 to the largest there is; backwards is the inverse.
static void check_rotary_size(const hs_kernels *k, size_t heads, size_t size, bool interleaved) {
    const int32_t positions[] = {0, 1, 77, 4095, 1000003, INT32_MAX, -5};
    const size_t rows = sizeof positions / sizeof positions[0], n = rows * heads * size;
    float *x = noisy(n, 1), *y = malloc(n * 4), *back = malloc(n * 4);
    double *turns = malloc(size / 2 * 8);
    for (size_t i = 0; i < size / 2; ++i)
        turns[i] = pow(10000, -2.0 * (double)i / (double)size) / (2 * M_PI);
    k->rotary(x, positions, turns, y, rows, heads, size, interleaved, 1);
    k->rotary(y, positions, turns, back, rows, heads, size, interleaved, -1);
    for (size_t r = 0; r < rows * heads; ++r) {
        for (size_t i = 0; i < size / 2; ++i) {
            double turn = turns[i] * positions[r / heads], angle = 2 * M_PI * (turn - floor(turn));
            size_t a = r * size + (interleaved ? 2 * i : i);
            size_t b = r * size + (interleaved ? 2 * i + 1 : i + size / 2);
            double c = cos(angle), s = sin(angle);
            near(k, "rotary", y[a], (double)x[a] * c - (double)x[b] * s, 1.5e-6);
            near(k, "rotary", y[b], (double)x[b] * c + (double)x[a] * s, 1.5e-6);
        }
    }
    for (size_t i = 0; i < n; ++i) near(k, "rotary and back", back[i], (double)x[i], 1e-6);
    free(x), free(y), free(back), free(turns);
}

static void check_rotary(const hs_kernels *k) {
    const size_t sizes[] = {2, 4, 6, 30, 32, 34, 64, 128};
    for (size_t c = 0; c < sizeof sizes / sizeof sizes[0]; ++c) {
        check_rotary_size(k, 1, sizes[c], false);
        check_rotary_size(k, 3, sizes[c], true);
    }
}
