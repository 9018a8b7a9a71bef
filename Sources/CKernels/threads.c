// The thread pool: one job at a time, its range claimed in pieces by the caller and the helpers.
// A caller that finds the pool busy, or that is itself inside a piece, does all of its work alone:
// results do not depend on who computes them, so a loaded machine slows down gently.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "include/hs_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "kernels.h"
#include "spinlock.h"

enum { MOST_THREADS = 256, CALLER_SPINS = 2000 };

// How long a helper looks out for the next job before it sleeps: longer than the gaps between the
// operations of a training step, which a wake-up would cost more than.
static const int64_t HELPER_NANOSECONDS = 50000;

// The fields up to `next` are written before `open` is published and read after it.
static struct {
    hs_task task;
    void *context;
    size_t count, grain;
    const hs_kernels *kernels;
    int32_t helpers;
    _Atomic size_t next;
    _Atomic uint64_t open;    // generation of the job that may be joined; 0 for none
    _Atomic int32_t active;   // helpers between joining and leaving
    _Atomic uint64_t latest;  // the newest generation, for helpers that wait
    _Atomic int32_t sleepers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
} job = {.mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static hs_spinlock busy;
static _Atomic int32_t helper_count;
static _Thread_local bool inside;
static _Thread_local int32_t thread_limit;

int32_t hs_core_count(void) {
    static _Atomic int32_t known;
    int32_t cores = atomic_load_explicit(&known, memory_order_relaxed);
    if (cores) return cores;
#if defined(__linux__)
    cpu_set_t set;
    cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
#endif
    if (cores < 1) cores = (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 1) cores = 1;
    if (cores > MOST_THREADS) cores = MOST_THREADS;
    atomic_store_explicit(&known, cores, memory_order_relaxed);
    return cores;
}

static int32_t clamp_limit(long limit) {
    return limit < 1 ? 1 : limit > MOST_THREADS ? MOST_THREADS : (int32_t)limit;
}

static int32_t default_limit(void) {
    static _Atomic int32_t known;
    int32_t limit = atomic_load_explicit(&known, memory_order_relaxed);
    if (limit) return limit;
    const char *asked = getenv("HINDSIGHT_THREADS");
    limit = asked && *asked ? clamp_limit(strtol(asked, NULL, 10)) : hs_core_count();
    atomic_store_explicit(&known, limit, memory_order_relaxed);
    return limit;
}

int32_t hs_thread_limit(void) { return thread_limit ? thread_limit : default_limit(); }

int32_t hs_set_thread_limit(int32_t limit) {
    int32_t before = hs_thread_limit();
    thread_limit = clamp_limit(limit);
    return before;
}

static void work(void) {
    size_t count = job.count, grain = job.grain;
    for (;;) {
        size_t begin = atomic_fetch_add_explicit(&job.next, grain, memory_order_relaxed);
        if (begin >= count) return;
        size_t end = begin + grain < count ? begin + grain : count;
        job.task(job.context, begin, end);
    }
}

static int64_t nanoseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint64_t wait_for_job(uint64_t seen) {
    for (int64_t end = nanoseconds_now() + HELPER_NANOSECONDS; nanoseconds_now() < end;) {
        for (int spin = 0; spin < 32; spin++) {
            uint64_t latest = atomic_load_explicit(&job.latest, memory_order_acquire);
            if (latest != seen) return latest;
            hs_pause();
        }
    }
    pthread_mutex_lock(&job.mutex);
    atomic_fetch_add(&job.sleepers, 1);
    uint64_t latest;
    while ((latest = atomic_load(&job.latest)) == seen) pthread_cond_wait(&job.wake, &job.mutex);
    atomic_fetch_sub(&job.sleepers, 1);
    pthread_mutex_unlock(&job.mutex);
    return latest;
}

static void *helper_main(void *argument) {
    int32_t index = (int32_t)(intptr_t)argument;
    inside = true;
    uint64_t seen = 0;
    for (;;) {
        seen = wait_for_job(seen);
        atomic_fetch_add(&job.active, 1);
        if (atomic_load(&job.open) == seen && index < job.helpers) {
            hs_set_thread_kernels(job.kernels);
            work();
        }
        atomic_fetch_sub_explicit(&job.active, 1, memory_order_release);
    }
    return NULL;
}

// Called with `busy` held.
static void start_helpers(int32_t wanted) {
    for (int32_t have = atomic_load(&helper_count); have < wanted; have++) {
        pthread_t thread;
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        int failed = pthread_create(&thread, &attributes, helper_main, (void *)(intptr_t)have);
        pthread_attr_destroy(&attributes);
        if (failed) return;
        atomic_store(&helper_count, have + 1);
    }
}

static void publish(hs_task task, void *context, size_t count, size_t grain, int32_t helpers) {
    job.task = task;
    job.context = context;
    job.count = count;
    job.grain = grain;
    job.kernels = hs_thread_kernels();
    job.helpers = helpers;
    atomic_store_explicit(&job.next, 0, memory_order_relaxed);
    uint64_t generation = atomic_load_explicit(&job.latest, memory_order_relaxed) + 1;
    atomic_store(&job.open, generation);
    atomic_store(&job.latest, generation);
    if (atomic_load(&job.sleepers) > 0) {
        pthread_mutex_lock(&job.mutex);
        pthread_cond_broadcast(&job.wake);
        pthread_mutex_unlock(&job.mutex);
    }
}

static void close_job(void) {
    atomic_store(&job.open, 0);
    for (int spin = 0; atomic_load(&job.active) != 0; spin++) {
        if (spin < CALLER_SPINS)
            hs_pause();
        else
            sched_yield();
    }
}

void hs_parallel(size_t count, size_t grain, hs_task task, void *context) {
    if (count == 0) return;
    if (grain == 0) grain = 1;
    int32_t threads = hs_thread_limit();
    if (threads == 1 || inside || count <= grain ||
        atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) {
        task(context, 0, count);
        return;
    }
    start_helpers(threads - 1);
    inside = true;
    publish(task, context, count, grain, threads - 1);
    work();
    close_job();
    inside = false;
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

// ---- scratch ------------------------------------------------------------------------------

enum { SCRATCH_SLOTS = 4 };

typedef struct scratch {
    void *block[SCRATCH_SLOTS];
    size_t bytes[SCRATCH_SLOTS];
} scratch;

static _Thread_local scratch *own_scratch;
static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void free_scratch(void *pointer) {
    scratch *s = pointer;
    for (int i = 0; i < SCRATCH_SLOTS; i++) free(s->block[i]);
    free(s);
}

static void make_scratch_key(void) { pthread_key_create(&scratch_key, free_scratch); }

static void out_of_scratch(void) {
    static const char message[] = "hindsight: the system has no memory left for kernel scratch\n";
    if (write(2, message, sizeof message - 1) < 0) abort();
    abort();
}

void *hs_scratch(int32_t slot, size_t bytes) {
    scratch *s = own_scratch;
    if (!s) {
        pthread_once(&scratch_once, make_scratch_key);
        s = calloc(1, sizeof *s);
        if (!s) out_of_scratch();
        pthread_setspecific(scratch_key, s);
        own_scratch = s;
    }
    if (s->bytes[slot] < bytes) {
        free(s->block[slot]);
        size_t rounded = (bytes + bytes / 2 + 4095) & ~(size_t)4095;
        if (posix_memalign(&s->block[slot], 4096, rounded)) out_of_scratch();
        s->bytes[slot] = rounded;
    }
    return s->block[slot];
}
