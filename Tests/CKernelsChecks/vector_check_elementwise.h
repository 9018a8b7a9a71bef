// Elementwise kernels: accuracy over all floats, edges, gradients, independence of position.
#include "vector_check.h"

// ---- accuracy of the functions of one operand --------------------------------------------------

static double sigmoid(double x) { return x < -700 ? exp(x) : 1 / (1 + exp(-x)); }
static double silu(double x) { return x == -INFINITY ? -0.0 : x * sigmoid(x); }
static double normal_cdf(double x) { return 0.5 * erfc(-x * M_SQRT1_2); }
static double gelu(double x) { return x == -INFINITY ? -0.0 : x * normal_cdf(x); }
static double softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }
static double rsqrt(double x) { return 1 / sqrt(x); }
static double reciprocal(double x) { return 1 / x; }

static double gelu_tanh(double x) {
    return x == -INFINITY ? -0.0 : x * sigmoid(2 * sqrt(2 / M_PI) * (x + 0.044715 * x * x * x));
}

typedef struct function {
    const char *name;
    int op;
    double (*exact)(double);
    double bound;   // in units in the last place
    double absolute;  // and this much besides, where the function says so
} function;

static const function functions[] = {
    {"exp", HS_EXP, exp, 1.2, 0},
    {"expm1", HS_EXPM1, expm1, 1.8, 0},
    {"log", HS_LOG, log, 1.2, 0},
    {"log1p", HS_LOG1P, log1p, 1.6, 0},
    {"sin", HS_SIN, sin, 1.7, 0},
    {"cos", HS_COS, cos, 1.7, 0},
    {"tanh", HS_TANH, tanh, 1.5, 0},
    {"sigmoid", HS_SIGMOID, sigmoid, 2.5, 0},
    {"silu", HS_SILU, silu, 3.5, 1e-43},
    {"gelu", HS_GELU, gelu, 8.0, 2e-44},
    {"gelu_tanh", HS_GELU_TANH, gelu_tanh, 4.0, 2e-7},
    {"softplus", HS_SOFTPLUS, softplus, 2.0, 0},
    {"erf", HS_ERF, erf, 2.0, 0},
    {"sqrt", HS_SQRT, sqrt, 0.5, 0},
    {"rsqrt", HS_RSQRT, rsqrt, 1.5, 0},
    {"reciprocal", HS_RECIPROCAL, reciprocal, 0.5, 0},
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0], CHUNK = 4096 };

/// The error in units in the last place, after the allowed absolute one; edges must be exact.
static double error_of(const function *f, float got, double exact) {
    float rounded = (float)exact;
    if (isnan(exact) || isnan(got)) return isnan(exact) && isnan(got) ? 0 : INFINITY;
    if (isinf(got) || isinf(rounded)) {
        double limit = 3.4028234e38;  // on either side of overflow
        return got == rounded || (fabs(exact) >= limit && fabs((double)got) >= limit &&
                                  !isinf(exact) && (got > 0) == (exact > 0))
                   ? 0
                   : INFINITY;
    }
    if (exact == 0 && got == 0) return signbit(exact) == signbit(got) ? 0 : INFINITY;
    return fmax(fabs((double)got - exact) - f->absolute, 0) / ulp(exact);
}

static void check_function(const function *f, uint32_t stride) {
    static float x[CHUNK], y[CHUNK];
    static double exact[CHUNK];
    double worst[8] = {0};
    float at[8] = {0};
    for (uint64_t pattern = 0; pattern < 1ull << 32;) {
        int n = 0;
        for (; n < CHUNK && pattern < 1ull << 32; ++n, pattern += stride) {
            x[n] = from_bits((uint32_t)pattern);
            exact[n] = f->exact((double)x[n]);
        }
        for (int v = 0; v < variant_count; ++v) {
            variants[v]->unary(f->op, x, y, (size_t)n, 0, 0);
            for (int i = 0; i < n; ++i) {
                double error = error_of(f, y[i], exact[i]);
                if (error > worst[v]) worst[v] = error, at[v] = x[i];
            }
        }
    }
    printf("%-11s", f->name);
    for (int v = 0; v < variant_count; ++v) {
        printf("  %s %.3f ulp at %.9g", variants[v]->name, worst[v], (double)at[v]);
    }
    printf("\n");
    for (int v = 0; v < variant_count; ++v) {
        if (worst[v] > f->bound) fail("%s: %s exceeds its bound", variants[v]->name, f->name);
    }
}

