// Optimizers, random numbers, movement and format conversion.
#include "vector_check.h"

static void check_adam(const hs_kernels *k, bool decoupled, double b2) {
    enum { N = 203, STEPS = 5 };
    float *p = noisy(N, 1), *m = calloc(N, 4), *v = calloc(N, 4), *g = malloc(N * 4);
    double P[N], M[N] = {0}, V[N] = {0}, lr = 1e-2, b1 = 0.9, eps = 1e-8, wd = 0.1;
    for (int i = 0; i < N; ++i) P[i] = (double)p[i];
    for (int t = 1; t <= STEPS; ++t) {
        double c1 = 1 - pow(b1, t), c2 = sqrt(1 - pow(b2, t));
        for (int i = 0; i < N; ++i) {
            g[i] = noise() * 4;
            double slope = (double)g[i] * 0.5;
            if (decoupled) P[i] *= 1 - lr * wd;
            else slope += wd * P[i];
            M[i] = b1 * M[i] + (1 - b1) * slope;
            V[i] = b2 * V[i] + (1 - b2) * slope * slope;
            P[i] -= lr / c1 * M[i] / (sqrt(V[i]) / c2 + eps);
        }
        // In two ranges: nothing may depend on where they begin.
        for (int part = 0; part < 2; ++part) {
            int b = part ? 37 : 0;
            k->adam(p + b, p + b, g + b, m + b, v + b, part ? N - 37 : 37, lr, b1, b2, eps, wd, c1, c2,
                    decoupled, 0.5f);
        }
    }
    for (int i = 0; i < N; ++i) {
        if (fabs((double)p[i] - P[i]) > 1e-6) fail("%s: Adam's parameter %d", k->name, i);
        if (fabs((double)m[i] - M[i]) > 1e-6) fail("%s: Adam's first moment %d", k->name, i);
        if (fabs((double)v[i] - V[i]) > 1e-6 * V[i]) fail("%s: second moment %d", k->name, i);
    }
    free(p), free(m), free(v), free(g);
}

static void check_sgd(const hs_kernels *k, float mu, bool nesterov) {
    enum { N = 203 };
    float *p = noisy(N, 1), *m = noisy(N, 9), *g = malloc(N * 4);
    double P[N], M[N] = {0};
    for (int i = 0; i < N; ++i) P[i] = (double)p[i];
    for (int t = 0; t < 5; ++t) {
        for (int i = 0; i < N; ++i) {
            g[i] = noise() * 4;
            double slope = (double)g[i] * 2 + 0.1 * P[i];
            if (mu != 0) {
                M[i] = t == 0 ? slope : (double)mu * M[i] + (1 - 0.25) * slope;
                slope = nesterov ? slope + (double)mu * M[i] : M[i];
            }
            P[i] -= 0.01 * slope;
        }
        k->sgd(p, p, g, mu != 0 ? m : NULL, N, 0.01f, 0.1f, mu, 0.25f, nesterov, t == 0, 2);
    }
    for (int i = 0; i < N; ++i) {
        if (fabs((double)p[i] - P[i]) > 1e-6) fail("%s: SGD's parameter %d", k->name, i);
    }
    free(p), free(m), free(g);
}

