// One pointer for each thread, and a small lock: what Swift has no cheap portable form of.
#ifndef HS_CONTEXT_H
#define HS_CONTEXT_H

#include <stdint.h>

/// This thread's pointer, NULL until set. The owner is told (through `destroy`) when the thread
/// ends.
extern _Thread_local void *hs_thread_context;

static inline void *hs_context_get(void) { return hs_thread_context; }

void hs_context_set(void *context, void (*destroy)(void *));

/// A lock of four bytes, zero when free. Contended waits spin, then yield, then sleep.
static inline void hs_lock(uint32_t *lock);
static inline void hs_unlock(uint32_t *lock);

void hs_lock_slow(uint32_t *lock);

static inline void hs_lock(uint32_t *lock) {
    uint32_t free = 0;
    if (!__atomic_compare_exchange_n(lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        hs_lock_slow(lock);
}

static inline void hs_unlock(uint32_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

/// An unused number, different at every call in this process; never 0.
uint64_t hs_next_identifier(void);

#endif
