// Bitwise check of every variant's matmul against one scalar chain an element, over odd shapes, all
// layouts, leading dimensions, epilogues and 1 and 3 threads. Operands are allocated to their exact
// size, so that AddressSanitizer sees any access outside them. Prints the first difference and
// returns non-zero if there is one. Arguments: names of the variants to check (default: all), and
// "quick" for fewer shapes.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../Sources/CKernels/kernels.h"

#pragma STDC FP_CONTRACT OFF

typedef struct problem {
    size_t M, N, K, lda, ldb, ldc;
    bool trans_a, trans_b;
    hs_epilogue epilogue;
} problem;

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/// Either sign, a wide range of exponents, now and then a zero of either sign.
static float random_float(void) {
    const uint64_t r = next_random();
    if (r % 61 == 0) return r & 1024 ? -0.0f : 0.0f;
    const float x = (float)((int64_t)(r >> 40) - (1 << 23)) * 0x1p-23f;
    return ldexpf(x, (int)(r % 7) - 3);
}

/// Exactly as many floats as rows of `columns` with stride `ld` reach over.
static float *random_matrix(size_t rows, size_t columns, size_t ld, size_t *count) {
    *count = rows && columns ? (rows - 1) * ld + columns : 0;
    float *x = malloc(*count * sizeof(float));
    for (size_t i = 0; i < *count; i++) x[i] = random_float();
    return x;
}

static void reference(const hs_kernels *kernels, const problem *p, const float *a, const float *b,
                      float *c) {
    const bool fused = strcmp(kernels->name, "portable") != 0;
    for (size_t i = 0; i < p->M; i++) {
        for (size_t j = 0; j < p->N; j++) {
            float sum = p->epilogue.accumulate ? c[i * p->ldc + j] : 0;
            for (size_t k = 0; k < p->K; k++) {
                const float x = a[p->trans_a ? k * p->lda + i : i * p->lda + k];
                const float y = b[p->trans_b ? j * p->ldb + k : k * p->ldb + j];
                sum = fused ? fmaf(x, y, sum) : x * y + sum;
            }
            if (p->epilogue.bias) sum += p->epilogue.bias[j];
            if (p->epilogue.activation == HS_RELU) sum = 0 > sum ? 0 : sum;
            c[i * p->ldc + j] = sum;
        }
        if (p->epilogue.activation != HS_ACT_NONE && p->epilogue.activation != HS_RELU) {
            kernels->bias_activation(c + i * p->ldc, 1, p->N, p->N, NULL, p->epilogue.activation);
        }
    }
}

static bool differs(const hs_kernels *kernels, const problem *p, const float *want,
                    const float *got, size_t count) {
    for (size_t n = 0; n < count; n++) {
        if (memcmp(want + n, got + n, sizeof(float)) == 0) continue;
        printf("%s: M %zu N %zu K %zu lda %zu ldb %zu ldc %zu %c%c bias %d act %d accumulate %d "
               "threads %d: C[%zu, %zu] is %a, should be %a\n",
               kernels->name, p->M, p->N, p->K, p->lda, p->ldb, p->ldc, p->trans_a ? 'T' : 'N',
               p->trans_b ? 'T' : 'N', p->epilogue.bias != NULL, p->epilogue.activation,
               p->epilogue.accumulate, hs_thread_limit(), n / p->ldc, n % p->ldc, got[n], want[n]);
        return true;
    }
    return false;
}

/// The upper halves of the numbers, which are all that is left of them afterwards.
static uint16_t *halve(float *b, size_t count) {
    uint16_t *half = malloc(count * sizeof *half);
    for (size_t i = 0; i < count; i++) {
        uint32_t u;
        memcpy(&u, b + i, sizeof u);
        half[i] = (uint16_t)(u >> 16);
        u &= 0xffff0000u;
        memcpy(b + i, &u, sizeof u);
    }
    return half;
}

/// The same with a packed copy of B.
static void multiply_packed(const hs_kernels *kernels, const problem *p, const float *a,
                            const float *b, float *c) {
    float *packed = malloc((kernels->packed_floats(p->N, p->K) + 1) * sizeof(float));
    kernels->pack(p->N, p->K, b, p->ldb, p->trans_b, packed);
    kernels->matmul_packed(p->M, p->N, p->K, a, p->lda, packed, c, p->ldc, &p->epilogue);
    free(packed);
}