static void check_edges(const hs_kernels *k) {
    const float inf = INFINITY, nan = NAN;
    const struct { int op; float x, y; } edges[] = {
        {HS_EXP, -inf, 0}, {HS_EXP, inf, inf}, {HS_EXP, nan, nan}, {HS_EXP, -0.0f, 1},
        {HS_LOG, 0, -inf}, {HS_LOG, -0.0f, -inf}, {HS_LOG, -1, nan}, {HS_LOG, inf, inf},
        {HS_LOG1P, -1, -inf}, {HS_LOG1P, -2, nan}, {HS_LOG1P, -0.0f, -0.0f}, {HS_LOG1P, inf, inf},
        {HS_TANH, inf, 1}, {HS_TANH, -inf, -1}, {HS_ERF, -inf, -1}, {HS_SIGMOID, -inf, 0},
        {HS_GELU, inf, inf}, {HS_GELU, -inf, -0.0f}, {HS_GELU, nan, nan}, {HS_GELU_TANH, inf, inf},
        {HS_SOFTPLUS, inf, inf}, {HS_SOFTPLUS, -inf, 0}, {HS_RELU, nan, nan}, {HS_RELU, -1, 0},
        {HS_SIGN, nan, nan}, {HS_SIGN, -0.0f, 0}, {HS_SIGN, -3, -1}, {HS_CLAMP, nan, nan},
        {HS_CLAMP, -inf, -2}, {HS_CLAMP, inf, 3}, {HS_ELU, nan, nan}, {HS_SIN, inf, nan},
        {HS_COS, nan, nan}, {HS_ROUND, 2.5f, 2}, {HS_ROUND, -3.5f, -4}, {HS_FLOOR, -0.5f, -1},
        {HS_CEIL, 0.5f, 1}, {HS_SQRT, -1, nan}, {HS_RECIPROCAL, -0.0f, -inf},
    };
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; ++i) {
        float y;
        k->unary(edges[i].op, &edges[i].x, &y, 1, -2, 3);
        if (!same(y, edges[i].y)) {
            fail("%s: unary %d of %g is %g", k->name, edges[i].op, (double)edges[i].x, (double)y);
        }
    }
    const struct { int op; float a, b, y; } pairs[] = {
        {HS_MAX, nan, 1, nan}, {HS_MAX, 1, nan, nan}, {HS_MIN, nan, 1, nan}, {HS_MIN, 1, nan, nan},
        {HS_MAX, -1, 2, 2}, {HS_MIN, -1, 2, -1}, {HS_POW, nan, 0, 1}, {HS_POW, 1, nan, 1},
        {HS_POW, -2, 3, -8}, {HS_POW, -2, 0.5f, nan}, {HS_POW, 0, -1, inf}, {HS_POW, 3, 2, 9},
        {HS_POW, -0.0f, -3, -inf}, {HS_POW, inf, -1, 0}, {HS_POW, -inf, 3, -inf},
        {HS_POW, 0.5f, inf, 0}, {HS_POW, -1, inf, 1}, {HS_POW, 0x1p-149f, 0.5f, 3.74339207e-23f},
        {HS_AND, 2, 0, 0}, {HS_AND, 2, nan, 1}, {HS_OR, 0, -0.0f, 0}, {HS_OR, 0, 3, 1},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; ++i) {
        float y;
        k->binary(pairs[i].op, &pairs[i].a, 1, &pairs[i].b, 1, &y, 1);
        if (!same(y, pairs[i].y)) {
            fail("%s: binary %d of %g, %g is %g", k->name, pairs[i].op, (double)pairs[i].a,
                 (double)pairs[i].b, (double)y);
        }
    }
}

// ---- gradients ---------------------------------------------------------------------------------

