// What stream.c and peak.c share: threads that start together, a clock, medians.
#ifndef HARNESS_H
#define HARNESS_H

#ifdef __linux__
#define _GNU_SOURCE
#include <sched.h>
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 64, MAX_RUNS = 32 };

/// One thread's share of a measurement: `body` is called once a repetition.
typedef void (*harness_body)(void *context, int thread, int threads);

typedef struct {
    double median;
    double best;
    int runs;
} harness_result;

typedef struct {
    harness_body body;
    void *context;
    int threads;
    int runs;
    atomic_int arrived;
    double seconds[MAX_RUNS];
} harness_state;

typedef struct {
    harness_state *state;
    int index;
} harness_thread;

static double harness_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Waits until every thread has arrived `round` times (macOS has no pthread_barrier).
static void harness_meet(harness_state *state, int round) {
    atomic_fetch_add(&state->arrived, 1);
    while (atomic_load(&state->arrived) < round * state->threads) {
    }
}

/// Keeps a thread on one of the cores that the process may use.
static void harness_pin(int index) {
#ifdef __linux__
    cpu_set_t allowed, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && index-- == 0) {
            CPU_SET(cpu, &one);
            pthread_setaffinity_np(pthread_self(), sizeof one, &one);
            return;
        }
    }
#else
    (void)index;
#endif
}

static void *harness_main(void *argument) {
    const harness_thread *thread = argument;
    harness_state *state = thread->state;
    harness_pin(thread->index);
    int round = 0;
    for (int run = -2; run < state->runs; run++) {  // two to warm up
        harness_meet(state, ++round);
        double start = harness_now();
        state->body(state->context, thread->index, state->threads);
        harness_meet(state, ++round);
        if (thread->index == 0 && run >= 0) state->seconds[run] = harness_now() - start;
    }
    return NULL;
}

static int harness_compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Runs `body` on `threads` threads `runs` times; seconds from the common start to the last end.
static harness_result harness_measure(harness_body body, void *context, int threads, int runs) {
    static harness_state state;
    harness_thread arguments[MAX_THREADS];
    pthread_t handles[MAX_THREADS];
    state = (harness_state){.body = body, .context = context, .threads = threads, .runs = runs};
    for (int i = 0; i < threads; i++) {
        arguments[i] = (harness_thread){&state, i};
        if (pthread_create(&handles[i], NULL, harness_main, &arguments[i]) != 0) {
            fprintf(stderr, "cannot start thread %d\n", i);
            exit(1);
        }
    }
    for (int i = 0; i < threads; i++) pthread_join(handles[i], NULL);
    qsort(state.seconds, (size_t)runs, sizeof(double), harness_compare);
    return (harness_result){state.seconds[runs / 2], state.seconds[0], runs};
}

/// The largest number of threads to measure: the argument, or 2.
static int harness_threads(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 2;
    if (threads >= 1 && threads <= MAX_THREADS) return threads;
    fprintf(stderr, "usage: %s [threads, 1 to %d]\n", arguments[0], MAX_THREADS);
    exit(2);
}

#endif
