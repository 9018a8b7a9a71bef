// Row-wise primitives: softmax, layer normalisation, cross-entropy.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

// SOFTMAX: p0 = x, p1 = y; n0 = rows, n1 = length; kind 0 = softmax, 1 = log-softmax.
static void softmax_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1];
    const float *x = (const float *)c->p[0] + begin * n;
    float *y = (float *)c->p[1] + begin * n;
    const hs_kernels *k = hs_active_kernels();
    (c->kind ? k->log_softmax : k->softmax)(x, y, end - begin, n);
}

void hs_do_softmax(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1]), softmax_range, c);
}

// SOFTMAX_BACKWARD: p0 = y, p1 = dy, p2 = dx; n0, n1, kind as SOFTMAX.
static void softmax_backward_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], at = begin * n;
    const hs_kernels *k = hs_active_kernels();
    (c->kind ? k->log_softmax_backward : k->softmax_backward)(
        (const float *)c->p[0] + at, (const float *)c->p[1] + at, (float *)c->p[2] + at,
        end - begin, n);
}

void hs_do_softmax_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1]), softmax_backward_range, c);
}

// LAYER_NORM: p0 = x, p1 = gamma or NULL, p2 = beta or NULL, p3 = y, p4 = mean, p5 = 1/deviation;
// n0 = rows, n1 = length; f0 = epsilon.
static void layer_norm_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], at = begin * n;
    hs_active_kernels()->layer_norm((const float *)c->p[0] + at, c->p[1], c->p[2],
                                    (float *)c->p[3] + at, (float *)c->p[4] + begin,
                                    (float *)c->p[5] + begin, end - begin, n, (float)c->f[0]);
}

void hs_do_layer_norm(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        // Three passes, with a division for every row.
        hs_split((size_t)c->n[0], hs_row_grain(4 * (size_t)c->n[1]), layer_norm_range, c);
}

// LAYER_NORM_BACKWARD: p0 = dy, p1 = x, p2 = mean, p3 = 1/deviation, p4 = gamma or NULL,
// p5 = dx or NULL, p6 = dgamma or NULL, p7 = dbeta or NULL; n0, n1 as LAYER_NORM.
static void layer_norm_dx_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], at = begin * n;
    hs_active_kernels()->layer_norm_backward(
        (const float *)c->p[0] + at, (const float *)c->p[1] + at, (const float *)c->p[2] + begin,
        (const float *)c->p[3] + begin, c->p[4], (float *)c->p[5] + at, end - begin, n);
}

static void layer_norm_parameters_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    hs_active_kernels()->layer_norm_backward_parameters(c->p[0], c->p[1], c->p[2], c->p[3], c->p[6],
                                                        c->p[7], (size_t)c->n[0],
                                                        (size_t)c->n[1], begin, end);
}

void hs_do_layer_norm_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    size_t rows = (size_t)c->n[0], n = (size_t)c->n[1];
    if (c->p[5]) hs_split(rows, hs_row_grain(n), layer_norm_dx_range, c);
    if (!c->p[6] && !c->p[7]) return;
    // Equal strips of at most 256 columns: narrower ones leave the rows' readings too short.
    size_t strips = rows * n <= HS_GRAIN ? 1 : (n + 255) / 256;
    size_t grain = strips > 1 ? ((n + strips - 1) / strips + 15) & ~(size_t)15 : n;
    hs_split(n, grain, layer_norm_parameters_range, c);
}

// CROSS_ENTROPY: p0 = logits, p1 = targets (int64), p2 = loss of each row, p3 = logsumexp of each
// row; n0 = rows, n1 = classes, n2 = the target to ignore; f0 = label smoothing.
// A target that is no class gives a loss (and a gradient) of NaN; memory outside is never read.
static bool valid_target(const hs_call *c, int64_t target) {
    return (target >= 0 && target < c->n[1]) || target == c->n[2];
}

static void cross_entropy_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1];
    const int64_t *targets = c->p[1];
    float *loss = c->p[2], *lse = c->p[3];
    for (size_t r = begin; r < end; r++) {
        if (valid_target(c, targets[r]))
            hs_active_kernels()->cross_entropy((const float *)c->p[0] + r * n, targets + r,
                                               loss + r, lse + r, 1, n, (float)c->f[0], c->n[2]);
        else
            loss[r] = lse[r] = NAN;
    }
}

void hs_do_cross_entropy(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1]), cross_entropy_range, c);
}

// CROSS_ENTROPY_BACKWARD: p0 = logits, p1 = targets, p2 = logsumexp, p3 = gradient of each row's
// loss, p4 = dlogits; n and f as CROSS_ENTROPY.
static void cross_entropy_backward_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1];
    const int64_t *targets = c->p[1];
    const hs_kernels *k = hs_active_kernels();
    for (size_t r = begin; r < end; r++) {
        float *dx = (float *)c->p[4] + r * n;
        if (valid_target(c, targets[r]))
            k->cross_entropy_backward((const float *)c->p[0] + r * n, targets + r,
                                      (const float *)c->p[2] + r, (const float *)c->p[3] + r, dx, 1,
                                      n, (float)c->f[0], c->n[2]);
        else
            k->fill(dx, n, NAN);
    }
}

void hs_do_cross_entropy_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1]), cross_entropy_backward_range, c);
}
