// Traffic with memory: reading ahead, and writing past the caches. Neither changes a result.
#ifndef HS_STREAM_INC_H
#define HS_STREAM_INC_H

/// Starts to bring in a vector that will be read later; p may lie outside the array. For loops with
/// so much arithmetic that the processor does not see its next loads in time.
HS_INLINE void hs_fetch(const float *p) {
    __builtin_prefetch((const void *)(uintptr_t)p);
}

HS_INLINE void hs_fetch_to_write(const float *p) {
    __builtin_prefetch((const void *)(uintptr_t)p, 1);
}

// How many floats ahead: 8 KiB.
#define HS_AHEAD 2048

// Output that is larger than the caches will not be found there by whoever reads it, so it goes
// past them: reading lines only to overwrite them would cost a third of the traffic. A kernel sees
// one range; the dispatch says whether the whole is large.
#define HS_STREAM_RANGE ((size_t)1 << 10)

HS_INLINE bool hs_streams(const float *y, const float *x, size_t n) {
    return n >= HS_STREAM_RANGE && hs_output_is_large && y != x;
}

/// How many floats there are from p to the next address that is aligned for a vector.
HS_INLINE size_t hs_unaligned(const float *p) {
    return (size_t)(-((intptr_t)p / 4)) % HS_WIDTH;
}

/// Stores v at p, past the caches if `stream`, for which p must be aligned for a vector. In a loop
/// `stream` should be a constant: a choice at every store costs cheap functions a sixth of their
/// speed, and dropout a third.
HS_INLINE void vf_put(float *p, vf v, bool stream) {
    if (stream) {
        __builtin_nontemporal_store(v, (vf *)p);
    } else {
        vf_store(p, v);
    }
}

/// Orders streaming stores before whatever tells another thread that they are done.
HS_INLINE void hs_stream_end(bool stream) {
#if defined(__x86_64__)
    if (stream) _mm_sfence();
#else
    if (stream) __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

#endif
