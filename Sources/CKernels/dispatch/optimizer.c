// OPTIMIZER: p0 = segments, p1 = gradient scale[1] or NULL; n0 = number of segments,
// n1 = 1 on the first step. SGD: f0 = learning rate, f1 = weight decay, f2 = momentum,
// f3 = dampening; flags 1 = Nesterov; state0 = momentum buffer or NULL. ADAM, ADAMW: f0 = learning
// rate, f1, f2 = betas, f3 = epsilon, f4 = weight decay, f5 = 1 - beta1^t, f6 = sqrt(1 - beta2^t);
// state0 = first moment, state1 = second moment. LION: f0 = learning rate, f1, f2 = betas, f3 = weight
// decay; state0 = momentum. RMSPROP: f0 = learning rate, f1 = alpha, f2 = epsilon, f3 = weight decay,
// f4 = momentum; state0 = mean square, state1 = momentum buffer or NULL. SCHEDULE_FREE: as ADAMW, but
// f5 = the share of the newest z in the average; state0 = z, state1 = second moment. ADAFACTOR: see
// adafactor.c. All segments are one job, split into pieces.
#include "../reference/reference.h"
#include "dispatch.h"

static void update(const hs_call *c, const hs_optimizer_segment *s, size_t begin, size_t n) {
    const hs_kernels *k = hs_active_kernels();
    const float *p = (const float *)s->parameter + begin, *g = (const float *)s->gradient + begin;
    float *out = (float *)s->output + begin;
    float scale = c->p[1] ? *(const float *)c->p[1] : 1;
    if (c->kind == HS_SGD)
        k->sgd(p, out, g, s->state0 ? (float *)s->state0 + begin : NULL, n, (float)c->f[0],
               (float)c->f[1], (float)c->f[2], (float)c->f[3], c->flags & 1, c->n[1] != 0, scale);
    else if (c->kind == HS_LION)
        k->lion(p, out, g, (float *)s->state0 + begin, n, c->f[0], c->f[1], c->f[2], c->f[3], scale);
    else if (c->kind == HS_RMSPROP)
        k->rmsprop(p, out, g, (float *)s->state0 + begin,
                   s->state1 ? (float *)s->state1 + begin : NULL, n, c->f[0], c->f[1], c->f[2],
                   c->f[3], c->f[4], scale);
    else if (c->kind == HS_SCHEDULE_FREE)
        k->schedule_free(p, out, g, (float *)s->state0 + begin, (float *)s->state1 + begin, n,
                         c->f[0], c->f[1], c->f[2], c->f[3], c->f[4], c->f[5], c->f[6], scale);
    else
        k->adam(p, out, g, (float *)s->state0 + begin, (float *)s->state1 + begin, n,
                c->f[0], c->f[1], c->f[2], c->f[3], c->f[4], c->f[5], c->f[6],
                c->kind == HS_ADAMW, scale);
}

// begin ..< end counts pieces of HS_GRAIN elements over all segments, in order.
static void pieces_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    const hs_optimizer_segment *segments = c->p[0];
    size_t piece = 0;
    for (int64_t i = 0; i < c->n[0] && piece < end; i++) {
        size_t count = (size_t)segments[i].count;
        size_t pieces = (count + HS_GRAIN - 1) / HS_GRAIN;
        size_t from = begin > piece ? begin - piece : 0;
        size_t to = end - piece < pieces ? end - piece : pieces;
        if (from < to) {
            size_t last = to * HS_GRAIN < count ? to * HS_GRAIN : count;
            update(c, &segments[i], from * HS_GRAIN, last - from * HS_GRAIN);
        }
        piece += pieces;
    }
}

void hs_do_optimizer(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    if (c->kind == HS_ADAFACTOR) {
        hs_do_adafactor(c);
        return;
    }
    const hs_optimizer_segment *segments = c->p[0];
    size_t pieces = 0, elements = 0;
    for (int64_t i = 0; i < c->n[0]; i++) {
        elements += (size_t)segments[i].count;
        pieces += ((size_t)segments[i].count + HS_GRAIN - 1) / HS_GRAIN;
    }
    hs_split(pieces, elements <= 2 * HS_GRAIN ? pieces : 2, pieces_range, c);
}
