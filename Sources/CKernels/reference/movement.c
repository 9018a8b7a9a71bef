// Scatter-add in double precision and over integers.
#include "reference.h"

static void add(int dtype, void *destination, int64_t at, const void *source, int64_t i) {
    switch (dtype) {
    case HS_FLOAT64: ((double *)destination)[at] += ((const double *)source)[i]; break;
    case HS_INT64: ((int64_t *)destination)[at] += ((const int64_t *)source)[i]; break;
    case HS_INT32: ((int32_t *)destination)[at] += ((const int32_t *)source)[i]; break;
    default: ((uint8_t *)destination)[at] += ((const uint8_t *)source)[i]; break;
    }
}

static void scatter_rows(const hs_call *c) {
    const int64_t *indices = c->p[1];
    for (int64_t i = 0; i < c->n[0]; i++) {
        if (indices[i] < 0 || indices[i] >= c->n[2]) continue;
        for (int64_t j = 0; j < c->n[1]; j++)
            add(c->dtype, c->p[2], indices[i] * c->n[1] + j, c->p[0], i * c->n[1] + j);
    }
}

static void scatter(const hs_call *c) {
    const int64_t *indices = c->p[1];
    int64_t axis = c->n[1], inner = c->n[2], k = c->n[3];
    for (int64_t i = 0; i < c->n[0] * k * inner; i++) {
        int64_t at = indices[i];
        if (at >= 0 && at < axis)
            add(c->dtype, c->p[2], (i / (k * inner) * axis + at) * inner + i % inner, c->p[0], i);
    }
}

void hs_reference_movement(const hs_call *c) {
    if (c->op == HS_OP_SCATTER_ADD_ROWS)
        scatter_rows(c);
    else
        scatter(c);
}
