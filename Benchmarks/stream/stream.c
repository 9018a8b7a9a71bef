// Memory bandwidth: read, copy, and stores that bypass the caches.
//
//     cc -O2 -pthread -o stream Benchmarks/stream/stream.c && ./stream [threads]
//
// Prints one JSON object a line for one thread and for `threads` (2 unless told), for a working set
// of half the last-level cache and for 64 MiB to 1 GiB, in huge pages and once in ordinary ones.
// `bytes` is the working set of all arrays and threads; GB/s counts the bytes that the program
// reads and writes, not the lines that a plain store first fetches.
#include "harness.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

enum { HUGE_PAGE = 2 << 20, BLOCK = 512 };

typedef float portable __attribute__((vector_size(16)));

/// The loops: each handles `bytes`, a multiple of BLOCK, at addresses aligned to 64.
typedef struct {
    const char *name;
    float (*read)(const char *from, size_t bytes);
    void (*copy)(char *to, const char *from, size_t bytes);
    void (*store)(char *to, size_t bytes);
    void (*stream_copy)(char *to, const char *from, size_t bytes);
} loops;

/// Defines the four loops for a vector type; WIDTH floats, eight vectors a round.
#define DEFINE_LOOPS(NAME, TARGET, VECTOR, WIDTH, LOAD, STORE, STREAM, FENCE)              \
    TARGET static float NAME##_read(const char *from, size_t bytes) {                      \
        VECTOR a = LOAD(from) * 0, b = a, c = a, d = a;                                    \
        const char *end = from + bytes;                                                    \
        for (; from < end; from += 8 * 4 * WIDTH) {                                        \
            a += LOAD(from) + LOAD(from + 4 * WIDTH);                                      \
            b += LOAD(from + 8 * WIDTH) + LOAD(from + 12 * WIDTH);                         \
            c += LOAD(from + 16 * WIDTH) + LOAD(from + 20 * WIDTH);                        \
            d += LOAD(from + 24 * WIDTH) + LOAD(from + 28 * WIDTH);                        \
        }                                                                                  \
        a += b + c + d;                                                                    \
        return a[0];                                                                       \
    }                                                                                      \
    TARGET static void NAME##_copy(char *to, const char *from, size_t bytes) {             \
        for (size_t i = 0; i < bytes; i += 4 * 4 * WIDTH) {                                \
            VECTOR a = LOAD(from + i), b = LOAD(from + i + 4 * WIDTH);                     \
            VECTOR c = LOAD(from + i + 8 * WIDTH), d = LOAD(from + i + 12 * WIDTH);        \
            STORE(to + i, a), STORE(to + i + 4 * WIDTH, b);                                \
            STORE(to + i + 8 * WIDTH, c), STORE(to + i + 12 * WIDTH, d);                   \
        }                                                                                  \
    }                                                                                      \
    TARGET static void NAME##_store(char *to, size_t bytes) {                              \
        VECTOR a = {1};                                                                    \
        for (size_t i = 0; i < bytes; i += 4 * 4 * WIDTH) {                                \
            STREAM(to + i, a), STREAM(to + i + 4 * WIDTH, a);                              \
            STREAM(to + i + 8 * WIDTH, a), STREAM(to + i + 12 * WIDTH, a);                 \
        }                                                                                  \
        FENCE();                                                                           \
    }                                                                                      \
    TARGET static void NAME##_stream_copy(char *to, const char *from, size_t bytes) {      \
        for (size_t i = 0; i < bytes; i += 4 * 4 * WIDTH) {                                \
            VECTOR a = LOAD(from + i), b = LOAD(from + i + 4 * WIDTH);                     \
            VECTOR c = LOAD(from + i + 8 * WIDTH), d = LOAD(from + i + 12 * WIDTH);        \
            STREAM(to + i, a), STREAM(to + i + 4 * WIDTH, b);                              \
            STREAM(to + i + 8 * WIDTH, c), STREAM(to + i + 12 * WIDTH, d);                 \
        }                                                                                  \
        FENCE();                                                                           \
    }                                                                                      \
    static const loops NAME = {#NAME, NAME##_read, NAME##_copy, NAME##_store, NAME##_stream_copy};

#define PORTABLE_LOAD(P) (*(const portable *)(P))
#define PORTABLE_STORE(P, V) (*(portable *)(P) = (V))
#define NO_FENCE() ((void)0)
#if defined(__x86_64__)
#define SSE_STREAM(P, V) _mm_stream_ps((float *)(P), (__m128)(V))
#define AVX512_LOAD(P) _mm512_load_ps(P)
#define AVX512_STORE(P, V) _mm512_store_ps(P, V)
#define AVX512_STREAM(P, V) _mm512_stream_ps((void *)(P), V)
DEFINE_LOOPS(sse, , portable, 4, PORTABLE_LOAD, PORTABLE_STORE, SSE_STREAM, _mm_sfence)
DEFINE_LOOPS(avx512, __attribute__((target("avx512f,avx512vl"))), __m512, 16, AVX512_LOAD,
             AVX512_STORE, AVX512_STREAM, _mm_sfence)
#else
#if defined(__clang__)
#define VECTOR_STREAM(P, V) __builtin_nontemporal_store(V, (portable *)(P))
#else
#define VECTOR_STREAM(P, V) PORTABLE_STORE(P, V)
#endif
DEFINE_LOOPS(vector128, , portable, 4, PORTABLE_LOAD, PORTABLE_STORE, VECTOR_STREAM, NO_FENCE)
#endif

static const loops *best_loops(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    int wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
    return wide ? &avx512 : &sse;
#else
    return &vector128;
#endif
}

typedef enum { READ, COPY, STORE, STREAM_COPY, KINDS } kind;
static const char *const kind_names[KINDS] = {"read", "copy", "streaming_store", "streaming_copy"};

/// One measurement: every thread takes `share` bytes of each array, `passes` times.
typedef struct {
    const loops *loops;
    kind kind;
    char *first, *second;
    size_t share;
    int passes;
} measurement;

static volatile float sink;

static void run(void *context, int thread, int threads) {
    const measurement *m = context;
    char *first = m->first + m->share * (size_t)thread;
    char *second = m->second + m->share * (size_t)thread;
    (void)threads;
    for (int pass = 0; pass < m->passes; pass++) {
        switch (m->kind) {
        case READ: sink = m->loops->read(first, m->share); break;
        case COPY: m->loops->copy(second, first, m->share); break;
        case STORE: m->loops->store(first, m->share); break;
        default: m->loops->stream_copy(second, first, m->share); break;
        }
    }
}

/// Fresh memory aligned to a huge page; it is never given back.
static char *allocate(size_t bytes, int huge) {
    char *base = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    base += -(uintptr_t)base & (HUGE_PAGE - 1);
#ifdef MADV_HUGEPAGE
    madvise(base, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#else
    (void)huge;
#endif
    memset(base, 0, bytes);
    return base;
}

static void report(const loops *loops, kind kind, char *memory, size_t bytes, int threads,
                   const char *pages) {
    int arrays = kind == COPY || kind == STREAM_COPY ? 2 : 1;
    size_t share = bytes / (size_t)(arrays * threads) / BLOCK * BLOCK;
    measurement m = {loops, kind, memory, memory + share * (size_t)threads, share, 1};
    size_t target = (size_t)512 << 20;
    if (bytes < target) m.passes = (int)(target / bytes);
    harness_result result = harness_measure(run, &m, threads, 9);
    double moved = 1e-9 * (double)share * threads * arrays * m.passes;
    printf("{\"benchmark\":\"bandwidth\",\"variant\":\"%s\",\"loops\":\"%s\",\"pages\":\"%s\","
           "\"bytes\":%zu,\"threads\":%d,\"seconds\":%.9f,\"runs\":%d,"
           "\"gigabytes_per_second\":%.2f,\"best_gigabytes_per_second\":%.2f}\n",
           kind_names[kind], loops->name, pages, bytes, threads, result.median / m.passes,
           result.runs, moved / result.median, moved / result.best);
    fflush(stdout);
}

/// The cache that the cores share, 16 MiB where it is not known. (The C library's own answer
/// counts every cache of some processors together.)
static size_t last_level_cache(void) {
    size_t kibibytes = 16 << 10;
    FILE *file = fopen("/sys/devices/system/cpu/cpu0/cache/index3/size", "r");
    if (file != NULL) {
        if (fscanf(file, "%zuK", &kibibytes) != 1) kibibytes = 16 << 10;
        fclose(file);
    }
    return kibibytes << 10;
}

int main(int count, char **arguments) {
    int threads = harness_threads(count, arguments);
    const loops *loops = best_loops();
    const size_t largest = (size_t)1 << 30;
    size_t sizes[] = {last_level_cache() / 2, (size_t)64 << 20, (size_t)256 << 20, largest};
    char *huge = allocate(largest, 1);
    char *ordinary = allocate((size_t)256 << 20, 0);
    for (int used = 1; used <= threads; used += threads > 1 ? threads - 1 : 1) {
        for (int kind = 0; kind < KINDS; kind++) {
            for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
                if (sizes[index] <= largest) report(loops, kind, huge, sizes[index], used, "huge");
            }
            report(loops, kind, ordinary, sizes[2], used, "ordinary");
        }
    }
    return 0;
}
