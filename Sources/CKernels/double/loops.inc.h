// Loops over vectors of doubles: what the eigenvalues, the neighbours and the softmax regression are
// made of. Sums run in a fixed order that depends on the length alone.
#include "tile.inc.h"

static double HS_NAME(dot64)(const double *x, const double *y, size_t n) {
    vd a = vd_set(0), b = a;
    size_t i = 0;
    for (; i + 2 * HS_WIDTH <= n; i += 2 * HS_WIDTH) {
        a = vd_fma(vd_load(x + i), vd_load(y + i), a);
        b = vd_fma(vd_load(x + i + HS_WIDTH), vd_load(y + i + HS_WIDTH), b);
    }
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) a = vd_fma(vd_load(x + i), vd_load(y + i), a);
    double sum = 0;
    for (; i < n; i++) sum += x[i] * y[i];
    return vd_sum(a + b) + sum;
}

static double HS_NAME(distance64)(const double *x, const double *y, size_t n) {
    vd a = vd_set(0);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        const vd d = vd_load(x + i) - vd_load(y + i);
        a = vd_fma(d, d, a);
    }
    double sum = 0;
    for (; i < n; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return vd_sum(a) + sum;
}

static void HS_NAME(add_scaled64)(double a, const double *x, double *y, size_t n) {
    const vd scale = vd_set(a);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH)
        vd_store(y + i, vd_fma(scale, vd_load(x + i), vd_load(y + i)));
    for (; i < n; i++) y[i] += a * x[i];
}

static double HS_NAME(rank_two64)(double *row, double a, const double *v, double b, const double *w,
                                  const double *next, size_t n) {
    const vd minus_a = vd_set(-a), minus_b = vd_set(-b);
    vd total = vd_set(0);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        const vd x = vd_fma(minus_b, vd_load(w + i), vd_fma(minus_a, vd_load(v + i), vd_load(row + i)));
        vd_store(row + i, x);
        total = vd_fma(x, vd_load(next + i), total);
    }
    double sum = 0;
    for (; i < n; i++) {
        row[i] -= a * v[i] + b * w[i];
        sum += row[i] * next[i];
    }
    return vd_sum(total) + sum;
}

static void HS_NAME(reflect64)(double *x, size_t ldx, size_t rows, size_t columns, const double *v,
                               double tau) {
    double sums[4 * HS_WIDTH];
    size_t c = 0;
    for (; c + 2 * HS_WIDTH <= columns; c += 2 * HS_WIDTH) {
        vd a = vd_set(0), b = a;
        for (size_t r = 0; r < rows; r++) {
            const vd scale = vd_set(v[r]);
            a = vd_fma(scale, vd_load(x + r * ldx + c), a);
            b = vd_fma(scale, vd_load(x + r * ldx + c + HS_WIDTH), b);
        }
        a *= vd_set(-tau), b *= vd_set(-tau);
        for (size_t r = 0; r < rows; r++) {
            const vd scale = vd_set(v[r]);
            double *at = x + r * ldx + c;
            vd_store(at, vd_fma(scale, a, vd_load(at)));
            vd_store(at + HS_WIDTH, vd_fma(scale, b, vd_load(at + HS_WIDTH)));
        }
    }
    const size_t rest = columns - c;
    for (size_t j = 0; j < rest; j++) sums[j] = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < rest; j++) sums[j] += v[r] * x[r * ldx + c + j];
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < rest; j++) x[r * ldx + c + j] -= tau * v[r] * sums[j];
}

HS_INLINE void HS_NAME(rotate64_vectors)(const int vectors, double *x, size_t ldx,
                                         const uint32_t *at, const double *turns, size_t count) {
    vd low[4];
    uint32_t held = UINT32_MAX;  // row in `low`
    for (size_t i = 0; i < count; i++) {
        double *first = x + at[i] * ldx, *second = first + ldx;
        const vd cosine = vd_set(turns[2 * i]), sine = vd_set(turns[2 * i + 1]);
        const bool follows = held == at[i] + 1;
        if (!follows && held != UINT32_MAX)
            HS_UNROLL for (int j = 0; j < vectors; j++)
                vd_store(x + held * ldx + j * HS_WIDTH, low[j]);
        HS_UNROLL
        for (int j = 0; j < vectors; j++) {
            const vd f = follows ? low[j] : vd_load(second + j * HS_WIDTH);
            const vd g = vd_load(first + j * HS_WIDTH);
            vd_store(second + j * HS_WIDTH, vd_fma(sine, g, cosine * f));
            low[j] = vd_fma(cosine, g, -(sine * f));
        }
        held = at[i];
    }
    if (held != UINT32_MAX)
        HS_UNROLL for (int j = 0; j < vectors; j++)
            vd_store(x + held * ldx + j * HS_WIDTH, low[j]);
}

