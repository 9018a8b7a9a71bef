// Softmax regression: log-likelihoods and their gradient in one pass over the rows. Rows are cut into a
// fixed number of pieces with a gradient each, added up in order: the same bits with any threads.
#include <math.h>
#include <string.h>

#include "../kernels.h"

enum { PIECES = 16, GROUP = 8 };

typedef struct pass {
    const hs_softmax64 *p;
    const hs_kernels *k;
    size_t width, size;     // columns of padded weights, and doubles of them
    const double *weights;  // padded
    double *gradients;      // PIECES, padded
} pass;

static size_t padded(size_t classes) {
    const size_t width = hs_active_kernels()->width64;
    return (classes + width - 1) / width * width;
}

size_t hs_softmax64_scratch(size_t columns, size_t classes) {
    return (PIECES + 1) * (columns + 1) * padded(classes);
}

/// Turns logits into probabilities less the one-hot label, and returns the label's log-probability.
static double finish(double *logits, size_t classes, size_t width, int32_t label,
                     uint32_t *prediction) {
    size_t best = 0;
    for (size_t c = 1; c < classes; c++)
        if (logits[c] > logits[best]) best = c;
    if (prediction) *prediction = (uint32_t)best;
    const double most = logits[best], own = logits[label];
    double sum = 0;
    for (size_t c = 0; c < classes; c++) sum += logits[c] = exp(logits[c] - most);
    const double scale = 1 / sum;
    for (size_t c = 0; c < classes; c++) logits[c] *= scale;
    for (size_t c = classes; c < width; c++) logits[c] = 0;
    logits[label] -= 1;
    return own - most - log(sum);
}

static void run_rows(const pass *s, size_t begin, size_t end, double *gradient) {
    const hs_softmax64 *p = s->p;
    double *logits = hs_scratch(1, GROUP * s->width * sizeof(double));
    for (size_t i = begin; i < end; i += GROUP) {
        const size_t count = end - i < GROUP ? end - i : GROUP;
        const double *rows[GROUP];
        for (size_t r = 0; r < count; r++) rows[r] = p->x + p->rows[i + r] * p->columns;
        s->k->logits64(rows, count, p->columns, s->weights, s->width, logits);
        for (size_t r = 0; r < count; r++)
            p->log_likelihoods[i + r] =
                finish(logits + r * s->width, p->classes, s->width, p->labels[p->rows[i + r]],
                       p->predictions ? p->predictions + i + r : NULL);
        if (gradient) s->k->outer64(rows, count, p->columns, logits, s->width, gradient);
    }
}

static void run_pieces(void *context, size_t begin, size_t end) {
    const pass *s = context;
    for (size_t piece = begin; piece < end; piece++) {
        double *gradient = s->p->gradient ? s->gradients + piece * s->size : NULL;
        if (gradient) memset(gradient, 0, s->size * sizeof(double));
        run_rows(s, s->p->count * piece / PIECES, s->p->count * (piece + 1) / PIECES, gradient);
    }
}

static void add_pieces(const pass *s) {
    const hs_softmax64 *p = s->p;
    for (size_t piece = 1; piece < PIECES; piece++)
        s->k->add_scaled64(1, s->gradients + piece * s->size, s->gradients, s->size);
    for (size_t k = 0; k <= p->columns; k++)
        memcpy(p->gradient + k * p->classes, s->gradients + k * s->width,
               p->classes * sizeof(double));
}

void hs_softmax64_run(const hs_softmax64 *p) {
    pass s = {.p = p, .k = hs_active_kernels(), .width = padded(p->classes)};
    s.size = (p->columns + 1) * s.width;
    double *weights = p->pieces;
    memset(weights, 0, s.size * sizeof(double));
    for (size_t k = 0; k <= p->columns; k++)
        memcpy(weights + k * s.width, p->weights + k * p->classes, p->classes * sizeof(double));
    s.weights = weights;
    s.gradients = weights + s.size;
    hs_parallel(PIECES, 1, run_pieces, &s);
    if (p->gradient) add_pieces(&s);
}
