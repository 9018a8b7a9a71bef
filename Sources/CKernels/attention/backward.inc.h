// Gradients of attention: probabilities are computed again from the scores and their log-sum-exp.
//
// With P the probabilities and P' those that dropout left: dV = P'ᵀ·dY, dP' = dY·Vᵀ,
// dS = P ∘ (dP − D) with D the row sums of P ∘ dP, dQ = scale · dS·K, dK = scale · dSᵀ·Q.
#ifndef HS_ATTENTION_BACKWARD_INC_H
#define HS_ATTENTION_BACKWARD_INC_H

#include "dropout.inc.h"
#include "forward.inc.h"

/// x = e^(x - lse), s = s ∘ (what dropout did); the sum of x ∘ s.
HS_INLINE float raise_and_weigh(const attention_work *w, float *x, float *s,
                                const uint16_t *halves, size_t n, float lse, const bool drops) {
    const vf by = vf_set(lse), keep = vf_set(w->a->keep);
    const vi threshold = vi_set((int32_t)w->a->threshold);
    vf sums[4] = {};
    size_t i = 0;
    for (; i + 4 * HS_WIDTH <= n; i += 4 * HS_WIDTH) {
        HS_UNROLL
        for (size_t k = 0; k < 4; k++) {
            const size_t at = i + k * HS_WIDTH;
            const vf e = vf_exp(vf_load(x + at) - by);
            vf slope = vf_load(s + at);
            vf_store(x + at, e);
            if (drops) {
                slope *= keep_factor(halves + at, threshold, keep);
                vf_store(s + at, slope);
            }
            sums[k] = vf_fma(e, slope, sums[k]);
        }
    }
    for (; i < n; i += HS_WIDTH) {
        const vf e = vf_keep(vf_exp(vf_load(x + i) - by), n - i, 0.0f);
        vf slope = vf_keep(vf_load(s + i), n - i, 0.0f);
        if (drops) slope *= keep_factor(halves + i, threshold, keep);
        vf_store(x + i, e);
        vf_store(s + i, slope);
        sums[1] = vf_fma(e, slope, sums[1]);
    }
    return vf_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

/// s = x ∘ (s - mean), x = x ∘ (what dropout did).
HS_INLINE void slope_scores(const attention_work *w, float *x, float *s, const uint16_t *halves,
                            size_t n, float mean, const bool drops) {
    const vf by = vf_set(mean), keep = vf_set(w->a->keep);
    const vi threshold = vi_set((int32_t)w->a->threshold);
    for (size_t i = 0; i < n; i += HS_WIDTH) {
        const vf e = vf_load(x + i);
        vf_store(s + i, e * (vf_load(s + i) - by));
        if (drops) vf_store(x + i, e * keep_factor(halves + i, threshold, keep));
    }
}

/// The block's probabilities in the place of its scores, and the slopes of its scores in the place
/// of those of its probabilities.
HS_INLINE void slope_rows(const attention_work *w, const attention_block *b, const bool drops) {
    const float *lse = w->a->lse + b->head * w->a->queries + w->part.query + b->first;
    for (size_t i = 0; i < b->rows; i++) {
        float *x = w->scores + i * w->scores_ld, *s = w->slopes + i * w->scores_ld;
        const uint16_t *halves = drops ? w->halves + i * w->keep_ld : NULL;
        const size_t n = keys_seen(w, b, i);
        const float mean = raise_and_weigh(w, x, s, halves, n, lse[i], drops);
        slope_scores(w, x, s, halves, n, mean, drops);
        clear_scores(x, n, b->keys);
        clear_scores(s, n, b->keys);
    }
}

static void slope_block(const attention_work *w, const attention_block *b) {
    if (w->a->drops) {
        draw_halves(w, b);
        slope_rows(w, b, true);
    } else {
        slope_rows(w, b, false);
    }
}

/// y += xᵀ · rows, where x are scores of the block and `rows` its queries or gradients: a sum for
/// every key it sees, over ascending rows.
static void add_transposed(const attention_work *w, const attention_block *b, const float *x,
                           const float *rows, float *y) {
    const size_t tiles = pieces(b->keys, HS_TILE_ROWS), columns = rounded_up(w->a->size, HS_WIDTH);
    for (size_t t = 0; t < tiles; t++) {
        const size_t top = row_tile(b->keys, t), bottom = row_tile(b->keys, t + 1);
        // The rows before see none of these keys.
        const size_t start = w->a->causal && top > b->first ? top - b->first : 0;
        tile_product(bottom - top, columns, b->rows - start, false,
                     x + start * w->scores_ld + top, w->scores_ld, rows + start * w->ld, w->ld,
                     y + top * w->ld, w->ld, true);
    }
}

static void attend_block_backward(const attention_work *w, const attention_block *b) {
    const hs_attention *a = w->a;
    const size_t place = query_place(w, b), step = a->heads * a->size;
    copy_head_rows(a->q + place, step, b->rows, a->size, a->scale, w->q, w->ld);
    copy_head_rows(a->dy + place, step, b->rows, a->size, 1.0f, w->dy, w->ld);
    multiply_panels_of_keys(w, b, w->q, w->k_panels, w->scores);
    multiply_panels_of_keys(w, b, w->dy, w->v_panels, w->slopes);
    slope_block(w, b);
    add_transposed(w, b, w->scores, w->dy, w->dv);
    add_transposed(w, b, w->slopes, w->q, w->dk);
    multiply_rows_of_keys(w, b, w->slopes, w->k_rows, a->dq + place, step, a->size);
}

static size_t lay_out_backward(attention_work *w, float *base) {
    size_t used = 0;
    w->k_panels = carve(base, &used, panel_floats(w));
    w->v_panels = carve(base, &used, panel_floats(w));
    w->k_rows = carve(base, &used, w->keys * w->ld);
    w->dk = carve(base, &used, w->keys * w->ld);
    w->dv = carve(base, &used, w->keys * w->ld);
    w->q = carve(base, &used, w->rows * w->ld);
    w->dy = carve(base, &used, w->rows * w->ld);
    w->scores = carve(base, &used, w->rows * w->scores_ld);
    w->slopes = carve(base, &used, w->rows * w->scores_ld);
    w->halves = (uint16_t *)carve(base, &used, w->a->drops ? w->rows * w->keep_ld / 2 : 0);
    return used * sizeof(float);
}

static void HS_NAME(attention_backward)(const hs_attention *a, const hs_attention_part *part,
                                        size_t kv_head) {
    attention_work w = attention_sizes(a, part, kv_head);
    const size_t step = a->kv_heads * a->size;
    lay_out_backward(&w, hs_scratch(0, lay_out_backward(&w, NULL)));
    pack_head_panels(&w, a->k, w.k_panels);
    pack_head_panels(&w, a->v, w.v_panels);
    copy_head_rows(kv_head_of(&w, a->k), step, w.keys, a->size, a->scale, w.k_rows, w.ld);
    memset(w.dk, 0, w.keys * w.ld * sizeof(float));
    memset(w.dv, 0, w.keys * w.ld * sizeof(float));
    each_block(&w, attend_block_backward);
    const size_t place = (part->begin * a->kv_heads + kv_head) * a->size;
    write_head_rows(w.dk, w.ld, w.keys, a->size, a->dk + place, step);
    write_head_rows(w.dv, w.ld, w.keys, a->size, a->dv + place, step);
}

#endif
