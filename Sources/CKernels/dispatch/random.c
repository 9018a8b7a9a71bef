// Random primitives. n1 = the generator's key, n2 = its counter in blocks of four numbers.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

// DROPOUT: p0 = x, p1 = y; n0 = count; f0 = rate, taken to the nearest 65536th. An element is kept
// and divided by 1 - rate if its 16 random bits are at least 65536 · rate. The backward pass is the same
// call on dy with the same key and counter: no mask is stored.
static void dropout_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    double threshold = rint(c->f[0] * 65536);
    hs_note_output(c->n[0] * (int64_t)sizeof(float));
    if (threshold > 65535)
        hs_active_kernels()->fill((float *)c->p[1] + begin, end - begin, 0);
    else
        hs_active_kernels()->dropout((const float *)c->p[0] + begin, (float *)c->p[1] + begin,
                                     begin, end - begin, (uint32_t)threshold,
                                     (float)(65536 / (65536 - threshold)), (uint64_t)c->n[1],
                                     (uint64_t)c->n[2]);
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
    hs_note_output(c->n[0] * (int64_t)sizeof(float));
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
