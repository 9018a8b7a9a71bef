// Many CartPoles: dynamics by the variant's kernel, then time limits, and new episodes where some ended.
#include <string.h>

#include "../include/hs_environments.h"
#include "../include/hs_random.h"
#include "../kernels.h"

// So many states stay in the first cache while they are moved, looked at and begun anew.
enum { BLOCK = 512 };

static void put(const hs_cartpoles *all, size_t i, int column, double value) {
    const size_t place = (size_t)column * all->count + i;
    if (all->is_double) {
        ((double *)all->state)[place] = value;
    } else {
        ((float *)all->state)[place] = (float)value;
    }
}

/// Draws a start, a function of seed, environment and episode alone.
static void begin(const hs_cartpoles *all, size_t i) {
    const uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), all->episodes[i]++, 0};
    const uint32_t key[2] = {(uint32_t)all->seed, (uint32_t)(all->seed >> 32)};
    uint32_t words[4];
    hs_philox4x32(counter, key, words);
    for (int column = 0; column < 4; ++column) {
        put(all, i, column, ((double)words[column] + 0.5) * 0x1p-32 * 0.1 - 0.05);
    }
    all->steps[i] = 0;
}

static void write_row(const hs_cartpoles *all, float *rows, size_t i) {
    for (size_t column = 0; column < 4; ++column) {
        const size_t place = column * all->count + i;
        rows[4 * i + column] = all->is_double ? (float)((const double *)all->state)[place]
                                              : ((const float *)all->state)[place];
    }
}

static void write_rows(const hs_cartpoles *all, float *rows, size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) write_row(all, rows, i);
}

void hs_cartpoles_reset(const hs_cartpoles *all) {
    for (size_t i = 0; i < all->count; ++i) begin(all, i);
    if (all->current) write_rows(all, all->current, 0, all->count);
}

/// Counts steps; whether any episode of the block ended.
static bool count_steps(const hs_cartpoles *all, size_t from, size_t to) {
    uint32_t *restrict steps = all->steps;
    uint8_t *restrict truncated = all->truncated;
    const uint8_t *restrict terminated = all->terminated;
    const uint32_t limit = all->limit ? all->limit : UINT32_MAX;
    uint8_t any = 0;
    for (size_t i = from; i < to; ++i) {
        steps[i] += 1;
        truncated[i] = steps[i] >= limit;
        any |= truncated[i] | terminated[i];
    }
    return any != 0;
}

static void begin_ended(const hs_cartpoles *all, size_t from, size_t to) {
    size_t i = from;
    while (i < to) {
        uint64_t ended, late;
        if (i + 8 <= to) {
            memcpy(&ended, all->terminated + i, 8);
            memcpy(&late, all->truncated + i, 8);
            if ((ended | late) == 0) {
                i += 8;
                continue;
            }
        }
        const size_t stop = i + 8 <= to ? i + 8 : to;
        for (; i < stop; ++i) {
            if (!(all->terminated[i] | all->truncated[i])) continue;
            begin(all, i);
            if (all->current) write_row(all, all->current, i);
        }
    }
}

void hs_cartpoles_step(const hs_cartpoles *all) {
    const hs_kernels *kernels = hs_active_kernels();
    for (size_t from = 0; from < all->count; from += BLOCK) {
        const size_t n = all->count - from < BLOCK ? all->count - from : BLOCK;
        if (all->is_double) {
            kernels->cartpole64((double *)all->state + from, all->count, all->actions + from,
                                all->terminated + from, n);
        } else {
            kernels->cartpole32((float *)all->state + from, all->count, all->actions + from,
                                all->terminated + from, n);
        }
        if (all->current) {
            write_rows(all, all->next, from, from + n);
            memcpy(all->current + 4 * from, all->next + 4 * from, 16 * n);
        }
        if (count_steps(all, from, from + n)) begin_ended(all, from, from + n);
    }
}
