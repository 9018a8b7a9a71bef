// Attention of every variant against plain loops in double precision; the same bits with any number
// of threads, for a sequence alone and in a batch, packed and padded; offsets that make no sense.
#include "vector_check.h"

/// Operands of one case; every one has exactly the size it needs.
typedef struct task {
    int64_t rows, heads, kv_heads, size, sequences, capacity;
    int flags;
    double dropout;
    int32_t *spans;
    float *q, *k, *v, *dy, *y, *lse, *dq, *dk, *dv;
} task;

static int64_t asking(const task *t) {
    return t->flags & HS_FIRST_ROWS ? t->sequences : t->rows;
}
static size_t queries(const task *t) { return (size_t)(asking(t) * t->heads * t->size); }
static size_t keys(const task *t) { return (size_t)(t->rows * t->kv_heads * t->size); }

static float *room(size_t n) {
    float *x = malloc(n * sizeof(float) + 1);
    for (size_t i = 0; i < n; i++) x[i] = NAN;
    return x;
}

static void fill(task *t) {
    t->q = noisy(queries(t), 2), t->k = noisy(keys(t), 2), t->v = noisy(keys(t), 1);
    t->dy = noisy(queries(t), 1);
}

static void make_room(task *t) {
    t->y = room(queries(t)), t->dq = room(queries(t)), t->dk = room(keys(t)), t->dv = room(keys(t));
    t->lse = room((size_t)(asking(t) * t->heads));
}

static void release(task *t) {
    free(t->y), free(t->dq), free(t->dk), free(t->dv), free(t->lse);
}

static hs_call call_of(const task *t, int op, int dtype) {
    hs_call c = {.op = op, .dtype = dtype, .flags = t->flags};
    c.n[0] = t->rows, c.n[1] = 77, c.n[2] = 0xfffffffff;
    c.n[3] = t->heads, c.n[4] = t->kv_heads, c.n[5] = t->size, c.n[6] = t->sequences;
    c.n[7] = t->capacity;
    c.f[0] = 1 / sqrt((double)t->size), c.f[1] = t->dropout;
    c.p[3] = t->spans;
    return c;
}

static void both(const task *t) {
    hs_call c = call_of(t, HS_OP_ATTENTION, HS_FLOAT32);
    c.p[0] = t->q, c.p[1] = t->k, c.p[2] = t->v, c.p[4] = t->y, c.p[5] = t->lse;
    hs_execute(&c);
    c.op = HS_OP_ATTENTION_BACKWARD;
    c.p[4] = t->dy, c.p[6] = t->dq, c.p[7] = t->dk, c.p[8] = t->dv;
    hs_execute(&c);
}

static double *widened(const float *x, size_t n) {
    double *y = malloc(n * sizeof(double) + 1);
    for (size_t i = 0; i < n; i++) y[i] = (double)x[i];
    return y;
}

static void compare(const char *what, const task *t, const float *got, const double *want,
                    size_t n) {
    double scale = 0, error = 0;
    for (size_t i = 0; i < n; i++) {
        scale = fmax(scale, fabs(want[i]));
        error = isnan(got[i]) ? INFINITY : fmax(error, fabs((double)got[i] - want[i]));
    }
    // Gradients that cancel exactly are noise in the reference, if its compiler fuses products.
    if (error > 1e-5 * scale + 1e-12)
        fail("%s: %s of %lld rows, %lld/%lld heads of %lld, flags %d, dropout %g: off by %g of %g",
             hs_variant_name(), what, (long long)t->rows, (long long)t->heads,
             (long long)t->kv_heads, (long long)t->size, t->flags, t->dropout, error, scale);
}

static void check_values(const task *t) {
    double *q = widened(t->q, queries(t)), *k = widened(t->k, keys(t)), *v = widened(t->v, keys(t));
    double *dy = widened(t->dy, queries(t)), *y = malloc(queries(t) * 8 + 1);
    double *dq = malloc(queries(t) * 8 + 1), *dk = malloc(keys(t) * 8 + 1);
    double *dv = malloc(keys(t) * 8 + 1);
    hs_call c = call_of(t, HS_OP_ATTENTION, HS_FLOAT64);
    c.p[0] = q, c.p[1] = k, c.p[2] = v, c.p[4] = y;
    hs_execute(&c);
    compare("result", t, t->y, y, queries(t));
    c.op = HS_OP_ATTENTION_BACKWARD;
    c.p[4] = dy, c.p[6] = dq, c.p[7] = dk, c.p[8] = dv;
    hs_execute(&c);
    compare("dq", t, t->dq, dq, queries(t));
    compare("dk", t, t->dk, dk, keys(t));
    compare("dv", t, t->dv, dv, keys(t));
    free(q), free(k), free(v), free(dy), free(y), free(dq), free(dk), free(dv);
}

