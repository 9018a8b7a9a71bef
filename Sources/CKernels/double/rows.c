// Passes over the rows of large matrices: conversion, centring, sums by class. Rows are cut into a fixed
// number of pieces, whose sums are added up in order: the same bits with any number of threads.
#include <math.h>
#include <string.h>

#include "../kernels.h"

enum { PIECES = 16 };

typedef struct pass {
    const hs_kernels *k;
    const void *x;
    double *y;
    size_t rows, columns, classes;
    const int32_t *labels;
    const double *means;
    double *sums;  // of the pieces
    double limit;
    size_t bad[PIECES];
} pass;

static size_t first_row(const pass *s, size_t piece) { return s->rows * piece / PIECES; }

static void widen_pieces(void *context, size_t begin, size_t end) {
    pass *s = context;
    const float *x = s->x;
    for (size_t piece = begin; piece < end; piece++) {
        const size_t first = first_row(s, piece), last = first_row(s, piece + 1);
        bool good = true;
        for (size_t i = first; i < last; i++) {
            s->y[i] = (double)x[i];
            good &= fabs(s->y[i]) <= s->limit;  // false for NaN
        }
        s->bad[piece] = good ? 0 : 1;
    }
}

bool hs_widen64(const float *x, size_t count, double limit, double *y) {
    pass s = {.x = x, .y = y, .rows = count, .limit = limit};
    hs_parallel(PIECES, count < 4096 ? PIECES : 1, widen_pieces, &s);
    for (size_t piece = 0; piece < PIECES; piece++)
        if (s.bad[piece]) return false;
    return true;
}

// Sums of differences from the first row, so that a constant column's are exactly zero.
static void sum_pieces(void *context, size_t begin, size_t end) {
    const pass *s = context;
    const double *x = s->x;
    for (size_t piece = begin; piece < end; piece++) {
        double *sum = s->sums + piece * s->columns;
        memset(sum, 0, s->columns * sizeof(double));
        for (size_t i = first_row(s, piece); i < first_row(s, piece + 1); i++)
            for (size_t j = 0; j < s->columns; j++) sum[j] += x[i * s->columns + j] - x[j];
    }
}

static void centre_pieces(void *context, size_t begin, size_t end) {
    const pass *s = context;
    const double *x = s->x;
    for (size_t piece = begin; piece < end; piece++)
        for (size_t i = first_row(s, piece); i < first_row(s, piece + 1); i++)
            for (size_t j = 0; j < s->columns; j++)
                s->y[i * s->columns + j] = (x[i * s->columns + j] - x[j]) - s->means[j];
}

void hs_centre64(const double *x, size_t rows, size_t columns, double *centred) {
    double *sums = hs_scratch(1, (PIECES + 1) * columns * sizeof(double));
    double *means = sums + PIECES * columns;
    pass s = {.x = x, .y = centred, .rows = rows, .columns = columns, .sums = sums, .means = means};
    const size_t grain = rows * columns < 4096 ? PIECES : 1;
    hs_parallel(PIECES, grain, sum_pieces, &s);
    for (size_t j = 0; j < columns; j++) {
        means[j] = 0;
        for (size_t piece = 0; piece < PIECES; piece++) means[j] += sums[piece * columns + j];
        means[j] /= (double)rows;
    }
    hs_parallel(PIECES, grain, centre_pieces, &s);
}

static void class_pieces(void *context, size_t begin, size_t end) {
    const pass *s = context;
    const double *x = s->x;
    for (size_t piece = begin; piece < end; piece++) {
        double *sums = s->sums + piece * s->classes * s->columns;
        memset(sums, 0, s->classes * s->columns * sizeof(double));
        for (size_t i = first_row(s, piece); i < first_row(s, piece + 1); i++)
            s->k->add_scaled64(1, x + i * s->columns,
                               sums + (size_t)s->labels[i] * s->columns, s->columns);
    }
}

void hs_class_sums64(const double *x, size_t rows, size_t columns, const int32_t *labels,
                     size_t classes, double *sums) {
    const hs_kernels *k = hs_active_kernels();
    const size_t size = classes * columns;
    memset(sums, 0, size * sizeof(double));
    // Where the pieces would take more memory than the rows, one thread does.
    if (size * PIECES > rows * columns) {
        for (size_t i = 0; i < rows; i++)
            k->add_scaled64(1, x + i * columns, sums + (size_t)labels[i] * columns, columns);
        return;
    }
    pass s = {.k = k, .x = x, .rows = rows, .columns = columns, .classes = classes,
              .labels = labels, .sums = hs_scratch(1, PIECES * size * sizeof(double))};
    hs_parallel(PIECES, rows * columns < 4096 ? PIECES : 1, class_pieces, &s);
    for (size_t piece = 0; piece < PIECES; piece++)
        k->add_scaled64(1, s.sums + piece * size, sums, size);
}

static void mix_pieces(void *context, size_t begin, size_t end) {
    const pass *s = context;
    const double *x = s->x;
    for (size_t piece = begin; piece < end; piece++)
        for (size_t i = first_row(s, piece); i < first_row(s, piece + 1); i++) {
            const double share = s->sums ? s->sums[i] : 1, rest = s->sums ? 1 - share : -1;
            const double *mean = s->means + (size_t)s->labels[i] * s->columns;
            for (size_t j = 0; j < s->columns; j++)
                s->y[i * s->columns + j] = share * x[i * s->columns + j] + rest * mean[j];
        }
}

void hs_mix64(const double *x, size_t rows, size_t columns, const int32_t *labels,
              const double *means, const double *shares, double *y) {
    pass s = {.x = x, .y = y, .rows = rows, .columns = columns, .labels = labels, .means = means,
              .sums = (double *)shares};
    hs_parallel(PIECES, rows * columns < 4096 ? PIECES : 1, mix_pieces, &s);
}