static double at_double(int op, double x) {
    switch (op) {
    case HS_ELU: return x > 0 ? x : 0.7 * expm1(x);
    case HS_LEAKY_RELU: return x > 0 ? x : 0.7 * x;
    case HS_SQUARE: return x * x;
    case HS_ABS: return fabs(x);
    case HS_NEG: return -x;
    case HS_RELU: return fmax(x, 0);
    case HS_SCALE: return 0.7 * x + 1.3;
    case HS_CLAMP: return fmin(fmax(x, 0.7), 1.3);
    default:
        for (int i = 0; i < FUNCTIONS; ++i) {
            if (functions[i].op == op) return functions[i].exact(x);
        }
        return 0;
    }
}

static void check_gradients(const hs_kernels *k) {
    for (int op = 0; op <= HS_SCALE; ++op) {
        bool flat = op == HS_SIGN || op == HS_FLOOR || op == HS_CEIL || op == HS_ROUND;
        for (int i = -45; i < 46; ++i) {
            float x = (float)i * 0.1f + 0.03f, y, dy = -1.5f, dx;
            if ((op == HS_SQRT || op == HS_RSQRT || op == HS_LOG) && x <= 0.05f) continue;
            if (op == HS_LOG1P && x <= -0.95f) continue;
            if (op == HS_RECIPROCAL && fabsf(x) < 0.1f) continue;
            k->unary(op, &x, &y, 1, 0.7f, 1.3f);
            k->unary_backward(op, &x, &y, &dy, &dx, 1, 0.7f, 1.3f);
            double h = 1e-5, slope = (at_double(op, x + h) - at_double(op, x - h)) / (2 * h);
            double want = flat ? 0 : -1.5 * slope;
            if (fabs((double)dx - want) > 1e-5 * fmax(1, fabs(want))) {
                fail("%s: gradient of %d at %g is %g, not %g", k->name, op, (double)x, (double)dx,
                     want);
            }
        }
    }
    const struct { int op; float x, slope; } edges[] = {
        {HS_RELU, 0, 0}, {HS_ABS, 0, 0}, {HS_CLAMP, 0.7f, 1}, {HS_CLAMP, 1.3f, 1},
        {HS_CLAMP, 0.69f, 0}, {HS_GELU, -INFINITY, 0}, {HS_GELU, INFINITY, 1},
        {HS_SILU, -INFINITY, 0}, {HS_SILU, INFINITY, 1}, {HS_GELU_TANH, INFINITY, 1},
        {HS_GELU_TANH, -INFINITY, 0}, {HS_GELU, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; ++i) {
        float y, dy = 1, dx;
        k->unary(edges[i].op, &edges[i].x, &y, 1, 0.7f, 1.3f);
        k->unary_backward(edges[i].op, &edges[i].x, &y, &dy, &dx, 1, 0.7f, 1.3f);
        if (dx != edges[i].slope && !(isnan(dx) && isnan(edges[i].slope))) {
            fail("%s: gradient of %d at %g is %g", k->name, edges[i].op, (double)edges[i].x,
                 (double)dx);
        }
    }
}

// ---- independence of position -------------------------------------------------------------------

/// Every length and offset gives the bits of a long array, in memory of exactly that size.
static void check_positions(const hs_kernels *k) {
    enum { LONG = 512 };
    float *a = noisy(LONG, 4), *b = noisy(LONG, 2), *all = malloc(LONG * 4), *dy = noisy(LONG, 1);
    for (int op = 0; op <= HS_SCALE; ++op) {
        for (size_t n = 0; n <= 70; ++n) {
            size_t from = n % 17 + 1;
            float *x = malloc(n * 4 + 1), *y = malloc(n * 4 + 1), *g = malloc(n * 4 + 1);
            memcpy(x, a + from, n * 4);
            k->unary(op, a, all, LONG, 0.25f, 1.5f);
            k->unary(op, x, y, n, 0.25f, 1.5f);
            if (memcmp(y, all + from, n * 4)) fail("%s: unary %d, length %zu", k->name, op, n);
            memcpy(g, dy + from, n * 4);
            float *whole = malloc(LONG * 4);
            k->unary_backward(op, a, all, dy, whole, LONG, 0.25f, 1.5f);
            k->unary_backward(op, x, y, g, g, n, 0.25f, 1.5f);
            if (memcmp(g, whole + from, n * 4)) fail("%s: backward %d, length %zu", k->name, op, n);
            free(whole), free(x), free(y), free(g);
        }
    }
    for (int op = 0; op < HS_BINARY_COUNT; ++op) {
        for (size_t n = 0; n <= 70; ++n) {
            for (int steps = 0; steps < 4; ++steps) {
                int sa = steps & 1, sb = steps >> 1;
                float *x = malloc((sa ? n : 1) * 4 + 1), *z = malloc((sb ? n : 1) * 4 + 1);
                float *y = malloc(n * 4 + 1);
                memcpy(x, a + 5, (sa ? n : 1) * 4), memcpy(z, b + 5, (sb ? n : 1) * 4);
                k->binary(op, a + 5, sa, b + 5, sb, all, LONG - 5);
                k->binary(op, x, sa, z, sb, y, n);
                if (memcmp(y, all, n * 4)) fail("%s: binary %d, length %zu", k->name, op, n);
                free(x), free(y), free(z);
            }
        }
    }
    free(a), free(b), free(all), free(dy);
}

enum { PAST_CACHES_KINDS = 5 };

static void past_caches(const hs_kernels *k, int what, const float *x, float *y, size_t first,
                        size_t n) {
    switch (what) {
    case 0: k->unary(HS_TANH, x + first, y, n, 0, 0); break;
    case 1: k->unary_backward(HS_GELU, x + first, x + first, x + first, y, n, 0, 0); break;
    case 2: k->binary(HS_MUL, x + first, 1, x, 0, y, n); break;
    case 3: k->dropout(x + first, y, first, n, 1u << 15, 2, 3, 4); break;
    case 4: k->normal(y, first, n, 0, 1, 3, 4); break;
    }
}

/// Output that is written past the caches has the bits of any other, wherever it begins.
static void check_past_caches(const hs_kernels *k) {
    enum { LONG = 5000 };
    float *x = noisy(LONG, 3), *y = malloc(LONG * 4), *z = malloc(LONG * 4);
    for (int what = 0; what < PAST_CACHES_KINDS; ++what) {
        for (size_t first = 0; first < 40; ++first) {
            size_t n = LONG - first;
            past_caches(k, what, x, z + first, first, n);
            hs_output_is_large = true;
            past_caches(k, what, x, y + first, first, n);
            hs_output_is_large = false;
            if (memcmp(y + first, z + first, n * 4)) fail("%s: past caches, %d", k->name, what);
        }
    }
    free(x), free(y), free(z);
}

static void check_comparisons(const hs_kernels *k) {
    for (size_t n = 0; n <= 70; ++n) {
        float *a = noisy(n, 2), *b = noisy(n, 2), *y = malloc(n * 4 + 1), pivot = 0.25f;
        uint8_t *c = malloc(n + 1);
        for (size_t i = 0; i < n; ++i) {
            if (i % 5 == 0) b[i] = a[i];
            if (i % 7 == 3) a[i] = NAN;
        }
        for (int op = HS_EQ; op <= HS_GE; ++op) {
            for (int steps = 0; steps < 4; ++steps) {
                int sa = steps & 1, sb = steps >> 1;
                k->compare(op, sa ? a : &pivot, sa, sb ? b : &pivot, sb, c, n);
                for (size_t i = 0; i < n; ++i) {
                    float p = sa ? a[i] : pivot, q = sb ? b[i] : pivot;
                    bool want[] = {p == q, p != q, p < q, p <= q, p > q, p >= q};
                    if (c[i] != want[op]) fail("%s: compare %d at %zu", k->name, op, i);
                }
                k->select(c, sa ? a : &pivot, sa, sb ? b : &pivot, sb, y, n);
                for (size_t i = 0; i < n; ++i) {
                    float want = c[i] ? (sa ? a[i] : pivot) : (sb ? b[i] : pivot);
                    if (!same(y[i], want)) fail("%s: select at %zu", k->name, i);
                }
            }
        }
        free(a), free(b), free(c), free(y);
    }
}
