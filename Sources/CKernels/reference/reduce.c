// Reductions: double precision for floats (the float32 arguments' largest and smallest too),
// 64-bit integers for integers.
#include <math.h>

#include "reference.h"

static double read(int dtype, const void *x, int64_t i) {
    return dtype == HS_FLOAT64 ? ((const double *)x)[i] : ((const float *)x)[i];
}

static double float_start(int kind) {
    switch (kind) {
    case HS_REDUCE_MAX: return -INFINITY;
    case HS_REDUCE_MIN: return INFINITY;
    case HS_PROD: return 1;
    default: return 0;
    }
}

static double float_step(int kind, double so_far, double x) {
    switch (kind) {
    case HS_REDUCE_MAX: return so_far != so_far || so_far > x ? so_far : x;
    case HS_REDUCE_MIN: return so_far != so_far || so_far < x ? so_far : x;
    case HS_PROD: return so_far * x;
    case HS_SQUARE_SUM: return so_far + x * x;
    default: return so_far + x;
    }
}

static double log_sum_exp(const double *x, int64_t n, int64_t step) {
    double largest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n; i++) largest = float_step(HS_REDUCE_MAX, largest, x[i * step]);
    if (isinf(largest) || isnan(largest)) return largest;
    for (int64_t i = 0; i < n; i++) sum += exp(x[i * step] - largest);
    return largest + log(sum);
}

static void reduce_double(const hs_call *c) {
    int64_t n = c->n[1], inner = c->n[2];
    for (int64_t o = 0; o < c->n[0]; o++)
        for (int64_t j = 0; j < inner; j++) {
            const double *x = (const double *)c->p[0] + o * n * inner + j;
            double y = float_start(c->kind);
            if (c->kind == HS_LOGSUMEXP)
                y = log_sum_exp(x, n, inner);
            else
                for (int64_t i = 0; i < n; i++) y = float_step(c->kind, y, x[i * inner]);
            ((double *)c->p[1])[o * inner + j] = c->kind == HS_MEAN ? y / (double)n : y;
        }
}

static int64_t integer_read(int dtype, const void *x, int64_t i) {
    return dtype == HS_INT64   ? ((const int64_t *)x)[i]
           : dtype == HS_INT32 ? ((const int32_t *)x)[i]
                               : ((const uint8_t *)x)[i];
}

static int64_t integer_step(int kind, int64_t so_far, int64_t x) {
    switch (kind) {
    case HS_REDUCE_MAX: return so_far > x ? so_far : x;
    case HS_REDUCE_MIN: return so_far < x ? so_far : x;
    case HS_PROD: return (int64_t)((uint64_t)so_far * (uint64_t)x);
    case HS_SQUARE_SUM: return (int64_t)((uint64_t)so_far + (uint64_t)x * (uint64_t)x);
    default: return (int64_t)((uint64_t)so_far + (uint64_t)x);
    }
}

// Integer results are int64 whatever the operand.
static void reduce_integer(const hs_call *c) {
    int64_t n = c->n[1], inner = c->n[2];
    int64_t start = c->kind == HS_REDUCE_MAX   ? INT64_MIN
                    : c->kind == HS_REDUCE_MIN ? INT64_MAX
                                               : c->kind == HS_PROD;
    for (int64_t o = 0; o < c->n[0]; o++)
        for (int64_t j = 0; j < inner; j++) {
            int64_t y = start;
            for (int64_t i = 0; i < n; i++)
                y = integer_step(c->kind, y, integer_read(c->dtype, c->p[0], (o * n + i) * inner + j));
            ((int64_t *)c->p[1])[o * inner + j] = y;
        }
}

static bool better(const hs_call *c, int64_t a, int64_t b) {
    bool largest = c->kind == 0;
    if (c->dtype != HS_FLOAT32 && c->dtype != HS_FLOAT64) {
        int64_t x = integer_read(c->dtype, c->p[0], a), y = integer_read(c->dtype, c->p[0], b);
        return largest ? x > y : x < y;
    }
    double x = read(c->dtype, c->p[0], a), y = read(c->dtype, c->p[0], b);
    if (y != y) return false;
    return x != x || (largest ? x > y : x < y);
}

static void arg_reduce(const hs_call *c) {
    int64_t n = c->n[1], inner = c->n[2];
    for (int64_t o = 0; o < c->n[0]; o++)
        for (int64_t j = 0; j < inner; j++) {
            int64_t base = o * n * inner + j, best = 0;
            for (int64_t i = 1; i < n; i++)
                if (better(c, base + i * inner, base + best * inner)) best = i;
            ((int64_t *)c->p[1])[o * inner + j] = best;
        }
}

static void global_norm(const hs_call *c) {
    const hs_optimizer_segment *segments = c->p[0];
    double total = 0;
    for (int64_t s = 0; s < c->n[0]; s++)
        for (int64_t i = 0; i < segments[s].count; i++) {
            double g = ((const double *)segments[s].gradient)[i];
            total += g * g;
        }
    *(double *)c->p[1] = sqrt(total);
}

void hs_reference_reduce(const hs_call *c) {
    if (c->op == HS_OP_ARG_REDUCE)
        arg_reduce(c);
    else if (c->op == HS_OP_GLOBAL_NORM)
        global_norm(c);
    else if (c->op == HS_OP_CLIP_SCALE)
        *(double *)c->p[1] = fmin(1, c->f[0] / (*(const double *)c->p[0] + 1e-6));
    else if (c->dtype == HS_FLOAT64)
        reduce_double(c);
    else
        reduce_integer(c);
}
