// The most float32 multiply-adds a second that the cores reach: independent chains in registers.
//
//     cc -O2 -pthread -o peak Benchmarks/stream/peak.c && ./peak [threads]
//
// Prints one JSON object a line for one thread and for `threads` (2 unless told): GFLOP/s, a
// multiply-add counted as two.
#include "harness.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { ROUNDS = 1 << 22 };

static volatile float sink;

/// A function that runs the chains that CHAINS lists ROUNDS times.
#define DEFINE_PEAK(NAME, TARGET, VECTOR, SET, FMA, ADD, FIRST, CHAINS)       \
    TARGET static void NAME(void *context, int thread, int threads) {         \
        (void)context, (void)threads;                                         \
        VECTOR scale = SET(0.999f), offset = SET(0.001f * (float)thread);     \
        VECTOR total = SET(0.0f);                                             \
        CHAINS(DECLARE_CHAIN, VECTOR, SET)                                    \
        for (int round = 0; round < ROUNDS; round++) {                        \
            CHAINS(STEP_CHAIN, FMA, )                                         \
        }                                                                     \
        CHAINS(TOTAL_CHAIN, ADD, )                                            \
        sink = FIRST(total);                                                  \
    }
#define DECLARE_CHAIN(N, VECTOR, SET) VECTOR chain##N = SET((float)N);
#define STEP_CHAIN(N, FMA, UNUSED) chain##N = FMA(chain##N, scale, offset);
#define TOTAL_CHAIN(N, ADD, UNUSED) total = ADD(total, chain##N);

#define CHAINS_12(X, A, B)                                                              \
    X(0, A, B) X(1, A, B) X(2, A, B) X(3, A, B) X(4, A, B) X(5, A, B)                   \
    X(6, A, B) X(7, A, B) X(8, A, B) X(9, A, B) X(10, A, B) X(11, A, B)
#define CHAINS_24(X, A, B)                                                              \
    CHAINS_12(X, A, B)                                                                  \
    X(12, A, B) X(13, A, B) X(14, A, B) X(15, A, B) X(16, A, B) X(17, A, B)             \
    X(18, A, B) X(19, A, B) X(20, A, B) X(21, A, B) X(22, A, B) X(23, A, B)

#if defined(__x86_64__)
// Without avx512vl clang moves zmm16 and above through the stack and loses two fifths.
DEFINE_PEAK(peak_avx512, __attribute__((target("avx512f,avx512vl"))), __m512, _mm512_set1_ps,
            _mm512_fmadd_ps, _mm512_add_ps, _mm512_cvtss_f32, CHAINS_24)
DEFINE_PEAK(peak_avx2, __attribute__((target("avx2,fma"))), __m256, _mm256_set1_ps,
            _mm256_fmadd_ps, _mm256_add_ps, _mm256_cvtss_f32, CHAINS_12)
#elif defined(__aarch64__)
#define NEON_FMA(X, SCALE, OFFSET) vfmaq_f32(OFFSET, X, SCALE)
#define NEON_FIRST(X) vgetq_lane_f32(X, 0)
DEFINE_PEAK(peak_neon, , float32x4_t, vdupq_n_f32, NEON_FMA, vaddq_f32, NEON_FIRST, CHAINS_24)
#endif

typedef struct {
    const char *name;
    harness_body body;
    int lanes;
    int chains;
} peak_variant;

static void report(peak_variant variant, int threads) {
    harness_result result = harness_measure(variant.body, NULL, threads, 9);
    double work = 2e-9 * ROUNDS * variant.chains * variant.lanes * threads;
    printf("{\"benchmark\":\"peak_fma\",\"variant\":\"%s\",\"threads\":%d,\"seconds\":%.9f,"
           "\"runs\":%d,\"gflops\":%.1f,\"best_gflops\":%.1f}\n",
           variant.name, threads, result.median, result.runs, work / result.median,
           work / result.best);
    fflush(stdout);
}

int main(int count, char **arguments) {
    int threads = harness_threads(count, arguments);
    peak_variant variants[2];
    int known = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        variants[known++] = (peak_variant){"avx512", peak_avx512, 16, 24};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        variants[known++] = (peak_variant){"avx2", peak_avx2, 8, 12};
#elif defined(__aarch64__)
    variants[known++] = (peak_variant){"neon", peak_neon, 4, 24};
#endif
    for (int index = 0; index < known; index++) {
        report(variants[index], 1);
        if (threads > 1) report(variants[index], threads);
    }
    return 0;
}
