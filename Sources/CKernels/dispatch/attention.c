// Attention over packed or padded sequences.
//
// ATTENTION: p0 = q, p1 = k, p2 = v, p3 = offsets or lengths of the sequences (int32), p4 = y, p5 =
// log-sum-exp [heads, queries] or NULL; n0 = rows, n1 = the generator's key, n2 = its counter, n3 =
// heads, n4 = heads of keys and values, n5 = size of a head, n6 = sequences, n7 = rows of a padded
// sequence; f0 = scale, f1 = dropout rate; flags: HS_CAUSAL, HS_PADDED, HS_FIRST_ROWS. Rows of no
// sequence become zeros. With HS_FIRST_ROWS p0 and p4 have a row for each sequence (zeros if it is
// empty), else one for each row.
//
// ATTENTION_BACKWARD: p0 ... p3 and p5 the same, p4 = dy, p6 = dq, p7 = dk, p8 = dv; n, f and flags
// the same.
#include <math.h>
#include <stdlib.h>

#include "../reference/reference.h"
#include "dispatch.h"
#include "spans.h"

enum {
    PART_ROWS = 280,        // of a sequence in one task of the forward pass
    TASK_FLOATS = 1 << 14,  // products of scores that are worth a task of their own
};

/// A part of a sequence, or (first = last) rows begin ..< end that belong to none.
typedef struct part {
    hs_attention_part of;
    double cost;
} part;

typedef struct attention {
    hs_attention a;
    part *parts;
    size_t count;
    double total, greatest;
    bool backward, first_rows;
} attention;

/// Zeros for the query of an empty sequence.
static void clear_query(const attention *t, size_t query) {
    size_t width = t->a.heads * t->a.size;
    memset((t->backward ? t->a.dq : t->a.y) + query * width, 0, width * sizeof(float));
}

static void add_part(attention *t, hs_attention_part of) {
    if (of.begin == of.end) return;
    double rows = (double)(of.last - of.first);
    double cost = rows * (double)(of.end - of.begin) + (double)(of.end - of.begin);
    t->parts[t->count++] = (part){of, cost};
    t->total += cost;
    t->greatest = cost > t->greatest ? cost : t->greatest;
}

/// Sequence number `index`, and rows from `last` on that belong to none before it.
static void add_sequence(attention *t, hs_span s, size_t last, size_t index) {
    const size_t begin = (size_t)s.begin, end = (size_t)s.end, length = end - begin;
    const size_t rows = t->first_rows && length > 1 ? 1 : length;
    const size_t step = t->backward ? rows : PART_ROWS, query = t->first_rows ? index : begin;
    add_part(t, (hs_attention_part){last, begin, 0, 0, 0});
    for (size_t first = 0; first < rows; first += step) {
        size_t stop = first + step < rows ? first + step : rows;
        add_part(t, (hs_attention_part){begin, end, first, stop, query});
    }
    if (t->first_rows && rows == 0) clear_query(t, index);
    // The first row sees none of these keys.
    if (rows < length && t->a.causal) add_part(t, (hs_attention_part){begin + 1, end, 0, 0, 0});
}

static int by_cost(const void *x, const void *y) {
    const part *a = x, *b = y;
    if (a->cost != b->cost) return a->cost > b->cost ? -1 : 1;
    return a->of.begin < b->of.begin ? -1 : a->of.begin > b->of.begin;
}

/// The parts, the costliest first, so that no thread is left with a long one at the end.
static void list_parts(const hs_call *c, attention *t) {
    size_t most = 3 * (size_t)c->n[6] + 1 + (size_t)c->n[0] / PART_ROWS;
    t->parts = hs_scratch(3, most * sizeof(part));
    int64_t last = 0;
    for (int64_t i = 0; i < c->n[6]; i++) {
        hs_span s = hs_span_at(c, i, last);
        add_sequence(t, s, (size_t)last, (size_t)i);
        last = s.end;
    }
    add_part(t, (hs_attention_part){(size_t)last, (size_t)c->n[0], 0, 0, 0});
    if (hs_thread_limit() > 1) qsort(t->parts, t->count, sizeof(part), by_cost);
}

/// Zeros in the part of the rows that belongs to one head of keys and values.
static void clear_rows(float *y, size_t heads, const attention *t, const part *p, size_t kv_head) {
    size_t width = heads / t->a.kv_heads * t->a.size;
    for (size_t r = p->of.begin; r < p->of.end; r++)
        memset(y + r * heads * t->a.size + kv_head * width, 0, width * sizeof(float));
}

static void clear_part(const attention *t, const part *p, size_t kv_head) {
    float *queries = t->backward ? t->a.dq : t->a.y;
    if (!t->first_rows) clear_rows(queries, t->a.heads, t, p, kv_head);
    if (!t->backward) return;
    clear_rows(t->a.dk, t->a.kv_heads, t, p, kv_head);
    clear_rows(t->a.dv, t->a.kv_heads, t, p, kv_head);
}

static void attention_range(void *context, size_t begin, size_t end) {
    const attention *t = context;
    const hs_kernels *k = hs_active_kernels();
    for (size_t i = begin; i < end; i++) {
        const part *p = &t->parts[i / t->a.kv_heads];
        size_t kv_head = i % t->a.kv_heads;
        if (p->of.first == p->of.last)
            clear_part(t, p, kv_head);
        else
            (t->backward ? k->attention_backward : k->attention)(&t->a, &p->of, kv_head);
    }
}

/// So many tasks at a time that a hand-over costs little and no piece is a large share of all.
static size_t grain(const attention *t) {
    double heads = (double)t->a.kv_heads, group = (double)t->a.heads / heads;
    double mean = t->total * group * (double)t->a.size / ((double)t->count + 1);
    double wanted = TASK_FLOATS * 4 / (mean + 1);
    double most = t->total * heads / (64 * (t->greatest + 1));
    double least = wanted < most ? wanted : most;
    return least < 1 ? 1 : (size_t)least;
}

static void set_dropout(const hs_call *c, hs_attention *a) {
    double threshold = rint(c->f[1] * 65536);
    a->drops = c->f[1] > 0;
    a->threshold = (uint32_t)threshold;
    a->keep = threshold < 65536 ? (float)(65536 / (65536 - threshold)) : 0;
    a->key = (uint64_t)c->n[1];
    a->counter = (uint64_t)c->n[2];
}

static void run(const hs_call *c, attention *t) {
    t->a.q = c->p[0], t->a.k = c->p[1], t->a.v = c->p[2], t->a.lse = c->p[5];
    t->first_rows = c->flags & HS_FIRST_ROWS;
    t->a.queries = (size_t)(t->first_rows ? c->n[6] : c->n[0]);
    t->a.heads = (size_t)c->n[3];
    t->a.kv_heads = (size_t)c->n[4];
    t->a.size = (size_t)c->n[5];
    t->a.scale = (float)c->f[0];
    t->a.causal = c->flags & HS_CAUSAL;
    set_dropout(c, &t->a);
    list_parts(c, t);
    hs_parallel(t->count * t->a.kv_heads, grain(t), attention_range, t);
}

void hs_do_attention(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    attention t = {.a = {.y = c->p[4]}};
    run(c, &t);
}

void hs_do_attention_backward(const hs_call *c) {
    if (c->dtype != HS_FLOAT32) {
        hs_reference_execute(c);
        return;
    }
    attention t = {.a = {.dy = c->p[4], .dq = c->p[6], .dk = c->p[7], .dv = c->p[8]},
                   .backward = true};
    run(c, &t);
}
