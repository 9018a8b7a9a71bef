// Random numbers and optimizer steps in double precision. The random words are the same ones the
// float32 kernels use.
#include <math.h>

#include "reference.h"

static uint32_t random_word(const hs_call *c, int64_t i) {
    uint64_t block = (uint64_t)c->n[2] + (uint64_t)i / 4, key = (uint64_t)c->n[1];
    uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), 0, 0}, output[4];
    uint32_t words[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    hs_philox4x32(counter, words, output);
    return output[i % 4];
}

static void dropout(const hs_call *c) {
    double threshold = rint(c->f[0] * 65536);
    double scale = threshold < 65536 ? 65536 / (65536 - threshold) : 0;
    for (int64_t i = 0; i < c->n[0]; i++) {
        uint32_t word = random_word(c, i / 2), half = i % 2 ? word >> 16 : word & 0xffff;
        ((double *)c->p[1])[i] = half >= threshold ? ((const double *)c->p[0])[i] * scale : 0;
    }
}

static double normal(const hs_call *c, int64_t i) {
    double u1 = ((random_word(c, i & ~(int64_t)1) >> 8) + 1) * 0x1p-24;
    double u2 = (random_word(c, i | 1) >> 8) * 0x1p-24;
    double radius = sqrt(-2 * log(u1)), angle = 2 * M_PI * u2;
    return radius * (i & 1 ? sin(angle) : cos(angle));
}

static void random_fill(const hs_call *c) {
    for (int64_t i = 0; i < c->n[0]; i++)
        ((double *)c->p[0])[i] =
            c->kind == HS_UNIFORM
                ? c->f[0] + (c->f[1] - c->f[0]) * ((random_word(c, i) >> 8) * 0x1p-24)
                : c->f[0] + c->f[1] * normal(c, i);
}

static void sgd(const hs_call *c, const hs_optimizer_segment *s, int64_t i, double scale) {
    double p = ((const double *)s->parameter)[i];
    double g = ((const double *)s->gradient)[i] * scale + c->f[1] * p;
    double *buffer = s->state0;
    if (buffer) {
        buffer[i] = c->n[1] ? g : c->f[2] * buffer[i] + (1 - c->f[3]) * g;
        g = c->flags & 1 ? g + c->f[2] * buffer[i] : buffer[i];
    }
    ((double *)s->output)[i] = p - c->f[0] * g;
}

static void adam(const hs_call *c, const hs_optimizer_segment *s, int64_t i, double scale) {
    double p = ((const double *)s->parameter)[i], g = ((const double *)s->gradient)[i] * scale;
    if (c->kind == HS_ADAMW)
        p *= 1 - c->f[0] * c->f[4];
    else
        g += c->f[4] * p;
    double *m = (double *)s->state0 + i, *v = (double *)s->state1 + i;
    *m += (1 - c->f[1]) * (g - *m);
    *v = c->f[2] * *v + (1 - c->f[2]) * g * g;
    ((double *)s->output)[i] = p - c->f[0] / c->f[5] * *m / (sqrt(*v) / c->f[6] + c->f[3]);
}

static void lion(const hs_call *c, const hs_optimizer_segment *s, int64_t i, double scale) {
    double p = ((const double *)s->parameter)[i], g = ((const double *)s->gradient)[i] * scale;
    double *m = (double *)s->state0 + i, way = c->f[1] * *m + (1 - c->f[1]) * g;
    *m = c->f[2] * *m + (1 - c->f[2]) * g;
    ((double *)s->output)[i] = p * (1 - c->f[0] * c->f[3]) - c->f[0] * ((way > 0) - (way < 0));
}

static void rmsprop(const hs_call *c, const hs_optimizer_segment *s, int64_t i, double scale) {
    double p = ((const double *)s->parameter)[i];
    double g = ((const double *)s->gradient)[i] * scale + c->f[3] * p;
    double *v = (double *)s->state0 + i, *b = (double *)s->state1 + i;
    *v = c->f[1] * *v + (1 - c->f[1]) * g * g;
    g /= sqrt(*v) + c->f[2];
    if (s->state1) g = *b = c->f[4] * *b + g;
    ((double *)s->output)[i] = p - c->f[0] * g;
}