/// Rows `from` on of `part` must be rows `at` on of `whole`, `count` of them.
static void same_rows(const char *what, const float *part, int64_t from, const float *whole,
                      int64_t at, int64_t count, int64_t width) {
    for (int64_t i = 0; i < count * width; i++)
        if (!same(part[from * width + i], whole[at * width + i])) {
            fail("%s: %s differs at row %lld", hs_variant_name(), what, (long long)(i / width));
            return;
        }
}

static void compare_tasks(const char *what, const task *a, int64_t from, const task *b, int64_t at,
                          int64_t count) {
    const int64_t asked = count < asking(a) ? count : asking(a);
    same_rows(what, a->y, from, b->y, at, asked, a->heads * a->size);
    same_rows(what, a->dq, from, b->dq, at, asked, a->heads * a->size);
    same_rows(what, a->dk, from, b->dk, at, count, a->kv_heads * a->size);
    same_rows(what, a->dv, from, b->dv, at, count, a->kv_heads * a->size);
}

static void check_threads(const task *t) {
    for (int count = 1; count <= 4; count *= 2) {
        int32_t before = hs_set_thread_limit(count);
        task other = *t;
        make_room(&other);
        both(&other);
        compare_tasks("another number of threads", &other, 0, t, 0, t->rows);
        release(&other);
        hs_set_thread_limit(before);
    }
}

/// Without dropout, whose bits follow from the row's number.
static void check_alone(const task *t) {
    if (t->flags & HS_PADDED || t->dropout > 0) return;
    int64_t q = t->heads * t->size, k = t->kv_heads * t->size;
    for (int64_t i = 0; i < t->sequences; i++) {
        int64_t first = t->spans[i], count = t->spans[i + 1] - first;
        int32_t spans[2] = {0, (int32_t)count};
        task one = *t;
        one.rows = count, one.sequences = 1, one.spans = spans;
        one.q += first * q, one.dy += first * q, one.k += first * k, one.v += first * k;
        make_room(&one);
        both(&one);
        compare_tasks("a sequence alone", &one, 0, t, first, count);
        release(&one);
    }
}

/// The same sequences with room between them.
static void check_padded(const task *t) {
    if (t->flags & HS_PADDED || t->dropout > 0) return;
    int32_t lengths[64];
    task p = *t;
    p.flags |= HS_PADDED, p.capacity = 3, p.spans = lengths;
    for (int64_t i = 0; i < t->sequences; i++) {
        lengths[i] = t->spans[i + 1] - t->spans[i];
        if (lengths[i] > p.capacity) p.capacity = lengths[i];
    }
    p.rows = p.sequences * p.capacity;
    fill(&p), make_room(&p);
    int64_t q = t->heads * t->size, k = t->kv_heads * t->size;
    for (int64_t i = 0; i < t->sequences; i++) {
        int64_t to = i * p.capacity, from = t->spans[i];
        size_t count = (size_t)lengths[i];
        memcpy(p.q + to * q, t->q + from * q, count * (size_t)q * 4);
        memcpy(p.dy + to * q, t->dy + from * q, count * (size_t)q * 4);
        memcpy(p.k + to * k, t->k + from * k, count * (size_t)k * 4);
        memcpy(p.v + to * k, t->v + from * k, count * (size_t)k * 4);
    }
    both(&p);
    for (int64_t i = 0; i < t->sequences; i++)
        compare_tasks("padded", &p, i * p.capacity, t, t->spans[i], lengths[i]);
    for (int64_t i = 0; i < t->sequences; i++)
        for (int64_t j = (i * p.capacity + lengths[i]) * q; j < (i + 1) * p.capacity * q; j++)
            if (p.y[j] != 0 || p.dq[j] != 0) fail("%s: padding is not zero", hs_variant_name());
    release(&p);
    free(p.q), free(p.k), free(p.v), free(p.dy);
}

