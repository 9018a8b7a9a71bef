// Fewer columns than make a vector worth while: C's transpose, Bᵀ·Aᵀ, has long rows instead.
#ifndef HS_MATMUL_NARROW_INC_H
#define HS_MATMUL_NARROW_INC_H

#include "skinny.inc.h"

// Columns of C below which its transpose is computed; rows of C in one piece.
enum { HS_NARROW = 4, HS_NARROW_ROWS = 256 };

/// a * b + c, rounded as vf_fma.
HS_INLINE float chain(float a, float b, float c) {
#if defined(HS_AVX512) || defined(HS_AVX2) || defined(HS_NEON)
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

/// One element after another: for so few elements that nothing else pays.
static void multiply_few(const product *p) {
    const size_t a_step = p->a_by_rows ? 1 : p->lda, b_step = p->b_trans ? 1 : p->ldb;
    for (size_t i = 0; i < p->M; i++) {
        for (size_t j = 0; j < p->N; j++) {
            const float *a = a_at(p, i, 0), *b = p->B + (p->b_trans ? j * p->ldb : j);
            float sum = p->accumulate ? p->C[i * p->ldc + j] : 0;
            for (size_t k = 0; k < p->K; k++) sum = chain(a[k * a_step], b[k * b_step], sum);
            if (!p->separate && p->bias) sum += p->bias[j];
            if (p->activation == HS_RELU && 0 > sum) sum = 0;
            p->C[i * p->ldc + j] = sum;
        }
    }
    finish_block(p, 0, p->M, 0, p->N);
}

/// C[i, j] to or from y[j · HS_NARROW_ROWS + i].
static void load_narrow(const product *p, size_t i, size_t rows, float *y) {
    for (size_t j = 0; j < p->N; j++) {
        const float *c = p->C + i * p->ldc + j;
        for (size_t r = 0; r < rows; r++) y[j * HS_NARROW_ROWS + r] = c[r * p->ldc];
    }
}

static void store_narrow(const product *p, size_t i, size_t rows, const float *y) {
    const bool fused = !p->separate;
    for (size_t j = 0; j < p->N; j++) {
        float *c = p->C + i * p->ldc + j;
        const bool add = fused && p->bias, relu = fused && p->activation == HS_RELU;
        const float bias = add ? p->bias[j] : 0;
        for (size_t r = 0; r < rows; r++) {
            float x = y[j * HS_NARROW_ROWS + r];
            if (add) x += bias;
            c[r * p->ldc] = relu && 0 > x ? 0 : x;
        }
    }
    finish_block(p, i, rows, 0, p->N);
}

static void narrow_task(void *context, size_t begin, size_t end) {
    const product *p = context;
    float y[HS_NARROW * HS_NARROW_ROWS];
    for (size_t n = begin; n < end; n++) {
        const size_t i = n * HS_NARROW_ROWS, rows = least(HS_NARROW_ROWS, p->M - i);
        if (p->accumulate) load_narrow(p, i, rows, y);
        const product q = {.M = p->N,
                           .N = rows,
                           .K = p->K,
                           .A = p->B,
                           .lda = p->ldb,
                           .a_by_rows = p->b_trans,
                           .B = a_at(p, i, 0),
                           .ldb = p->lda,
                           .b_trans = p->a_by_rows,
                           .C = y,
                           .ldc = HS_NARROW_ROWS,
                           .activation = HS_ACT_NONE,
                           .accumulate = p->accumulate};
        multiply_skinny(&q, false);
        store_narrow(p, i, rows, y);
    }
}

static void multiply_narrow(const product *p, bool parallel) {
    const size_t count = pieces(p->M, HS_NARROW_ROWS);
    if (parallel) hs_parallel(count, 1, narrow_task, (void *)p);
    else narrow_task((void *)p, 0, count);
}

#endif
