// What replay buffers and rollouts need: random slots, gathered rows, returns over several steps,
// generalised advantages. Slots are rows of a ring of time steps: slot = (time mod rows) * environments
// + environment.
#ifndef HS_REPLAY_H
#define HS_REPLAY_H

#include <stdint.h>

/// Numbers 0 ..< bound drawn evenly (Lemire's multiplication), two from each Philox block: blocks
/// (count + 1) / 2.
void hs_draw_below(uint64_t key, uint64_t counter, uint64_t bound, int64_t count, uint32_t *output);

/// target[i] = source[slots[i]] for rows of `width` numbers.
void hs_gather_rows(
    const float *source, int64_t width, const uint32_t *slots, int64_t count, float *target);

/// Bits of a transition's end.
enum { HS_TERMINATED = 1, HS_TRUNCATED = 2 };

/// A ring of transitions seen by time.
typedef struct {
    const float *rewards;       // [rows * environments]
    const uint8_t *ends;        // the same; HS_TERMINATED, HS_TRUNCATED
    int64_t rows, environments; // sizes of the ring
    int64_t time;               // time steps ever added; the newest is time - 1
} hs_ring;

/// Returns over up to `steps` steps from each slot, within the episode and what was added so far:
/// Σ discount^k reward, the discount that the value of what follows has (0 after a termination), and the
/// slot of the last step.
void hs_returns(
    const hs_ring *ring, const uint32_t *slots, int64_t count, int64_t steps, double discount,
    float *returns, float *discounts, uint32_t *last);

/// Generalised advantage estimation (Schulman et al. 2016), backwards in time.
///
/// All arrays are [steps, environments] but `last_values` [environments]; where `ends` is set nothing flows
/// back from the next step. Rewards of truncated steps must already hold the discounted value of what would
/// have followed. `returns` = advantages + values.
void hs_advantages(
    const float *rewards, const float *values, const uint8_t *ends, const float *last_values,
    int64_t steps, int64_t environments, double discount, double lambda, float *advantages,
    float *returns);

#endif