/// Only the first row of each sequence asks: the bits of its result and gradient are the same.
static void check_first_rows(const task *t) {
    task f = *t;
    f.flags |= HS_FIRST_ROWS;
    const int64_t width = t->heads * t->size;
    f.q = room(queries(&f)), f.dy = room(queries(&f));
    for (int64_t i = 0; i < t->sequences; i++) {
        const size_t bytes = t->spans[i] < t->spans[i + 1] ? (size_t)width * 4 : 0;
        memcpy(f.q + i * width, t->q + t->spans[i] * width, bytes);
        memcpy(f.dy + i * width, t->dy + t->spans[i] * width, bytes);
    }
    make_room(&f);
    both(&f);
    check_threads(&f);
    for (int64_t i = 0; i < t->sequences; i++) {
        const bool empty = t->spans[i] == t->spans[i + 1];
        for (int64_t j = 0; empty && j < width; j++) {
            if (f.y[i * width + j] != 0 || f.dq[i * width + j] != 0)
                fail("%s: an empty sequence's row is not zero", hs_variant_name());
            f.q[i * width + j] = f.dy[i * width + j] = 0;
        }
        if (empty) continue;
        same_rows("the first row alone", f.y, i, t->y, t->spans[i], 1, width);
        same_rows("the first row alone", f.dq, i, t->dq, t->spans[i], 1, width);
    }
    check_values(&f);
    release(&f);
    free(f.q), free(f.dy);
}

static void check_case(const int32_t *lengths, int64_t count, int64_t heads, int64_t kv_heads,
                       int64_t size) {
    int32_t offsets[64] = {0};
    for (int64_t i = 0; i < count; i++) offsets[i + 1] = offsets[i] + lengths[i];
    task t = {.rows = offsets[count] + 2, .heads = heads, .kv_heads = kv_heads, .size = size};
    t.sequences = count, t.spans = offsets;
    fill(&t);
    for (t.flags = 0; t.flags <= HS_CAUSAL; t.flags++) {
        const double rates[] = {0, 0.3};
        for (int r = 0; r < 2; r++) {
            t.dropout = rates[r];
            make_room(&t);
            both(&t);
            check_values(&t);
            check_threads(&t);
            check_alone(&t);
            check_padded(&t);
            check_first_rows(&t);
            release(&t);
        }
    }
    free(t.q), free(t.k), free(t.v), free(t.dy);
}

static void check_sizes(void) {
    const int32_t mixed[] = {1, 5, 0, 64, 2, 17, 33, 8, 20, 71};
    const int32_t tiny[] = {1}, long_ones[] = {300, 7, 141}, none[] = {0, 0}, huge[] = {2100};
    const int64_t sizes[] = {1, 3, 8, 16, 20, 32, 64, 80};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        check_case(mixed, 10, 2, 2, sizes[s]);
        check_case(mixed, 10, 6, 2, sizes[s]);
        check_case(tiny, 1, 1, 1, sizes[s]);
        check_case(none, 2, 4, 1, sizes[s]);
    }
    check_case(long_ones, 3, 3, 1, 32);
    check_case(long_ones, 3, 2, 2, 130);
    check_case(huge, 1, 1, 1, 32);
}

/// Any numbers are offsets or lengths: nothing outside is touched, rows of no sequence are zero.
static void check_nonsense(void) {
    const int32_t values[][4] = {{5, 3, -2, 9}, {-7, 100, 4, INT32_MAX}, {9, 9, 9, 9},
                                 {INT32_MIN, INT32_MIN, INT32_MAX, 0}, {2, 4, 4, 6}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (int flags = 0; flags < 8; flags++) {
            int32_t spans[4];
            memcpy(spans, values[i], sizeof spans);
            task t = {.rows = 9, .heads = 2, .kv_heads = 1, .size = 5, .sequences = 3,
                      .capacity = 4, .flags = flags, .spans = spans};
            fill(&t), make_room(&t);
            both(&t);
            check_values(&t);
            check_threads(&t);
            release(&t);
            free(t.q), free(t.k), free(t.v), free(t.dy);
        }
    }
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (const char *name; (name = hs_variant_available(variant_count)); ++variant_count) {
        if (!hs_variant_select(name)) fail("cannot select %s", name);
        check_sizes();
        check_nonsense();
        printf("%-11s  attention checked\n", name);
    }
    printf(failures ? "%ld FAILURES\n" : "all is well\n", failures);
    return failures != 0;
}
