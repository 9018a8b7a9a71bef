// Reductions, softmax, normalisation and losses against formulas in double precision.
#include "vector_check.h"

static void near(const hs_kernels *k, const char *what, float got, double want, double tolerance) {
    if (isnan(want) ? isnan(got) : (double)got == want) return;
    if (!(fabs((double)got - want) <= tolerance)) {
        fail("%s: %s is %.9g, not %.9g", k->name, what, (double)got, want);
    }
}

static double exact_reduction(int op, const float *x, size_t step, size_t n) {
    double greatest = -INFINITY, least = INFINITY, sum = 0, squares = 0, product = 1, exps = 0;
    for (size_t i = 0; i < n; ++i) {
        double v = (double)x[i * step];
        greatest = fmax(greatest, v), least = fmin(least, v);
        sum += v, squares += v * v, product *= v;
    }
    for (size_t i = 0; i < n; ++i) exps += exp((double)x[i * step] - greatest);
    switch (op) {
    case HS_SUM: return sum;
    case HS_REDUCE_MAX: return greatest;
    case HS_REDUCE_MIN: return least;
    case HS_PROD: return product;
    case HS_SQUARE_SUM: return squares;
    default: return n ? greatest + log(exps) : -INFINITY;
    }
}

static const int reductions[] = {HS_SUM, HS_REDUCE_MAX, HS_REDUCE_MIN, HS_PROD, HS_LOGSUMEXP,
                                 HS_SQUARE_SUM};

static void check_reductions(const hs_kernels *k) {
    const size_t lengths[] = {0, 1, 2, 15, 16, 17, 63, 70, 128, 129, 1000, 2048, 2049, 5000};
    for (size_t c = 0; c < sizeof lengths / sizeof lengths[0]; ++c) {
        size_t n = lengths[c], rows = 3;
        float *x = noisy(rows * n, 1.2f), y[3], alone;
        for (int o = 0; o < 6; ++o) {
            int op = reductions[o];
            k->reduce_rows(op, x, y, rows, n);
            for (size_t r = 0; r < rows; ++r) {
                double want = exact_reduction(op, x + r * n, 1, n);
                double scale = op == HS_SUM || op == HS_SQUARE_SUM ? sqrt((double)n) : fabs(want);
                near(k, "a row's reduction", y[r], want, 1e-6 * scale + 2e-7 * fabs(want) + 1e-39);
                float *copy = malloc(n * 4 + 1);
                memcpy(copy, x + r * n, n * 4);
                k->reduce_rows(op, copy, &alone, 1, n);
                if (!same(alone, y[r])) fail("%s: a row alone differs, op %d", k->name, op);
                free(copy);
            }
        }
        free(x);
    }
    size_t many = 10000000;
    float *x = malloc(many * 4), y;
    double exact = 0;
    for (size_t i = 0; i < many; ++i) exact += (double)(x[i] = 1.1f + 0.1f * noise());
    k->reduce_rows(HS_SUM, x, &y, 1, many);
    printf("%-11s  sum of 10^7: relative error %.2g\n", k->name, fabs((double)y - exact) / exact);
    near(k, "a long sum", y, exact, 1e-6 * exact);
    for (size_t i = 0; i < many; ++i) x[i] = 0.1f;
    k->reduce_rows(HS_SUM, x, &y, 1, many);
    near(k, "a long constant sum", y, (double)0.1f * 1e7, 1.0);
    x[many / 2] = NAN;
    for (int o = 0; o < 6; ++o) {
        k->reduce_rows(reductions[o], x, &y, 1, many);
        if (!isnan(y)) fail("%s: reduction %d loses NaN", k->name, reductions[o]);
    }
    free(x);
}

static void check_columns(const hs_kernels *k) {
    const size_t sizes[][2] = {{0, 5}, {1, 1}, {3, 17}, {127, 33}, {128, 16}, {129, 70}, {400, 600},
                               {1000, 3}};
    for (size_t c = 0; c < sizeof sizes / sizeof sizes[0]; ++c) {
        size_t n = sizes[c][0], columns = sizes[c][1], ld = columns + 3;
        float *x = noisy(n * ld, 1.2f), *y = malloc(columns * 4), *half = malloc(columns * 4);
        for (int o = 0; o < 6; ++o) {
            int op = reductions[o];
            k->reduce_columns(op, x, ld, y, n, columns);
            for (size_t j = 0; j < columns; ++j) {
                double want = exact_reduction(op, x + j, ld, n);
                double scale = op == HS_SUM || op == HS_SQUARE_SUM ? sqrt((double)n) : fabs(want);
                near(k, "a column's reduction", y[j], want,
                     4e-6 * scale + 2e-7 * fabs(want) + 1e-39);
            }
            size_t from = columns / 3;
            k->reduce_columns(op, x + from, ld, half, n, columns - from);
            for (size_t j = from; j < columns; ++j) {
                if (!same(half[j - from], y[j])) fail("%s: a column alone differs", k->name);
            }
        }
        free(x), free(y), free(half);
    }
}

