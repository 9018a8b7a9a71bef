// C = act(A·B + bias): chooses the path by shape. Whatever it chooses, every element of C is one
// chain fma(a[k], b[k], acc) over ascending k, a function of its own row, column and bias only.
#ifndef HS_MATMUL_INC_H
#define HS_MATMUL_INC_H

#include "blocked.inc.h"
#include "narrow.inc.h"
#include "packed.inc.h"
#include "skinny.inc.h"

// Multiply-adds below which a hand-over to another thread costs more than it saves, and elements of
// C below which plain loops are fastest.
enum { HS_SERIAL_WORK = 1 << 20, HS_FEW = 4 };

/// No k: the chains end where they start.
static void multiply_nothing(const product *p) {
    for (size_t i = 0; i < p->M; i++) {
        float *c = p->C + i * p->ldc;
        if (!p->accumulate) memset(c, 0, p->N * sizeof(float));
        if (p->bias || p->activation != HS_ACT_NONE) {
            HS_NAME(bias_activation)(c, 1, p->N, p->ldc, p->bias, p->activation);
        }
    }
}

static void HS_NAME(matmul)(size_t M, size_t N, size_t K, const float *A, size_t lda, bool transA,
                            const float *B, size_t ldb, bool transB, float *C, size_t ldc,
                            const hs_epilogue *epilogue) {
    if (M == 0 || N == 0) return;
    product p = product_of(M, N, K, lda, transA, ldb, transB, ldc, epilogue);
    p.A = A, p.B = B, p.C = C;
    const bool parallel = M * N * K >= HS_SERIAL_WORK;
    if (K == 0) multiply_nothing(&p);
    else if (M * N <= HS_FEW) multiply_few(&p);
    else if (N <= HS_NARROW && M > N) multiply_narrow(&p, parallel);
    else if (!parallel || is_skinny(&p)) multiply_skinny(&p, parallel);
    else multiply_blocked(&p);
}

static void HS_NAME(matmul_bfloat16)(size_t M, size_t N, size_t K, const float *A, size_t lda,
                                     bool transA, const uint16_t *B, size_t ldb, bool transB,
                                     float *C, size_t ldc, const hs_epilogue *epilogue) {
    if (M == 0 || N == 0) return;
    product p = product_of(M, N, K, lda, transA, ldb, transB, ldc, epilogue);
    p.A = A, p.b_half = B, p.C = C;
    const bool parallel = M * N * K >= HS_SERIAL_WORK;
    if (K == 0) multiply_nothing(&p);
    else if (!parallel || is_skinny(&p)) multiply_skinny(&p, parallel);
    else multiply_blocked(&p);
}

#endif
