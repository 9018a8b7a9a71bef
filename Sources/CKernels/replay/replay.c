// Rows, slots and returns for replay buffers and rollouts. All of it is bound by memory latency or is
// sequential in time, so plain C serves every processor.
#include "../include/hs_replay.h"

#include <string.h>

#include "../include/hs_random.h"

void hs_draw_below(uint64_t key, uint64_t counter, uint64_t bound, int64_t count, uint32_t *output) {
    uint32_t words[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    for (int64_t i = 0; i < count; i += 2, ++counter) {
        uint32_t input[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), 0, 0}, bits[4];
        hs_philox4x32(input, words, bits);
        for (int64_t j = 0; j < 2 && i + j < count; ++j) {
            uint64_t wide = bits[2 * j] | (uint64_t)bits[2 * j + 1] << 32;
            output[i + j] = (uint32_t)(((unsigned __int128)wide * bound) >> 64);
        }
    }
}

void hs_gather_rows(
    const float *source, int64_t width, const uint32_t *slots, int64_t count, float *target) {
    if (width == 1) {
        for (int64_t i = 0; i < count; ++i) target[i] = source[slots[i]];
        return;
    }
    for (int64_t i = 0; i < count; ++i) {
        if (i + 8 < count) __builtin_prefetch(source + (int64_t)slots[i + 8] * width);
        memcpy(target + i * width, source + (int64_t)slots[i] * width, sizeof(float) * (size_t)width);
    }
}

void hs_returns(
    const hs_ring *ring, const uint32_t *slots, int64_t count, int64_t steps, double discount,
    float *returns, float *discounts, uint32_t *last) {
    int64_t size = ring->rows * ring->environments;
    int64_t newest = (ring->time - 1) % ring->rows;
    for (int64_t i = 0; i < count; ++i) {
        int64_t slot = slots[i];
        double sum = 0, factor = 1;
        for (int64_t step = 1;; ++step) {
            sum += factor * ring->rewards[slot];
            factor *= discount;
            if (ring->ends[slot] || step == steps || slot / ring->environments == newest) break;
            slot += ring->environments;
            if (slot >= size) slot -= size;
        }
        returns[i] = (float)sum;
        discounts[i] = ring->ends[slot] & HS_TERMINATED ? 0 : (float)factor;
        last[i] = (uint32_t)slot;
    }
}

void hs_advantages(
    const float *rewards, const float *values, const uint8_t *ends, const float *last_values,
    int64_t steps, int64_t environments, double discount, double lambda, float *advantages,
    float *returns) {
    for (int64_t e = 0; e < environments; ++e) {
        double next_value = last_values[e], advantage = 0;
        for (int64_t t = steps - 1; t >= 0; --t) {
            int64_t i = t * environments + e;
            double flows = ends[i] ? 0 : 1;
            double delta = rewards[i] + discount * next_value * flows - values[i];
            advantage = delta + discount * lambda * flows * advantage;
            advantages[i] = (float)advantage;
            returns[i] = (float)(advantage + values[i]);
            next_value = values[i];
        }
    }
}