static bool check(const hs_kernels *kernels, problem p, bool with_bias, bool bfloat16) {
    size_t a_count, b_count, c_count, bias_count;
    float *a = p.trans_a ? random_matrix(p.K, p.M, p.lda, &a_count)
                         : random_matrix(p.M, p.K, p.lda, &a_count);
    float *b = p.trans_b ? random_matrix(p.N, p.K, p.ldb, &b_count)
                         : random_matrix(p.K, p.N, p.ldb, &b_count);
    float *c = random_matrix(p.M, p.N, p.ldc, &c_count);
    float *bias = random_matrix(1, p.N, p.N, &bias_count);
    float *want = malloc(c_count * sizeof(float)), *got = malloc(c_count * sizeof(float));
    bool bad = false;
    uint16_t *half = bfloat16 ? halve(b, b_count) : NULL;
    if (with_bias) p.epilogue.bias = bias;
    if (c_count) memcpy(want, c, c_count * sizeof(float));
    reference(kernels, &p, a, b, want);
    for (int32_t threads = 1; threads <= 3 && !bad; threads += 2) {
        if (c_count) memcpy(got, c, c_count * sizeof(float));
        hs_set_thread_limit(threads);
        if (half)
            kernels->matmul_bfloat16(p.M, p.N, p.K, a, p.lda, p.trans_a, half, p.ldb, p.trans_b,
                                     got, p.ldc, &p.epilogue);
        else
            kernels->matmul(p.M, p.N, p.K, a, p.lda, p.trans_a, b, p.ldb, p.trans_b, got, p.ldc,
                            &p.epilogue);
        bad = differs(kernels, &p, want, got, c_count);
        if (bad || half || p.trans_a || p.K == 0) continue;
        if (c_count) memcpy(got, c, c_count * sizeof(float));
        multiply_packed(kernels, &p, a, b, got);
        bad = differs(kernels, &p, want, got, c_count);
    }
    free(half), free(a), free(b), free(c), free(bias), free(want), free(got);
    return bad;
}

/// One shape with every layout and, in turn, the epilogues and leading dimensions.
static bool check_shape(const hs_kernels *kernels, size_t M, size_t N, size_t K) {
    static const int32_t activations[] = {HS_ACT_NONE,  HS_RELU, HS_ACT_NONE, HS_GELU,
                                          HS_GELU_TANH, HS_TANH, HS_SIGMOID,  HS_SILU};
    for (int layout = 0; layout < 4; layout++) {
        for (int variation = 0; variation < 4; variation++) {
            const uint64_t r = next_random() >> 8;
            problem p = {.M = M, .N = N, .K = K, .trans_a = layout & 1, .trans_b = layout >> 1};
            p.lda = (p.trans_a ? M : K) + (variation & 1 ? r % 5 : 0);
            p.ldb = (p.trans_b ? K : N) + (variation & 1 ? (r >> 8) % 9 : 0);
            p.ldc = N + (variation & 1 ? (r >> 16) % 7 : 0);
            p.epilogue.accumulate = variation >> 1;
            p.epilogue.activation = activations[(r >> 24) % 8];
            if (check(kernels, p, (r >> 32) & 1, (r >> 33) % 4 == 0)) return true;
        }
    }
    return false;
}

static const size_t sizes[] = {0, 1, 2, 3, 5, 7, 15, 16, 17, 31, 33, 63, 65, 100};
static const size_t large[][3] = {
    {57, 129, 500},  {58, 33, 1000}, {200, 96, 385},   {129, 257, 769}, {70, 700, 390},
    {300, 300, 300}, {64, 64, 4000}, {1, 3000, 400},   {9, 1500, 777},  {32, 1536, 576},
    {1000, 1, 300},  {999, 3, 65},   {128, 1024, 512}, {333, 40, 1024}, {512, 512, 512},
    {20, 10, 20000}, {59, 2600, 800}};

static bool check_variant(const hs_kernels *kernels, bool quick) {
    const size_t count = sizeof sizes / sizeof *sizes, step = quick ? 3 : 1;
    for (size_t m = 0; m < count; m++) {
        for (size_t n = 0; n < count; n++) {
            for (size_t k = (m + n) % step; k < count; k += step) {
                if (check_shape(kernels, sizes[m], sizes[n], sizes[k])) return true;
            }
        }
    }
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        if (check_shape(kernels, large[i][0], large[i][1], large[i][2])) return true;
    }
    printf("matmul %s: every bit as in the scalar chain\n", kernels->name);
    return false;
}

static const hs_kernels *const variants[] = {
#if defined(__x86_64__)
    &hs_kernels_avx512, &hs_kernels_avx2,
#endif
#if defined(__aarch64__)
    &hs_kernels_neon,
#endif
    &hs_kernels_portable};

int main(int argc, char **argv) {
    bool failed = false, quick = false, named = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "quick") == 0) quick = true;
        else named = true;
    }
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        bool wanted = !named;
        for (int i = 1; i < argc; i++) wanted |= strcmp(argv[i], variants[v]->name) == 0;
#if defined(__x86_64__)
        if (v == 0 && !__builtin_cpu_supports("avx512f")) wanted = false;
        if (v == 1 && !__builtin_cpu_supports("fma")) wanted = false;
#endif
        if (wanted) failed |= check_variant(variants[v], quick);
    }
    return failed;
}
