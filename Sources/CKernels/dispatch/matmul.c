// MATMUL: p0 = A, p1 = B, p2 = C, p3 = bias or NULL. n0, n1, n2 = M, N, K; n3 = lda, n4 = ldb; n5 =
// batch; n6, n7 = strides of A and B from one of the batch to the next (0: shared); C is
// contiguous. flags: 1 = A transposed, 2 = B transposed, 4 = accumulate, HS_BFLOAT16_B,
// HS_PACKED_B. kind = activation or -1.
#include "../include/hs_packed.h"
#include "../reference/reference.h"
#include "dispatch.h"

static void batch_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    hs_epilogue epilogue = {c->p[3], c->kind, (c->flags & 4) != 0};
    size_t M = (size_t)c->n[0], N = (size_t)c->n[1], K = (size_t)c->n[2];
    for (size_t i = begin; i < end; i++)
        hs_active_kernels()->matmul(M, N, K, (const float *)c->p[0] + i * (size_t)c->n[6],
                                    (size_t)c->n[3], c->flags & 1,
                                    (const float *)c->p[1] + i * (size_t)c->n[7], (size_t)c->n[4],
                                    c->flags & 2, (float *)c->p[2] + i * M * N, N, &epilogue);
}

static void multiply_bfloat16(const hs_call *c) {
    hs_epilogue epilogue = {c->p[3], c->kind, (c->flags & 4) != 0};
    hs_active_kernels()->matmul_bfloat16((size_t)c->n[0], (size_t)c->n[1], (size_t)c->n[2], c->p[0],
                                         (size_t)c->n[3], c->flags & 1, c->p[1], (size_t)c->n[4],
                                         c->flags & 2, c->p[2], (size_t)c->n[1], &epilogue);
}

static void multiply_packed(const hs_call *c) {
    hs_epilogue epilogue = {c->p[3], c->kind, (c->flags & 4) != 0};
    hs_active_kernels()->matmul_packed((size_t)c->n[0], (size_t)c->n[1], (size_t)c->n[2], c->p[0],
                                       (size_t)c->n[3], c->p[1], c->p[2], (size_t)c->n[1],
                                       &epilogue);
}

enum {
    FEWEST_ROWS = 9,  // fewer take no longer with a B as it lies
    MOST_ROWS = 512,  // more make little of packing B each time
    SMALLEST_B = 1 << 14,
};

bool hs_packing_pays(const hs_call *c) {
    return c->op == HS_OP_MATMUL && c->dtype == HS_FLOAT32 && c->n[5] == 1 &&
           !(c->flags & (1 | HS_BFLOAT16_B)) && c->n[0] >= FEWEST_ROWS && c->n[0] <= MOST_ROWS &&
           c->n[1] * c->n[2] >= SMALLEST_B;
}

int64_t hs_packed_bytes(const hs_call *c) {
    return (int64_t)(hs_active_kernels()->packed_floats((size_t)c->n[1], (size_t)c->n[2]) *
                     sizeof(float));
}

void hs_pack(const hs_call *c, void *to) {
    hs_active_kernels()->pack((size_t)c->n[1], (size_t)c->n[2], c->p[1], (size_t)c->n[4],
                              c->flags & 2, to);
}

const void *hs_packed_layout(void) { return hs_active_kernels(); }

void hs_do_matmul(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    if (c->flags & HS_BFLOAT16_B) {
        multiply_bfloat16(c);
        return;
    }
    if (c->flags & HS_PACKED_B) {
        multiply_packed(c);
        return;
    }
    size_t batch = (size_t)c->n[5];
    double work = 2.0 * (double)c->n[0] * (double)c->n[1] * (double)c->n[2];
    size_t grain = work >= 1e6 ? 1 : (size_t)(1e6 / (work + 1)) + 1;
    if (batch == 1)
        batch_range((void *)c, 0, 1);
    else
        hs_split(batch, grain, batch_range, c);
}