static void HS_NAME(rotate64)(double *x, size_t ldx, size_t columns, const uint32_t *at,
                              const double *turns, size_t count) {
    size_t c = 0;
    for (; c + 4 * HS_WIDTH <= columns; c += 4 * HS_WIDTH)
        HS_NAME(rotate64_vectors)(4, x + c, ldx, at, turns, count);
    for (; c + HS_WIDTH <= columns; c += HS_WIDTH)
        HS_NAME(rotate64_vectors)(1, x + c, ldx, at, turns, count);
    if (c == columns) return;
    for (size_t i = 0; i < count; i++) {
        double *first = x + at[i] * ldx, *second = first + ldx;
        const double cosine = turns[2 * i], sine = turns[2 * i + 1];
        for (size_t j = c; j < columns; j++) {
            const double f = second[j], g = first[j];
            second[j] = sine * g + cosine * f;
            first[j] = cosine * g - sine * f;
        }
    }
}

// Eight rows of x share a pass over the weights, and over the gradient.
HS_INLINE void HS_NAME(logits64_rows)(const int rows, const double *const *x, size_t columns,
                                      const double *weights, size_t width, double *logits) {
    for (size_t c = 0; c < width; c += HS_WIDTH) {
        vd acc[8];
        HS_UNROLL
        for (int r = 0; r < rows; r++) acc[r] = vd_load(weights + columns * width + c);
        for (size_t k = 0; k < columns; k++) {
            const vd w = vd_load(weights + k * width + c);
            HS_UNROLL
            for (int r = 0; r < rows; r++) acc[r] = vd_fma(vd_set(x[r][k]), w, acc[r]);
        }
        HS_UNROLL
        for (int r = 0; r < rows; r++) vd_store(logits + (size_t)r * width + c, acc[r]);
    }
}

static void HS_NAME(logits64)(const double *const *x, size_t count, size_t columns,
                              const double *weights, size_t width, double *logits) {
    size_t r = 0;
    for (; r + 8 <= count; r += 8)
        HS_NAME(logits64_rows)(8, x + r, columns, weights, width, logits + r * width);
    for (; r < count; r++)
        HS_NAME(logits64_rows)(1, x + r, columns, weights, width, logits + r * width);
}

HS_INLINE void HS_NAME(outer64_rows)(const int rows, const double *const *x, size_t columns,
                                     const double *errors, size_t width, double *gradient) {
    for (size_t c = 0; c < width; c += HS_WIDTH) {
        vd e[8], total = vd_load(gradient + columns * width + c);
        HS_UNROLL
        for (int r = 0; r < rows; r++) {
            e[r] = vd_load(errors + (size_t)r * width + c);
            total += e[r];
        }
        vd_store(gradient + columns * width + c, total);
        for (size_t k = 0; k < columns; k++) {
            vd g = vd_load(gradient + k * width + c);
            HS_UNROLL
            for (int r = 0; r < rows; r++) g = vd_fma(vd_set(x[r][k]), e[r], g);
            vd_store(gradient + k * width + c, g);
        }
    }
}

static void HS_NAME(outer64)(const double *const *x, size_t count, size_t columns,
                             const double *errors, size_t width, double *gradient) {
    size_t r = 0;
    for (; r + 8 <= count; r += 8)
        HS_NAME(outer64_rows)(8, x + r, columns, errors + r * width, width, gradient);
    for (; r < count; r++)
        HS_NAME(outer64_rows)(1, x + r, columns, errors + r * width, width, gradient);
}
