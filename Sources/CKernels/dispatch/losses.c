// Pointwise losses, reduced to one number in chunks of HS_REDUCE_CHUNK.
#include "../reference/reference.h"
#include "dispatch.h"

typedef struct chunked {
    const hs_call *call;
    float *partial;
} chunked;

static void chunk_range(void *context, size_t begin, size_t end) {
    const chunked *chunk = context;
    const hs_call *c = chunk->call;
    size_t count = (size_t)c->n[0];
    for (size_t i = begin; i < end; i++) {
        size_t first = i * HS_REDUCE_CHUNK;
        size_t n = count - first < HS_REDUCE_CHUNK ? count - first : HS_REDUCE_CHUNK;
        chunk->partial[i] =
            hs_active_kernels()->loss_sum(c->kind, (const float *)c->p[0] + first,
                                          (const float *)c->p[1] + first, n, (float)c->f[0]);
    }
}

// LOSS: p0 = prediction, p1 = target, p2 = y[1]; n0 = count; f0 = Huber's delta, f1 = divisor.
void hs_do_loss(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    const hs_kernels *k = hs_active_kernels();
    size_t n = (size_t)c->n[0];
    float sum;
    if (n <= HS_REDUCE_CHUNK) {
        sum = k->loss_sum(c->kind, c->p[0], c->p[1], n, (float)c->f[0]);
    } else {
        size_t chunks = (n + HS_REDUCE_CHUNK - 1) / HS_REDUCE_CHUNK;
        chunked context = {c, hs_scratch(2, chunks * sizeof(float))};
        hs_parallel(chunks, 1, chunk_range, &context);
        k->reduce_rows(HS_SUM, context.partial, &sum, 1, chunks);
    }
    *(float *)c->p[2] = sum / (float)c->f[1];
}

// LOSS_BACKWARD: p0 = prediction, p1 = target, p2 = dy[1], p3 = dprediction; n and f as LOSS.
static void backward_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    float scale = *(const float *)c->p[2] / (float)c->f[1];
    hs_active_kernels()->loss_backward(c->kind, (const float *)c->p[0] + begin,
                                       (const float *)c->p[1] + begin, (float *)c->p[3] + begin,
                                       end - begin, scale, (float)c->f[0]);
}

void hs_do_loss_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], HS_GRAIN, backward_range, c);
}
