// ADAFACTOR (Shazeer and Stern 2018, in the form of torch.optim.Adafactor): f0 = learning rate,
// f1 = 1 - beta2 of this step, f2 = epsilon 1, f3 = epsilon 2, f4 = weight decay, f5 = d, f6 = rho;
// state0 = the rows' mean squares [matrices * rows] and state1 = the columns' [matrices * columns], or
// state0 = every element's and state1 = NULL. A tensor's root mean squares are sums over pieces that
// follow from its sizes, never from the number of threads.
#include <math.h>

#include "dispatch.h"

enum { HS_MOST_PIECES = 64 };

typedef struct hs_adafactor {
    const hs_call *call;
    const hs_optimizer_segment *segment;
    size_t rows, columns;  // of all matrices together, one below the other
    size_t piece;          // rows a piece
    float scale;
    double parameter_squares[HS_MOST_PIECES], squares[HS_MOST_PIECES];
    float keep, step;
} hs_adafactor;

static size_t last_row(const hs_adafactor *a, size_t piece) {
    size_t end = (piece + 1) * a->piece;
    return end < a->rows ? end : a->rows;
}

static bool is_factored(const hs_adafactor *a) {
    return a->segment->state1 != NULL;
}

static const float *gradient_row(const hs_adafactor *a, size_t row) {
    return (const float *)a->segment->gradient + row * a->columns;
}

static void mean_squares(void *context, size_t begin, size_t end) {
    hs_adafactor *a = context;
    const hs_kernels *k = hs_active_kernels();
    const float *parameter = a->segment->parameter;
    float *state = a->segment->state0;
    float rate = (float)a->call->f[1];
    for (size_t piece = begin; piece < end; piece++) {
        size_t first = piece * a->piece, last = last_row(a, piece);
        size_t count = first < last ? (last - first) * a->columns : 0;
        a->parameter_squares[piece] = k->square_sum(parameter + first * a->columns, count, 1);
        if (!is_factored(a)) {
            k->lerp_squares(gradient_row(a, first), state + first * a->columns, count,
                            a->call->f[1], a->scale);
            continue;
        }
        for (size_t row = first; row < last; row++) {
            double sum = k->square_sum(gradient_row(a, row), a->columns, a->scale);
            state[row] += rate * ((float)(sum / (double)a->columns) - state[row]);
        }
    }
}

// begin ..< end counts groups of 64 columns over all matrices.
static void column_squares(void *context, size_t begin, size_t end) {
    hs_adafactor *a = context;
    const hs_kernels *k = hs_active_kernels();
    size_t rows = (size_t)a->segment->rows, groups = (a->columns + 63) / 64;
    for (size_t i = begin; i < end; i++) {
        size_t matrix = i / groups, first = i % groups * 64;
        size_t count = a->columns - first < 64 ? a->columns - first : 64;
        k->lerp_column_squares(gradient_row(a, matrix * rows) + first, a->columns, rows,
                               (float *)a->segment->state1 + matrix * a->columns + first, count,
                               a->call->f[1], a->scale);
    }
}

// What the columns' mean squares of a row are multiplied by: the row's over the mean of the rows'.
static float row_factor(const hs_adafactor *a, size_t row, size_t *known, float *mean) {
    const float *state = a->segment->state0;
    size_t rows = (size_t)a->segment->rows, matrix = row / rows;
    if (*known != matrix) {
        double sum = 0;
        for (size_t i = 0; i < rows; i++) sum += (double)state[matrix * rows + i];
        float value = (float)(sum / (double)rows), least = (float)a->call->f[2];
        *mean = value > least ? value : least;
        *known = matrix;
    }
    return state[row] / *mean;
}

static void walk(hs_adafactor *a, size_t piece, bool apply) {
    const hs_kernels *k = hs_active_kernels();
    const hs_optimizer_segment *s = a->segment;
    float least = (float)(a->call->f[2] * a->call->f[2]), mean = 1;
    size_t matrix = (size_t)-1;
    double sum = 0;
    for (size_t row = piece * a->piece; row < last_row(a, piece); row++) {
        size_t at = row * a->columns;
        float factor = is_factored(a) ? row_factor(a, row, &matrix, &mean) : 1;
        const float *v = is_factored(a) ? (const float *)s->state1 + matrix * a->columns
                                        : (const float *)s->state0 + at;
        if (apply)
            k->scaled_step((const float *)s->parameter + at, (float *)s->output + at,
                           gradient_row(a, row), v, a->columns, factor, least, a->keep, a->step,
                           a->scale);
        else
            sum += k->scaled_square_sum(gradient_row(a, row), v, a->columns, factor, least, a->scale);
    }
    if (!apply) a->squares[piece] = sum;
}

static void square_updates(void *context, size_t begin, size_t end) {
    for (size_t piece = begin; piece < end; piece++) walk(context, piece, false);
}

static void apply_updates(void *context, size_t begin, size_t end) {
    for (size_t piece = begin; piece < end; piece++) walk(context, piece, true);
}

static void run(size_t count, hs_task task, hs_adafactor *a) {
    if (count <= 1 || a->rows * a->columns <= 2 * HS_GRAIN)
        task(a, 0, count);
    else
        hs_parallel(count, 1, task, a);
}

static double root_mean(const double *sums, size_t count, int64_t n) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += sums[i];
    return sqrt(sum / (double)n);
}

static void update(const hs_call *c, const hs_optimizer_segment *s) {
    if (s->count == 0) return;
    hs_adafactor a = {.call = c, .segment = s, .columns = (size_t)s->columns};
    // A vector is cut into rows of its own, so that its pieces are no longer than a matrix's.
    if (!s->state1 && s->count > HS_GRAIN && s->count % 64 == 0) a.columns = 64;
    a.rows = (size_t)s->count / a.columns;
    a.piece = (a.rows + HS_MOST_PIECES - 1) / HS_MOST_PIECES;
    a.scale = c->p[1] ? *(const float *)c->p[1] : 1;
    size_t pieces = (a.rows + a.piece - 1) / a.piece;
    run(pieces, mean_squares, &a);
    if (s->state1) run((size_t)(s->count / s->rows / s->columns) * ((a.columns + 63) / 64),
                       column_squares, &a);
    run(pieces, square_updates, &a);
    double size = root_mean(a.parameter_squares, pieces, s->count);
    double shrink = root_mean(a.squares, pieces, s->count) / c->f[5];
    double alpha = (size > c->f[3] ? size : c->f[3]) * c->f[6];
    a.keep = (float)(1 - c->f[0] * c->f[4]);
    a.step = (float)(alpha / (shrink > 1 ? shrink : 1));
    run(pieces, apply_updates, &a);
}

void hs_do_adafactor(const hs_call *c) {
    const hs_optimizer_segment *segments = c->p[0];
    for (int64_t i = 0; i < c->n[0]; i++) update(c, &segments[i]);
}
