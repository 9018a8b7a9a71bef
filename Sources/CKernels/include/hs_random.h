// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as
// easy as 1, 2, 3"). Element i of a stream is a function of (key, counter, i) alone.
#ifndef HS_RANDOM_H
#define HS_RANDOM_H

#include <stdint.h>

/// One block: 128 random bits for a 128-bit counter and a 64-bit key.
void hs_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]);

/// The same for values that Swift sees as tuples.
static inline void hs_philox4x32_values(const void *counter, const void *key, void *output) {
    hs_philox4x32((const uint32_t *)counter, (const uint32_t *)key, (uint32_t *)output);
}

#endif