static void check_softmax_row(const hs_kernels *k, size_t n, float scale) {
    float *x = noisy(n, scale), *y = malloc(n * 4), *ly = malloc(n * 4), *dy = noisy(n, 1);
    float *dx = malloc(n * 4);
    double lse = exact_reduction(HS_LOGSUMEXP, x, 1, n), dot = 0, total = 0;
    k->softmax(x, y, 1, n);
    k->log_softmax(x, ly, 1, n);
    for (size_t i = 0; i < n; ++i) {
        double p = exp((double)x[i] - lse);
        // x less the greatest is rounded before its exponential is taken.
        near(k, "softmax", y[i], p, (1e-6 + 1.2e-7 * (double)scale) * p + 1e-44);
        near(k, "log-softmax", ly[i], (double)x[i] - lse, 4e-7 * fmax(1, fabs((double)x[i] - lse)));
        dot += p * (double)dy[i], total += (double)dy[i];
    }
    k->softmax_backward(y, dy, dx, 1, n);
    for (size_t i = 0; i < n; ++i) {
        double p = exp((double)x[i] - lse);
        near(k, "softmax's gradient", dx[i], p * ((double)dy[i] - dot),
             (4e-6 + 2.4e-7 * (double)scale) * p + 1e-44);
    }
    k->log_softmax_backward(ly, dy, dx, 1, n);
    for (size_t i = 0; i < n; ++i) {
        double p = exp((double)x[i] - lse), want = (double)dy[i] - p * total;
        near(k, "log-softmax's gradient", dx[i], want, 1e-6 + 1e-5 * p * fabs(total));
    }
    free(x), free(y), free(ly), free(dy), free(dx);
}

static void check_softmax(const hs_kernels *k) {
    const size_t lengths[] = {1, 2, 5, 16, 17, 70, 128, 1000, 2048, 2500, 50257};
    for (size_t c = 0; c < sizeof lengths / sizeof lengths[0]; ++c) {
        check_softmax_row(k, lengths[c], 3);
        check_softmax_row(k, lengths[c], 30);
    }
    float masked[5] = {1, -INFINITY, 2, -INFINITY, 3}, none[3] = {-INFINITY, -INFINITY, -INFINITY};
    k->softmax(masked, masked, 1, 5);
    if (masked[1] != 0 || masked[3] != 0) fail("%s: a masked place has a probability", k->name);
    k->softmax(none, none, 1, 3);
    if (!isnan(none[0])) fail("%s: softmax of nothing is not NaN", k->name);
    float *x = noisy(7 * 33, 2), *y = malloc(7 * 33 * 4), alone[33];
    k->softmax(x, y, 7, 33);
    k->softmax(x + 4 * 33, alone, 1, 33);
    if (memcmp(alone, y + 4 * 33, sizeof alone)) fail("%s: a softmax row alone differs", k->name);
    free(x), free(y);
}

static void check_cross_entropy_row(const hs_kernels *k, size_t n, double s, int64_t target) {
    float *x = noisy(n, 5), *dx = malloc(n * 4), loss, lse, g = 0.7f;
    double exact = exact_reduction(HS_LOGSUMEXP, x, 1, n), mean = 0;
    for (size_t i = 0; i < n; ++i) mean += (double)x[i] / (double)n;
    k->cross_entropy(x, &target, &loss, &lse, 1, n, (float)s, -1);
    k->cross_entropy_backward(x, &target, &lse, &g, dx, 1, n, (float)s, -1);
    near(k, "logsumexp", lse, exact, 2e-6);
    double want = target < 0 ? 0 : (1 - s) * (exact - (double)x[target]) + s * (exact - mean);
    near(k, "cross-entropy", loss, want, 1e-5);
    for (size_t i = 0; i < n; ++i) {
        double p = exp((double)x[i] - exact), hit = (int64_t)i == target ? 1 - s : 0;
        double slope = target < 0 ? 0 : (double)g * (p - hit - s / (double)n);
        near(k, "cross-entropy's gradient", dx[i], slope, 4e-6 * (p + hit) + 1e-7 * s + 1e-44);
    }
    free(x), free(dx);
}

static void check_cross_entropy(const hs_kernels *k) {
    const size_t lengths[] = {1, 2, 10, 64, 70, 1000, 5000, 50257};
    for (size_t c = 0; c < sizeof lengths / sizeof lengths[0]; ++c) {
        size_t n = lengths[c];
        check_cross_entropy_row(k, n, 0, 0);
        check_cross_entropy_row(k, n, 0, (int64_t)n - 1);
        check_cross_entropy_row(k, n, (double)0.1f, (int64_t)n / 2);
        check_cross_entropy_row(k, n, (double)0.1f, -1);
    }
}

