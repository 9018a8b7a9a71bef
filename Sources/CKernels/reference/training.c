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

static void optimizer(const hs_call *c) {
    const hs_optimizer_segment *segments = c->p[0];
    double scale = c->p[1] ? *(const double *)c->p[1] : 1;
    for (int64_t s = 0; s < c->n[0]; s++)
        for (int64_t i = 0; i < segments[s].count; i++) {
            if (c->kind == HS_SGD)
                sgd(c, &segments[s], i, scale);
            else
                adam(c, &segments[s], i, scale);
        }
}

void hs_reference_training(const hs_call *c) {
    switch (c->op) {
    case HS_OP_DROPOUT: dropout(c); break;
    case HS_OP_RANDOM: random_fill(c); break;
    default: optimizer(c); break;
    }
}
