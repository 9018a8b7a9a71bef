// Times float32 matrix multiplication here and in other libraries, in turns of a few milliseconds
// so that a noisy machine disturbs all alike. Packing is part of every time. Prints one JSON object
// a line: shape (M×K×N), layout (N or T for A, then B), threads, peer, microseconds and GFLOP/s of
// the median turn, and GFLOP/s of the best. Arguments: [-t threads] [-r rounds] [-p peer,peer]
// [MxKxN[:layout] ...].
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peers.h"

static const peer *const peers[] = {&peer_hindsight,    &peer_mkl,     &peer_onednn,
                                    &peer_onednn_sgemm, &peer_libxsmm, &peer_torch};
enum { PEERS = sizeof peers / sizeof *peers, MOST_ROUNDS = 101, MOST_SAMPLES = 4096 };

static const char *const standard_shapes[] = {
    "32x64x64",        "256x256x256",   "1024x1024x1024", "2048x384x384",  "2048x384x1536",
    "1024x768x3072",   "384x2048x1536:TN", "768x1024x3072:TN", "1x576x1536", "1x768x3072",
    "4x768x3072",      "8x576x1536",    "8x768x3072",     "16x768x3072",   "32x576x1536",
    "32x768x3072",     "32x10x64",      "32x64x1",        "1x10x64",       "1x64x1",
    "64x32x10:TN",     "1x32x64:TN"};

static const char *only;  // names of the peers asked for, or NULL
static int rounds = 7, threads = 1;
static bool loaded[PEERS];

/// Time that passed; with one thread, time that it computed, so that other processes don't count.
static double seconds_now(void) {
    struct timespec t;
    clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, int n) {
    qsort(x, (size_t)n, sizeof *x, ascending);
    return n % 2 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

/// The median time of one call over a turn.
static double turn(const peer *peer, const product *p, double seconds) {
    static double samples[MOST_SAMPLES];
    const double flops = 2.0 * (double)p->M * (double)p->N * (double)p->K;
    const int calls = 1 + (int)(100e-6 / (flops / 1e11 + 1e-8));
    int n = 0;
    for (int i = 0; i < 3; i++) peer->run(p);
    const double end = seconds_now() + seconds;
    do {
        const double start = seconds_now();
        for (int i = 0; i < calls; i++) peer->run(p);
        samples[n++] = (seconds_now() - start) / calls;
    } while (n < MOST_SAMPLES && seconds_now() < end);
    return median(samples, n);
}

/// Until the threads of the last peer have stopped spinning.
static void rest(void) {
    const struct timespec pause = {0, 10000000};
    nanosleep(&pause, NULL);
}

static void report(const product *p, const char *name, double *turns) {
    const double seconds = median(turns, rounds);  // sorts them
    const double flops = 2.0 * (double)p->M * (double)p->N * (double)p->K;
    printf("{\"shape\": \"%zux%zux%zu\", \"layout\": \"%c%c\", \"threads\": %d, \"peer\": \"%s\", "
           "\"microseconds\": %.4g, \"gflops\": %.4g, \"best_gflops\": %.4g}\n",
           p->M, p->K, p->N, p->transA ? 'T' : 'N', p->transB ? 'T' : 'N', threads, name,
           seconds * 1e6, flops / seconds * 1e-9, flops / turns[0] * 1e-9);
    fflush(stdout);
}

static void compare(const product *p) {
    static double times[PEERS][MOST_ROUNDS];
    const double flops = 2.0 * (double)p->M * (double)p->N * (double)p->K;
    const double seconds = flops > 1e9 ? 0.05 : 0.02;
    bool able[PEERS];
    for (int i = 0; i < PEERS; i++) able[i] = loaded[i] && peers[i]->prepare(p, threads);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < PEERS; i++) {
            if (!able[i]) continue;
            peers[i]->prepare(p, threads);
            times[i][round] = peers[i]->time ? peers[i]->time(p, threads, seconds)
                                             : turn(peers[i], p, seconds);
            rest();
        }
    }
    for (int i = 0; i < PEERS; i++) {
        if (able[i]) report(p, peers[i]->name, times[i]);
    }
}

static float *operand(size_t count) {
    float *x = NULL;
    if (posix_memalign((void **)&x, 64, count * sizeof(float) + 64)) abort();
    for (size_t i = 0; i < count; i++) x[i] = (float)(i * 2654435761u % 1000) * 1e-3f - 0.5f;
    return x;
}

static void compare_shape(const char *text) {
    product p = {0};
    if (sscanf(text, "%zux%zux%zu", &p.M, &p.K, &p.N) != 3) {
        fprintf(stderr, "matmul_bench: '%s' is not a shape like 256x256x256:NT\n", text);
        exit(2);
    }
    const char *layout = strchr(text, ':');
    float *a = operand(p.M * p.K), *b = operand(p.K * p.N), *c = operand(p.M * p.N);
    p.A = a, p.B = b, p.C = c;
    for (int t = 0; t < 2; t++) {
        p.transA = layout && layout[1] == 'T';
        p.transB = layout ? layout[2] == 'T' : t;
        compare(&p);
        if (layout) break;
    }
    free(a), free(b), free(c);
}

static void load_peers(void) {
    for (int i = 0; i < PEERS; i++) {
        const char *at = only ? strstr(only, peers[i]->name) : NULL;
        const size_t length = strlen(peers[i]->name);
        if (only && (!at || (at[length] && at[length] != ','))) continue;
        loaded[i] = peers[i]->load();
        if (!loaded[i]) fprintf(stderr, "matmul_bench: %s is not here\n", peers[i]->name);
    }
}

int main(int argc, char **argv) {
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (argv[i][1] == 't') threads = atoi(argv[i + 1]);
        else if (argv[i][1] == 'r') rounds = atoi(argv[i + 1]);
        else if (argv[i][1] == 'p') only = argv[i + 1];
    }
    if (rounds < 1 || rounds > MOST_ROUNDS) rounds = 7;
    load_peers();
    if (i < argc) {
        for (; i < argc; i++) compare_shape(argv[i]);
        return 0;
    }
    for (size_t s = 0; s < sizeof standard_shapes / sizeof *standard_shapes; s++) {
        compare_shape(standard_shapes[s]);
    }
    return 0;
}
