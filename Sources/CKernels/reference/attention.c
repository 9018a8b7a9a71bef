// Attention in double precision: for every row its probabilities, then sums.
#include <math.h>
#include <string.h>

#include "../dispatch/spans.h"
#include "reference.h"

/// One query row of one head: rows begin ..< end of the tensors are the keys it sees.
typedef struct query {
    const hs_call *c;
    int64_t row, place, head, begin, end;  // place: of the row among the queries
    double *p;     // probabilities of the keys, from begin on
    double *kept;  // what dropout multiplies them by
} query;

static int64_t kv_place(const query *q, int64_t row) {
    const int64_t *n = q->c->n;
    return (row * n[4] + q->head / (n[3] / n[4])) * n[5];
}

static int64_t query_count(const hs_call *c) {
    return c->flags & HS_FIRST_ROWS ? c->n[6] : c->n[0];
}

static int64_t query_place(const query *q) {
    return (q->place * q->c->n[3] + q->head) * q->c->n[5];
}

static double dot(const double *a, const double *b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

static double kept(const query *q, int64_t position) {
    const hs_call *c = q->c;
    double threshold = rint(c->f[1] * 65536);
    if (threshold == 0) return 1;
    if (threshold > 65535) return 0;
    uint64_t count = (uint64_t)c->n[2], key = (uint64_t)c->n[1];
    uint32_t counter[4] = {(uint32_t)count, (uint32_t)(count >> 32), (uint32_t)(position / 8),
                           (uint32_t)(1 + q->row * c->n[3] + q->head)};
    uint32_t words[2] = {(uint32_t)key, (uint32_t)(key >> 32)}, output[4];
    hs_philox4x32(counter, words, output);
    uint32_t word = output[position % 8 / 2];
    uint32_t half = position % 2 ? word >> 16 : word & 0xffff;
    return half >= threshold ? 65536 / (65536 - threshold) : 0;
}

/// Fills in p and kept; returns log-sum-exp.
static double probabilities(const query *q) {
    const double *x = (const double *)q->c->p[0] + query_place(q), *k = q->c->p[1];
    int64_t count = q->end - q->begin;
    double peak = -INFINITY, sum = 0;
    for (int64_t j = 0; j < count; j++) {
        q->p[j] = q->c->f[0] * dot(x, k + kv_place(q, q->begin + j), q->c->n[5]);
        peak = q->p[j] > peak || q->p[j] != q->p[j] ? q->p[j] : peak;
    }
    for (int64_t j = 0; j < count; j++) sum += q->p[j] = exp(q->p[j] - peak);
    for (int64_t j = 0; j < count; j++) {
        q->p[j] /= sum;
        q->kept[j] = kept(q, j);
    }
    return peak + log(sum);
}

static void attend(const query *q) {
    const hs_call *c = q->c;
    double *y = (double *)c->p[4] + query_place(q), lse = probabilities(q);
    if (c->p[5]) ((double *)c->p[5])[q->head * query_count(c) + q->place] = lse;
    for (int64_t j = q->begin; j < q->end; j++) {
        const double *v = (const double *)c->p[2] + kv_place(q, j);
        double weight = q->p[j - q->begin] * q->kept[j - q->begin];
        for (int64_t i = 0; i < c->n[5]; i++) y[i] += weight * v[i];
    }
}

static void attend_backward(const query *q) {
    const hs_call *c = q->c;
    int64_t size = c->n[5], place = query_place(q);
    const double *x = (const double *)c->p[0] + place, *k = c->p[1], *v = c->p[2];
    const double *dy = (const double *)c->p[4] + place;
    double *dq = (double *)c->p[6] + place, *dk = c->p[7], *dv = c->p[8], mean = 0;
    probabilities(q);
    for (int64_t j = q->begin; j < q->end; j++) {
        double slope = dot(dy, v + kv_place(q, j), size) * q->kept[j - q->begin];
        mean += q->p[j - q->begin] * slope;
    }
    for (int64_t j = q->begin; j < q->end; j++) {
        int64_t at = kv_place(q, j);
        double p = q->p[j - q->begin], keep = q->kept[j - q->begin];
        double slope = c->f[0] * p * (dot(dy, v + at, size) * keep - mean);
        for (int64_t i = 0; i < size; i++) {
            dq[i] += slope * k[at + i];
            dk[at + i] += slope * x[i];
            dv[at + i] += p * keep * dy[i];
        }
    }
}

static void clear(void *y, int64_t count) { memset(y, 0, (size_t)count * sizeof(double)); }

void hs_reference_attention(const hs_call *c) {
    bool backward = c->op == HS_OP_ATTENTION_BACKWARD;
    bool firsts = c->flags & HS_FIRST_ROWS;
    int64_t queries = query_count(c) * c->n[3] * c->n[5], keys = c->n[0] * c->n[4] * c->n[5], last = 0;
    clear(c->p[backward ? 6 : 4], queries);
    if (backward) clear(c->p[7], keys), clear(c->p[8], keys);
    double *buffer = hs_scratch(2, 2 * (size_t)c->n[0] * sizeof(double) + 1);
    for (int64_t i = 0; i < c->n[6]; i++) {
        hs_span s = hs_span_at(c, i, last);
        last = s.end;
        int64_t stop = firsts && s.begin < s.end ? s.begin + 1 : s.end;
        for (int64_t row = s.begin; row < stop; row++)
            for (int64_t head = 0; head < c->n[3]; head++) {
                int64_t end = c->flags & HS_CAUSAL ? row + 1 : s.end;
                int64_t place = firsts ? i : row;
                query q = {c, row, place, head, s.begin, end, buffer, buffer + c->n[0]};
                if (backward)
                    attend_backward(&q);
                else
                    attend(&q);
            }
    }
}
