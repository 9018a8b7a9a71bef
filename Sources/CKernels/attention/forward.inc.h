// softmax(scale · Q·Kᵀ)·V (Vaswani et al. 2017), one block of query rows at a time.
#ifndef HS_ATTENTION_FORWARD_INC_H
#define HS_ATTENTION_FORWARD_INC_H

#include "dropout.inc.h"

/// The greatest of n scores.
HS_INLINE float greatest_score(const float *x, size_t n) {
    const vf none = vf_set(-HS_INFINITY);
    vf a[4] = {none, none, none, none};
    size_t i = 0;
    for (; i + 4 * HS_WIDTH <= n; i += 4 * HS_WIDTH) {
        HS_UNROLL
        for (size_t k = 0; k < 4; k++) a[k] = vf_max_fast(vf_load(x + i + k * HS_WIDTH), a[k]);
    }
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) a[1] = vf_max_fast(vf_load(x + i), a[1]);
    if (i < n) a[1] = vf_max_fast(vf_keep(vf_load(x + i), n - i, -HS_INFINITY), a[1]);
    vf v = vf_max_fast(vf_max_fast(a[0], a[1]), vf_max_fast(a[2], a[3]));
    HS_HALVES(v, vf_max_fast)
    return v[0];
}

/// x = e^(x - peak) for n scores, zeros up to the end of the last vector; their sum.
HS_INLINE float raise_scores(float *x, size_t n, float peak) {
    const vf by = vf_set(peak);
    vf a[4] = {};
    size_t i = 0;
    for (; i + 4 * HS_WIDTH <= n; i += 4 * HS_WIDTH) {
        HS_UNROLL
        for (size_t k = 0; k < 4; k++) {
            const vf e = vf_exp(vf_load(x + i + k * HS_WIDTH) - by);
            vf_store(x + i + k * HS_WIDTH, e);
            a[k] += e;
        }
    }
    for (; i < n; i += HS_WIDTH) {
        const vf e = vf_keep(vf_exp(vf_load(x + i) - by), n - i, 0.0f);
        vf_store(x + i, e);
        a[1] += e;
    }
    return vf_sum((a[0] + a[1]) + (a[2] + a[3]));
}

/// Zeros from the vector after element n to element `end`.
HS_INLINE void clear_scores(float *x, size_t n, size_t end) {
    for (size_t i = rounded_up(n, HS_WIDTH); i < end; i += HS_WIDTH) vf_store(x + i, (vf){});
}

/// Exponentials of the block's scores; the greatest score and the sum of each row.
static void raise_block(const attention_work *w, const attention_block *b) {
    for (size_t i = 0; i < b->rows; i++) {
        float *x = w->scores + i * w->scores_ld;
        const size_t n = keys_seen(w, b, i);
        w->peaks[i] = greatest_score(x, n);
        w->sums[i] = raise_scores(x, n, w->peaks[i]);
        clear_scores(x, n, b->keys);
    }
}

static void drop_block(const attention_work *w, const attention_block *b) {
    const vi threshold = vi_set((int32_t)w->a->threshold);
    draw_halves(w, b);
    for (size_t i = 0; i < b->rows; i++) {
        float *x = w->scores + i * w->scores_ld;
        const uint16_t *halves = w->halves + i * w->keep_ld;
        for (size_t j = 0; j < b->keys; j += HS_WIDTH) {
            const vf keep = keep_factor(halves + j, threshold, vf_set(1.0f));
            vf_store(x + j, vf_load(x + j) * keep);
        }
    }
}

/// Turns the sums into the factors of the rows, and writes log-sum-exp.
static void finish_sums(const attention_work *w, const attention_block *b) {
    const hs_attention *a = w->a;
    const vf keep = vf_set(a->drops ? a->keep : 1.0f);
    for (size_t i = 0; i < b->rows; i += HS_WIDTH) {
        const vf sum = vf_load(w->sums + i);
        if (a->lse) {
            vf_store_n(a->lse + b->head * a->queries + w->part.query + b->first + i,
                       vf_load(w->peaks + i) + vf_log(sum), least(HS_WIDTH, b->rows - i));
        }
        vf_store(w->sums + i, keep / sum);
    }
}

static void write_result(const attention_work *w, const attention_block *b) {
    const size_t size = w->a->size, whole = size / HS_WIDTH * HS_WIDTH, tail = size - whole;
    float *y = w->a->y + query_place(w, b);
    for (size_t i = 0; i < b->rows; i++, y += w->a->heads * size) {
        const float *from = w->y + i * w->ld;
        const vf by = vf_set(w->sums[i]);
        for (size_t k = 0; k < whole; k += HS_WIDTH) vf_store(y + k, vf_load(from + k) * by);
        if (tail) vf_store_n(y + whole, vf_load(from + whole) * by, tail);
    }
}

static void attend_block(const attention_work *w, const attention_block *b) {
    const hs_attention *a = w->a;
    copy_head_rows(a->q + query_place(w, b), a->heads * a->size, b->rows, a->size, a->scale, w->q,
                   w->ld);
    multiply_panels_of_keys(w, b, w->q, w->k_panels, w->scores);
    raise_block(w, b);
    if (a->drops) drop_block(w, b);
    finish_sums(w, b);
    multiply_rows_of_keys(w, b, w->scores, w->v_rows, w->y, w->ld, rounded_up(a->size, HS_WIDTH));
    write_result(w, b);
}

static size_t lay_out_forward(attention_work *w, float *base) {
    size_t used = 0;
    w->k_panels = carve(base, &used, panel_floats(w));
    w->v_rows = carve(base, &used, w->keys * w->ld);
    w->q = carve(base, &used, w->rows * w->ld);
    w->y = carve(base, &used, w->rows * w->ld);
    w->scores = carve(base, &used, w->rows * w->scores_ld);
    w->sums = carve(base, &used, w->rows + HS_WIDTH);
    w->peaks = carve(base, &used, w->rows + HS_WIDTH);
    w->halves = (uint16_t *)carve(base, &used, w->a->drops ? w->rows * w->keep_ld / 2 : 0);
    return used * sizeof(float);
}

static void HS_NAME(attention)(const hs_attention *a, const hs_attention_part *part,
                               size_t kv_head) {
    attention_work w = attention_sizes(a, part, kv_head);
    lay_out_forward(&w, hs_scratch(0, lay_out_forward(&w, NULL)));
    pack_head_panels(&w, a->k, w.k_panels);
    copy_head_rows(kv_head_of(&w, a->v), a->kv_heads * a->size, w.keys, a->size, 1.0f, w.v_rows,
                   w.ld);
    each_block(&w, attend_block);
}

#endif