static void schedule_free(const hs_call *c, const hs_optimizer_segment *s, int64_t i, double scale) {
    double y = ((const double *)s->parameter)[i], g = ((const double *)s->gradient)[i] * scale;
    double *z = (double *)s->state0 + i, *v = (double *)s->state1 + i;
    *v = c->f[2] * *v + (1 - c->f[2]) * g * g;
    g = g / (sqrt(*v) / c->f[6] + c->f[3]) + c->f[4] * y;
    ((double *)s->output)[i] =
        y + c->f[5] * (*z - y) + c->f[0] * (c->f[1] * (1 - c->f[5]) - 1) * g;
    *z -= c->f[0] * g;
}

// The estimate of a gradient's mean square at element i of one matrix, its states brought up to date.
static double estimate(const hs_optimizer_segment *s, int64_t matrix, int64_t i, double mean) {
    if (!s->state1) return ((const double *)s->state0)[i];
    const double *rows = (const double *)s->state0 + matrix * s->rows;
    return rows[i / s->columns] * ((const double *)s->state1)[matrix * s->columns + i % s->columns]
        / mean;
}

static void lerp_means(double *v, const double *g, int64_t count, int64_t n, int64_t step,
                       int64_t along, double rate, double scale) {
    for (int64_t k = 0; k < count; k++) {
        double sum = 0;
        for (int64_t i = 0; i < n; i++) sum += pow(g[k * step + i * along] * scale, 2);
        v[k] += rate * (sum / (double)n - v[k]);
    }
}

static double mean_of_rows(const hs_optimizer_segment *s, int64_t matrix) {
    double sum = 0;
    if (!s->state1) return 1;
    for (int64_t r = 0; r < s->rows; r++) sum += ((const double *)s->state0)[matrix * s->rows + r];
    return sum / (double)s->rows;
}

// As PyTorch's torch.optim.Adafactor; see dispatch/adafactor.c for the numbers.
static void adafactor(const hs_call *c, const hs_optimizer_segment *s, double scale) {
    const double *p = s->parameter, *g = s->gradient;
    int64_t size = s->rows * s->columns, matrices = size ? s->count / size : 0;
    double norm = 0, squares = 0;
    for (int64_t i = 0; i < s->count; i++) norm += p[i] * p[i];
    for (int64_t m = 0; m < matrices; m++) {
        double *first = (double *)s->state0 + m * (s->state1 ? s->rows : size);
        const double *at = g + m * size;
        if (s->state1) {
            lerp_means(first, at, s->rows, s->columns, s->columns, 1, c->f[1], scale);
            lerp_means((double *)s->state1 + m * s->columns, at, s->columns, s->rows, 1, s->columns,
                       c->f[1], scale);
        } else {
            lerp_means(first, at, size, 1, 1, 1, c->f[1], scale);
        }
    }
    for (int apply = 0; apply < 2; apply++) {
        double alpha = fmax(c->f[3], sqrt(norm / (double)s->count)) * c->f[6];
        double shrink = fmax(1, sqrt(squares / (double)s->count) / c->f[5]);
        for (int64_t m = 0; m < matrices; m++) {
            double mean = s->state1 ? fmax(mean_of_rows(s, m), c->f[2]) : 1;
            for (int64_t i = 0; i < size; i++) {
                double v = fmax(estimate(s, m, i, mean), c->f[2] * c->f[2]);
                double u = g[m * size + i] * scale / sqrt(v);
                squares += apply ? 0 : u * u;
                if (apply)
                    ((double *)s->output)[m * size + i] =
                        p[m * size + i] * (1 - c->f[0] * c->f[4]) - alpha / shrink * u;
            }
        }
    }
}

static void optimizer(const hs_call *c) {
    const hs_optimizer_segment *segments = c->p[0];
    double scale = c->p[1] ? *(const double *)c->p[1] : 1;
    for (int64_t s = 0; s < c->n[0]; s++) {
        if (c->kind == HS_ADAFACTOR) adafactor(c, &segments[s], scale);
        for (int64_t i = 0; c->kind != HS_ADAFACTOR && i < segments[s].count; i++) {
            switch (c->kind) {
            case HS_SGD: sgd(c, &segments[s], i, scale); break;
            case HS_LION: lion(c, &segments[s], i, scale); break;
            case HS_RMSPROP: rmsprop(c, &segments[s], i, scale); break;
            case HS_SCHEDULE_FREE: schedule_free(c, &segments[s], i, scale); break;
            default: adam(c, &segments[s], i, scale); break;
            }
        }
    }
}

void hs_reference_training(const hs_call *c) {
    switch (c->op) {
    case HS_OP_DROPOUT: dropout(c); break;
    case HS_OP_RANDOM: random_fill(c); break;
    default: optimizer(c); break;
    }
}
