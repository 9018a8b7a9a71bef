// A lock for a handful of instructions; yields when the holder seems to be off its core.
#ifndef HS_SPINLOCK_H
#define HS_SPINLOCK_H

#include <sched.h>
#include <stdatomic.h>

typedef atomic_flag hs_spinlock;

static inline void hs_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static inline void hs_spinlock_lock(hs_spinlock *lock) {
    for (int tries = 0; atomic_flag_test_and_set_explicit(lock, memory_order_acquire); tries++) {
        if (tries < 64)
            hs_pause();
        else
            sched_yield();
    }
}

static inline void hs_spinlock_unlock(hs_spinlock *lock) {
    atomic_flag_clear_explicit(lock, memory_order_release);
}

#endif