static void check_layer_norm_size(const hs_kernels *k, size_t rows, size_t n, bool affine) {
    float *x = noisy(rows * n, 3), *dy = noisy(rows * n, 1), *gamma = noisy(n, 2);
    float *beta = noisy(n, 1), *y = malloc(rows * n * 4), *dx = malloc(rows * n * 4);
    float *mean = malloc(rows * 4), *rstd = malloc(rows * 4);
    float *dgamma = malloc(n * 4), *dbeta = malloc(n * 4);
    double *want_gamma = calloc(n, 8), *want_beta = calloc(n, 8), eps = (double)1e-5f;
    for (size_t i = 0; i < rows * n && n > 10; ++i) x[i] += 10;
    const float *g = affine ? gamma : NULL;
    k->layer_norm(x, g, affine ? beta : NULL, y, mean, rstd, rows, n, 1e-5f);
    k->layer_norm_backward(dy, x, mean, rstd, g, dx, rows, n);
    k->layer_norm_backward_parameters(dy, x, mean, rstd, dgamma, dbeta, rows, n, 0, n / 2);
    k->layer_norm_backward_parameters(dy, x, mean, rstd, dgamma, dbeta, rows, n, n / 2, n);
    for (size_t r = 0; r < rows; ++r) {
        double m = 0, v = 0, sum = 0, dot = 0;
        for (size_t i = 0; i < n; ++i) m += (double)x[r * n + i] / (double)n;
        for (size_t i = 0; i < n; ++i) v += pow((double)x[r * n + i] - m, 2) / (double)n;
        double scale = 1 / sqrt(v + eps), slack = 1e-5 * fmax(1, scale * scale);
        for (size_t i = 0; i < n; ++i) {
            double xhat = ((double)x[r * n + i] - m) * scale;
            double slope = (double)dy[r * n + i] * (affine ? (double)gamma[i] : 1);
            near(k, "layer norm", y[r * n + i],
                 affine ? xhat * (double)gamma[i] + (double)beta[i] : xhat, slack);
            sum += slope / (double)n, dot += slope * xhat / (double)n;
            want_gamma[i] += (double)dy[r * n + i] * xhat, want_beta[i] += (double)dy[r * n + i];
        }
        for (size_t i = 0; i < n; ++i) {
            double xhat = ((double)x[r * n + i] - m) * scale;
            double slope = (double)dy[r * n + i] * (affine ? (double)gamma[i] : 1);
            near(k, "layer norm's gradient", dx[r * n + i], scale * (slope - sum - xhat * dot),
                 slack);
        }
    }
    for (size_t i = 0; i < n; ++i) {
        near(k, "gamma's gradient", dgamma[i], want_gamma[i], 1e-5 * sqrt((double)rows) * 3);
        near(k, "beta's gradient", dbeta[i], want_beta[i], 1e-6 * sqrt((double)rows) * 3);
    }
    free(x), free(dy), free(gamma), free(beta), free(y), free(dx), free(mean), free(rstd);
    free(dgamma), free(dbeta), free(want_gamma), free(want_beta);
}

static void check_layer_norm(const hs_kernels *k) {
    const size_t lengths[] = {1, 2, 16, 33, 70, 384, 768, 5000};
    for (size_t c = 0; c < sizeof lengths / sizeof lengths[0]; ++c) {
        check_layer_norm_size(k, 5, lengths[c], true);
        check_layer_norm_size(k, 300, lengths[c] % 100 + 2, false);
    }
}

static double exact_loss(int op, double p, double t, double delta) {
    double d = p - t, size = fabs(d);
    switch (op) {
    case HS_LOSS_SQUARED: return d * d;
    case HS_LOSS_ABSOLUTE: return size;
    case HS_LOSS_HUBER: return size <= delta ? 0.5 * d * d : delta * (size - 0.5 * delta);
    default: return fmax(p, 0) - p * t + log1p(exp(-fabs(p)));
    }
}

static void check_losses(const hs_kernels *k) {
    for (int op = HS_LOSS_SQUARED; op <= HS_LOSS_BCE_LOGITS; ++op) {
        for (size_t n = 0; n < 5000; n = n < 70 ? n + 1 : n * 3) {
            float *p = noisy(n, 4), *t = noisy(n, 3), *dp = malloc(n * 4 + 1);
            double want = 0, h = 1e-6, delta = 0.75;
            k->loss_backward(op, p, t, dp, n, 0.5f, 0.75f);
            for (size_t i = 0; i < n; ++i) {
                double a = (double)p[i], b = (double)t[i];
                want += exact_loss(op, a, b, delta);
                double slope = exact_loss(op, a + h, b, delta) - exact_loss(op, a - h, b, delta);
                near(k, "a loss's gradient", dp[i], 0.5 * slope / (2 * h), 3e-6);
            }
            // A difference, its square and their sum are each rounded.
            near(k, "a loss", k->loss_sum(op, p, t, n, 0.75f), want,
                 1e-6 * (double)n + 3e-7 * fabs(want) + 1e-6);
            free(p), free(t), free(dp);
        }
    }
}
