// The thread pool. Kernels split their work into ranges that do not depend on the number of
// threads, so results are the same bits with any number of them.
#ifndef HS_THREADS_H
#define HS_THREADS_H

#include <stddef.h>
#include <stdint.h>

/// A piece of work over the half-open range `begin ..< end`.
typedef void (*hs_task)(void *context, size_t begin, size_t end);

/// Carries out `task` over 0 ..< count in pieces of `grain` (the last may be shorter), claimed one
/// after another by the calling thread and whichever helpers are free. Serial if the pool is
/// busy with another caller's work, if this thread's limit is 1 or if there is but one piece.
void hs_parallel(size_t count, size_t grain, hs_task task, void *context);

/// How many threads calls made by this thread may use. Starts as the number of usable cores,
/// or the environment variable HINDSIGHT_THREADS.
int32_t hs_thread_limit(void);

/// Sets the limit for calls made by this thread (1 ... 256) and returns the one before.
int32_t hs_set_thread_limit(int32_t limit);

/// Cores this process may run on.
int32_t hs_core_count(void);

/// Scratch memory of this thread, 64-byte aligned, valid until this thread's next call of the same
/// `slot` (0 ... 3). Grows, never shrinks.
void *hs_scratch(int32_t slot, size_t bytes);

#endif