/// Lion, RMSprop and schedule-free AdamW, in two ranges, against plain double precision.
static void check_rules(const hs_kernels *k) {
    enum { N = 203, SPLIT = 37 };
    float *p = noisy(N, 1), *q = noisy(N, 1), *y = noisy(N, 1), *g = malloc(N * 4);
    float *m = calloc(N, 4), *v = calloc(N, 4), *b = calloc(N, 4), *z = noisy(N, 1), *w = calloc(N, 4);
    double P[N], Q[N], Y[N], Z[N], M[N] = {0}, V[N] = {0}, B[N] = {0}, W[N] = {0};
    for (int i = 0; i < N; ++i) P[i] = (double)p[i], Q[i] = (double)q[i], Y[i] = (double)y[i], Z[i] = (double)z[i];
    for (int t = 1; t <= 5; ++t) {
        double c = 1.0 / t, correction = sqrt(1 - pow(0.999, t));
        for (int i = 0; i < N; ++i) {
            g[i] = noise() * 4;
            double s = (double)g[i] * 0.5, way = 0.9 * M[i] + (1 - 0.9) * s;
            P[i] = P[i] * (1 - 0.01 * 0.1) - 0.01 * ((way > 0) - (way < 0));
            M[i] = 0.99 * M[i] + (1 - 0.99) * s;
            double r = s + 0.1 * Q[i];
            V[i] = 0.9 * V[i] + (1 - 0.9) * r * r;
            B[i] = 0.5 * B[i] + r / (sqrt(V[i]) + 1e-8);
            Q[i] -= 0.01 * B[i];
            W[i] = 0.999 * W[i] + (1 - 0.999) * s * s;
            double u = s / (sqrt(W[i]) / correction + 1e-8) + 0.1 * Y[i];
            Y[i] += c * (Z[i] - Y[i]) + 0.01 * (0.9 * (1 - c) - 1) * u;
            Z[i] -= 0.01 * u;
        }
        for (int part = 0; part < 2; ++part) {
            size_t o = part ? SPLIT : 0, n = part ? N - SPLIT : SPLIT;
            k->lion(p + o, p + o, g + o, m + o, n, 0.01, 0.9, 0.99, 0.1, 0.5f);
            k->rmsprop(q + o, q + o, g + o, v + o, b + o, n, 0.01, 0.9, 1e-8, 0.1, 0.5, 0.5f);
            k->schedule_free(y + o, y + o, g + o, z + o, w + o, n, 0.01, 0.9, 0.999, 1e-8, 0.1, c,
                             correction, 0.5f);
        }
    }
    for (int i = 0; i < N; ++i) {
        if (fabs((double)p[i] - P[i]) > 1e-6) fail("%s: Lion's parameter %d", k->name, i);
        if (fabs((double)q[i] - Q[i]) > 2e-6) fail("%s: RMSprop's parameter %d", k->name, i);
        if (fabs((double)y[i] - Y[i]) > 2e-6) fail("%s: schedule-free parameter %d", k->name, i);
        if (fabs((double)z[i] - Z[i]) > 2e-6) fail("%s: schedule-free base %d", k->name, i);
    }
    free(p), free(q), free(y), free(g), free(m), free(v), free(b), free(z), free(w);
}

/// The passes of Adafactor against plain double precision.
static void check_adafactor(const hs_kernels *k) {
    enum { ROWS = 9, COLUMNS = 45, N = ROWS * COLUMNS };
    float *g = noisy(N, 4), *p = noisy(N, 1), *v = calloc(N, 4), *c = calloc(COLUMNS, 4);
    double squares = 0, scaled = 0;
    k->lerp_squares(g, v, N, 0.25, 2);
    k->lerp_column_squares(g, COLUMNS, ROWS, c, COLUMNS, 0.25, 2);
    for (int i = 0; i < N; ++i) {
        double s = (double)g[i] * 2;
        squares += s * s;
        if (fabs((double)v[i] - 0.25 * s * s) > 1e-6 * s * s) fail("%s: mean square %d", k->name, i);
        scaled += s * s / fmax((double)v[i] * 0.7, 1e-3);
    }
    for (int j = 0; j < COLUMNS; ++j) {
        double sum = 0;
        for (int r = 0; r < ROWS; ++r) sum += pow((double)g[r * COLUMNS + j] * 2, 2);
        if (fabs((double)c[j] - 0.25 * sum / ROWS) > 1e-6 * sum) fail("%s: column %d", k->name, j);
    }
    if (fabs(k->square_sum(g, N, 2) - squares) > 1e-6 * squares) fail("%s: square sum", k->name);
    double found = k->scaled_square_sum(g, v, N, 0.7f, 1e-3f, 2);
    if (fabs(found - scaled) > 1e-6 * scaled) fail("%s: sum of scaled squares", k->name);
    float *q = malloc(N * 4);
    k->scaled_step(p, q, g, v, N, 0.7f, 1e-3f, 0.9f, 0.01f, 2);
    for (int i = 0; i < N; ++i) {
        double want = 0.9 * (double)p[i]
            - 0.01 * (double)g[i] * 2 / sqrt(fmax((double)v[i] * 0.7, 1e-3));
        if (fabs((double)q[i] - want) > 1e-6) fail("%s: Adafactor's parameter %d", k->name, i);
    }
    free(g), free(p), free(v), free(c), free(q);
}

