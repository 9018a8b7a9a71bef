// Random primitives. n1 = the generator's key, n2 = its counter in blocks of four numbers.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

// DROPOUT: p0 = x, p1 = y; n0 = count; f0 = rate. y = kept ? x / (1 - rate) : 0. The backward
// pass is the same call on dy with the same key and counter: no mask is stored.
static void dropout_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    double rate = c->f[0];
    double threshold = rint(rate * 4294967296.0);
    float scale = rate < 1 ? (float)(1.0 / (1.0 - rate)) : 0;
    hs_active_kernels()->dropout((const float *)c->p[0] + begin, (float *)c->p[1] + begin, begin,
                                 end - begin,
                                 threshold > 4294967295.0 ? UINT32_MAX : (uint32_t)threshold, scale,
                                 (uint64_t)c->n[1], (uint64_t)c->n[2]);
}

void hs_do_dropout(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], HS_GRAIN, dropout_range, c);
}

// RANDOM: p0 = y; n0 = count; HS_UNIFORM: f0 ..< f1; HS_NORMAL: mean f0, deviation f1.
static void random_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const hs_kernels *k = hs_active_kernels();
    (c->kind == HS_UNIFORM ? k->uniform : k->normal)(
        (float *)c->p[0] + begin, begin, end - begin, (float)c->f[0], (float)c->f[1],
        (uint64_t)c->n[1], (uint64_t)c->n[2]);
}

void hs_do_random(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], HS_GRAIN, random_range, c);
}
