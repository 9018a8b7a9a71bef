// RMS normalisation and rotary position embedding.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

// RMS_NORM: p0 = x, p1 = gamma or NULL, p2 = y, p3 = 1/root of the mean square; n0 = rows,
// n1 = length; f0 = epsilon.
static void rms_norm_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], at = begin * n;
    hs_active_kernels()->rms_norm((const float *)c->p[0] + at, c->p[1], (float *)c->p[2] + at,
                                  (float *)c->p[3] + begin, end - begin, n, (float)c->f[0]);
}

void hs_do_rms_norm(const hs_call *c) {
    if (c->dtype != HS_FLOAT32)
        hs_reference_execute(c);
    else
        hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1]), rms_norm_range, c);
}

// RMS_NORM_BACKWARD: p0 = dy, p1 = x, p2 = 1/root, p3 = gamma or NULL, p4 = dx or NULL, p5 = dgamma
// or NULL; n0, n1 as RMS_NORM.
static void rms_norm_dx_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], at = begin * n;
    hs_active_kernels()->rms_norm_backward(
        (const float *)c->p[0] + at, (const float *)c->p[1] + at, (const float *)c->p[2] + begin,
        c->p[3], (float *)c->p[4] + at, end - begin, n);
}

typedef struct parameters {
    const hs_call *c;
    const float *means;  // zeros
} parameters;

static void rms_norm_parameters_range(void *context, size_t begin, size_t end) {
    const parameters *p = context;
    const hs_call *c = p->c;
    hs_active_kernels()->layer_norm_backward_parameters(c->p[0], c->p[1], p->means, c->p[2],
                                                        c->p[5], NULL, (size_t)c->n[0],
                                                        (size_t)c->n[1], begin, end);
}

void hs_do_rms_norm_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    size_t rows = (size_t)c->n[0], n = (size_t)c->n[1];
    if (c->p[4]) hs_split(rows, hs_row_grain(n), rms_norm_dx_range, c);
    if (!c->p[5]) return;
    parameters p = {c, hs_scratch(2, rows * sizeof(float) + 1)};
    memset((float *)p.means, 0, rows * sizeof(float));
    hs_parallel(n, rows * n <= HS_GRAIN ? n : 64, rms_norm_parameters_range, &p);
}

// ROTARY: p0 = x, p1 = positions (int32) of the rows, p2 = y; n0 = rows, n1 = heads, n2 = size of a
// head; f0 = base; kind 0 = pairs (i, i + size / 2), 1 = pairs (2 i, 2 i + 1); flags 1 = backwards,
// which is the gradient.
typedef struct rotary {
    const hs_call *c;
    double *turns;  // of each pair at position 1
} rotary;

static void rotary_range(void *context, size_t begin, size_t end) {
    const rotary *r = context;
    const hs_call *c = r->c;
    size_t heads = (size_t)c->n[1], size = (size_t)c->n[2], at = begin * heads * size;
    hs_active_kernels()->rotary((const float *)c->p[0] + at, (const int32_t *)c->p[1] + begin,
                                r->turns, (float *)c->p[2] + at, end - begin, heads, size,
                                c->kind == 1, c->flags & 1 ? -1.0f : 1.0f);
}

void hs_do_rotary(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    int64_t size = c->n[2];
    rotary r = {c, hs_scratch(2, (size_t)size / 2 * sizeof(double) + 1)};
    for (int64_t i = 0; i < size / 2; i++)
        r.turns[i] = pow(c->f[0], -2.0 * (double)i / (double)size) / (2 * M_PI);
    hs_parallel((size_t)c->n[0], hs_row_grain((size_t)(c->n[1] * size)), rotary_range, &r);
}
