// Which probabilities dropout keeps: 16 bits an element from Philox4x32-10, drawn anew on the way
// back.
//
// The counter of a block of eight elements is {the generator's counter (64 bits), key position / 8,
// 1 + row · heads + head}: an element's bits do not depend on where its sequence begins, on its
// length or on the batch. The last word is never zero, so these are no blocks of other operations.
#ifndef HS_ATTENTION_DROPOUT_INC_H
#define HS_ATTENTION_DROPOUT_INC_H

#include "work.inc.h"

HS_INLINE hs_counters first_counters(uint64_t counter, uint32_t key_block, uint32_t row) {
    static const uint64_t lanes[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    vw c2;
    memcpy(&c2, lanes, sizeof c2);
    return (hs_counters){vw_set(counter), vw_set(counter >> 32), c2 + key_block, vw_set(row)};
}

/// The random halves of a block's elements, in their order.
static void draw_halves(const attention_work *w, const attention_block *b) {
    const hs_attention *a = w->a;
    const hs_philox_keys keys = hs_philox_schedule(a->key);
    for (size_t i = 0; i < b->rows; i += HS_CHAINS) {
        for (size_t j = 0; j < b->keys; j += HS_KEEP_STEP) {
            hs_counters c[HS_CHAINS];
            HS_UNROLL
            for (size_t n = 0; n < HS_CHAINS; n++) {
                const size_t row = w->part.begin + b->first + i + n;
                c[n] = first_counters(a->counter, (uint32_t)(j / 8),
                                      (uint32_t)(1 + row * a->heads + b->head));
            }
            const hs_words words = hs_philox_words(&keys, c);
            HS_UNROLL
            for (size_t n = 0; n < HS_CHAINS; n++) {
                uint16_t *to = w->halves + (i + n) * w->keep_ld + j;
                if (i + n < b->rows) memcpy(to, &words.at[2 * n], 2 * sizeof(vu));
            }
        }
    }
}

/// For HS_WIDTH elements: `keep` where the half is at least the threshold, else 0.
HS_INLINE vf keep_factor(const uint16_t *halves, vi threshold, vf keep) {
    vh h;
    memcpy(&h, halves, sizeof h);
    return vf_select(__builtin_convertvector(h, vi) >= threshold, keep, vf_set(0.0f));
}

#endif
