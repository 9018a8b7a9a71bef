// The caching allocator under every tensor: size classes, huge pages, a limit, statistics.
#ifndef HS_MEMORY_H
#define HS_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/// What the allocator holds, in bytes unless named otherwise.
typedef struct hs_memory_statistics {
    int64_t in_use;           // handed out now (rounded up to size classes)
    int64_t peak;             // the most ever in use since the last reset
    int64_t cached;           // free, kept for the next request
    int64_t mapped;           // taken from the system
    int64_t system_requests;  // number of times the system was asked for memory
    int64_t allocations;      // number of requests served
} hs_memory_statistics;

/// `bytes` of memory aligned to 64 bytes (2 MiB and huge pages for large blocks), uninitialised.
/// NULL if the limit would be passed or the system has none left.
void *hs_memory_take(size_t bytes);

/// Gives back what `hs_memory_take(bytes)` returned. Any thread may give back.
void hs_memory_give(void *block, size_t bytes);

/// The most bytes that may be in use at once; INT64_MAX (the start value) means no limit.
void hs_memory_set_limit(int64_t bytes);
int64_t hs_memory_limit(void);

hs_memory_statistics hs_memory_read_statistics(void);
void hs_memory_reset_peak(void);

/// Returns cached large blocks to the system.
void hs_memory_trim(void);

#endif
