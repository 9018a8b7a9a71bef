// A pointer a thread, and the slow path of the small lock.
#include "include/hs_context.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "spinlock.h"

_Thread_local void *hs_thread_context;

static _Thread_local void (*destroy_context)(void *);
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void thread_ended(void *context) {
    hs_thread_context = NULL;
    if (destroy_context) destroy_context(context);
}

static void make_key(void) { pthread_key_create(&key, thread_ended); }

void hs_context_set(void *context, void (*destroy)(void *)) {
    pthread_once(&once, make_key);
    hs_thread_context = context;
    destroy_context = destroy;
    pthread_setspecific(key, context);
}

void hs_lock_slow(uint32_t *lock) {
    for (int tries = 0;; tries++) {
        uint32_t free = 0;
        if (__atomic_compare_exchange_n(lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return;
        if (tries < 100) {
            hs_pause();
        } else if (tries < 200) {
            sched_yield();
        } else {
            nanosleep(&(struct timespec){0, 50000}, NULL);
        }
    }
}

uint64_t hs_next_identifier(void) {
    static uint64_t next = 1;
    return __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
}
