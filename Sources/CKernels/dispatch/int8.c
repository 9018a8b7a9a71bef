// LINEAR_INT8: p0 = x [rows, inputs], p1 = packed weights (hs_int8.h), p2 = y, p3 = bias or NULL, p4 =
// residual or NULL, p5 = gamma or NULL, p6 = beta or NULL; n0 = rows, n1 = outputs, n2 = inputs, n3 = outputs
// of the packed weights, n4 = the first of them to use, a multiple of HS_INT8_PANEL, n5 = parts of y; f0 =
// epsilon; kind = activation or -1. bias, gamma and beta are those of the outputs in use.
#include "int8.h"

#include "dispatch.h"

hs_int8_linear hs_int8_of(const hs_call *c) {
    const size_t depth = hs_int8_depth((size_t)c->n[2]), width = hs_int8_width((size_t)c->n[3]);
    const size_t first = (size_t)c->n[4];
    const int8_t *packed = c->p[1];
    const float *scales = (const float *)(packed + width * depth);
    return (hs_int8_linear){
        .rows = (size_t)c->n[0], .outputs = (size_t)c->n[1], .inputs = (size_t)c->n[2],
        .x = c->p[0], .weights = packed + first * depth, .scales = scales + first,
        .starts = (const int32_t *)(scales + width) + first, .bias = c->p[3],
        .activation = c->kind, .parts = (size_t)c->n[5], .residual = c->p[4], .gamma = c->p[5],
        .beta = c->p[6], .epsilon = (float)c->f[0], .y = c->p[2],
    };
}

hs_int8_kernel hs_int8_best(const hs_kernels *kernels) {
#if defined(__x86_64__)
    if (kernels == &hs_kernels_avx512 && hs_has_avx512_vnni()) return hs_int8_linear_avx512_vnni;
    if (kernels == &hs_kernels_avx2 && hs_has_avx_vnni()) return hs_int8_linear_avx2_vnni;
#endif
    return kernels->int8_linear;
}

void hs_do_linear_int8(const hs_call *c) {
    const hs_int8_linear call = hs_int8_of(c);
    hs_int8_best(hs_active_kernels())(&call);
}