// ---- random ------------------------------------------------------------------------------------

/// The known answers published with Random123.
static void check_philox(void) {
    static const uint32_t counters[3][4] = {
        {0, 0, 0, 0},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
    static const uint32_t keys[3][2] = {
        {0, 0}, {0xffffffff, 0xffffffff}, {0xa4093822, 0x299f31d0}};
    static const uint32_t answers[3][4] = {
        {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
    for (int i = 0; i < 3; ++i) {
        uint32_t out[4];
        hs_philox4x32(counters[i], keys[i], out);
        if (memcmp(out, answers[i], sizeof out)) fail("philox: known answer %d", i);
    }
}

static uint32_t word(uint64_t key, uint64_t counter, size_t element) {
    uint64_t block = counter + element / 4;
    uint32_t c[4] = {(uint32_t)block, (uint32_t)(block >> 32), 0, 0}, out[4];
    uint32_t key_words[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    hs_philox4x32(c, key_words, out);
    return out[element % 4];
}

static void check_random_range(const hs_kernels *k, size_t first, size_t n, uint64_t counter) {
    const uint64_t key = 0x0123456789abcdefu;
    const uint32_t threshold = 0x4000;
    float *x = noisy(n, 1), *d = malloc(n * 4 + 1), *u = malloc(n * 4 + 1), *z = malloc(n * 4 + 1);
    k->dropout(x, d, first, n, threshold, 1.5f, key, counter);
    k->uniform(u, first, n, -1, 3, key, counter);
    k->normal(z, first, n, 5, 2, key, counter);
    for (size_t i = 0; i < n; ++i) {
        size_t at = first + i, pair = at & ~(size_t)1;
        uint32_t w = word(key, counter, at);
        uint32_t both = word(key, counter, at / 2), half = at % 2 ? both >> 16 : both & 0xffff;
        if (d[i] != (half >= threshold ? x[i] * 1.5f : 0)) fail("%s: dropout %zu", k->name, at);
        double uniform = -1 + 4 * ((double)(w >> 8) * 0x1p-24);
        if (fabs((double)u[i] - uniform) > 3e-7) fail("%s: uniform %zu", k->name, at);
        double u1 = ((double)(word(key, counter, pair) >> 8) + 1) * 0x1p-24;
        double u2 = (double)(word(key, counter, pair + 1) >> 8) * 0x1p-24;
        double angle = 2 * M_PI * u2, r = sqrt(-2 * log(u1));
        double want = 5 + 2 * r * (at % 2 ? sin(angle) : cos(angle));
        if (fabs((double)z[i] - want) > 3e-6) fail("%s: normal %zu", k->name, at);
    }
    free(x), free(d), free(u), free(z);
}

static void check_random(const hs_kernels *k) {
    for (size_t n = 0; n <= 70; ++n) {
        for (size_t first = 0; first < 9; ++first) check_random_range(k, first, n, 7);
    }
    check_random_range(k, 3, 3000, 0xfffffffffull - 100);
    check_random_range(k, 0, 3000, 0xffffffffull - 100);   // the low counter word overflows
    check_random_range(k, 0, 3000, UINT64_MAX - 100);
}

// ---- movement ----------------------------------------------------------------------------------

static void check_transpose(const hs_kernels *k) {
    for (size_t rows = 0; rows < 40; rows += rows < 5 ? 1 : 11) {
        for (size_t columns = 0; columns < 40; columns += columns < 5 ? 1 : 7) {
            size_t ldx = columns + 1, ldy = rows + 2;
            uint32_t *x = malloc(rows * ldx * 4 + 4), *y = malloc(columns * ldy * 4 + 4);
            for (size_t i = 0; i < rows * ldx; ++i) x[i] = (uint32_t)i;
            k->transpose32(x, ldx, y, ldy, rows, columns);
            for (size_t i = 0; i < rows * columns; ++i) {
                size_t r = i / columns, c = i % columns;
                if (y[c * ldy + r] != x[r * ldx + c]) fail("%s: transpose %zu", k->name, i);
            }
            free(x), free(y);
        }
    }
}

static uint16_t exact_bfloat16(float x) {
    uint32_t u = bits(x);
    if (isnan(x)) return (uint16_t)(u >> 16 | 0x40);
    return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

static double half_value(uint16_t h) {
    int exponent = h >> 10 & 31, mantissa = h & 1023;
    double size = exponent == 0 ? ldexp(mantissa, -24) : ldexp(1024 + mantissa, exponent - 25);
    if (exponent == 31) size = mantissa ? (double)NAN : INFINITY;
    return h & 0x8000 ? -size : size;
}

/// Every half there and back, and the midpoints between neighbours to the even one.
static void check_formats(const hs_kernels *k) {
    for (uint32_t h = 0; h < 0x10000; ++h) {
        uint16_t in = (uint16_t)h, back, b;
        float x, y;
        k->half_to_float(&in, &x, 1);
        double want = half_value(in);
        if (isnan(want) ? !isnan(x) : (double)x != want) fail("%s: half %04x", k->name, h);
        k->float_to_half(&x, &back, 1);
        bool right = isnan(want) ? isnan(half_value(back)) : back == in;
        if (!right) fail("%s: to half %04x", k->name, h);
        k->bfloat16_to_float(&in, &y, 1);
        if (bits(y) != h << 16) fail("%s: bfloat16 %04x", k->name, h);
        for (uint32_t low = 0x7ffe; low < 0x8003; ++low) {
            y = from_bits(h << 16 | low);
            k->float_to_bfloat16(&y, &b, 1);
            if (b != exact_bfloat16(y)) fail("%s: to bfloat16 %08x", k->name, h << 16 | low);
        }
        if ((h & 0x7fff) >= 0x7bff) continue;
        double next = half_value((uint16_t)(h + 1));
        float middle = (float)((want + next) / 2);
        k->float_to_half(&middle, &back, 1);
        if (back != (h & 1 ? h + 1 : h)) fail("%s: tie at half %04x", k->name, h);
    }
    float big[3] = {65519.0f, 65520.0f, -1e30f};
    uint16_t out[3];
    k->float_to_half(big, out, 3);
    bool right = out[0] == 0x7bff && out[1] == 0x7c00 && out[2] == 0xfc00;
    if (!right) fail("%s: half overflow", k->name);
}

static void check_bias_activation(const hs_kernels *k) {
    const int activations[] = {HS_ACT_NONE, HS_RELU, HS_GELU, HS_GELU_TANH, HS_TANH, HS_SIGMOID,
                               HS_SILU};
    for (int c = 0; c < 7; ++c) {
        for (size_t n = 0; n < 40; ++n) {
            size_t ld = n + 3, rows = 3;
            float *x = noisy(rows * ld, 3), *y = malloc(rows * ld * 4), *bias = noisy(n, 1);
            float *row = malloc(n * 4 + 1);
            memcpy(y, x, rows * ld * 4);
            k->bias_activation(y, rows, n, ld, bias, activations[c]);
            for (size_t r = 0; r < rows; ++r) {
                k->binary(HS_ADD, x + r * ld, 1, bias, 1, row, n);
                if (activations[c] >= 0) k->unary(activations[c], row, row, n, 0, 0);
                if (memcmp(row, y + r * ld, n * 4)) fail("%s: activation %d", k->name, c);
                if (r < 2 && memcmp(x + r * ld + n, y + r * ld + n, 12)) fail("%s: gap", k->name);
            }
            free(x), free(y), free(bias), free(row);
        }
    }
}
