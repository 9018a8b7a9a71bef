// Products in double precision. Blocks of k are packed once for all threads, then the tiles of C are
// shared out among them; an element of C is the same chain of sums whoever computes it.
#include <string.h>

#include "../kernels.h"

enum {
    BLOCK_DEPTH = 256,    // of k, packed at a time
    BLOCK_LINES = 3072,   // rows and columns of C, at most, that packed panels are kept for
    TILE_GROUP = 4,       // panels of A in one task
    SMALL_WORK = 1 << 16  // multiply-adds below which threads cost more than they bring
};

typedef struct block {
    const hs_product64 *p;
    const hs_kernels *k;
    size_t row, rows, column, columns, depth, first;  // of C, and k from `first` on
    double *a, *b;                                    // panels
    size_t a_panels, b_panels;
} block;

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t panels(size_t lines, size_t width) { return (lines + width - 1) / width; }

static void pack_a(const block *s, size_t panel) {
    const hs_product64 *p = s->p;
    const size_t width = s->k->tile64_rows, line = panel * width, at = s->row + line;
    const size_t stride = p->transposes_a ? 1 : p->lda, step = p->transposes_a ? p->lda : 1;
    s->k->pack64(p->a + at * stride + s->first * step, stride, step, least(width, s->rows - line),
                 width, s->depth, s->a + panel * width * BLOCK_DEPTH);
}

static void pack_b(const block *s, size_t panel) {
    const hs_product64 *p = s->p;
    const size_t width = s->k->tile64_columns, line = panel * width, at = s->column + line;
    const size_t stride = p->transposes_b ? p->ldb : 1, step = p->transposes_b ? 1 : p->ldb;
    s->k->pack64(p->b + at * stride + s->first * step, stride, step,
                 least(width, s->columns - line), width, s->depth, s->b + panel * width * BLOCK_DEPTH);
}

static void pack_task(void *context, size_t begin, size_t end) {
    const block *s = context;
    for (size_t i = begin; i < end; i++) {
        if (i < s->a_panels)
            pack_a(s, i);
        else
            pack_b(s, i - s->a_panels);
    }
}

/// A group of panels of A with every panel of B that is not wholly above the diagonal of a symmetric C.
static void tile_task(void *context, size_t begin, size_t end) {
    const block *s = context;
    const size_t height = s->k->tile64_rows, width = s->k->tile64_columns;
    for (size_t group = begin; group < end; group++) {
        // Of a symmetric C the last groups have the most tiles: they come first.
        const size_t last_group = panels(s->a_panels, TILE_GROUP) - 1;
        const size_t from = (last_group - group) * TILE_GROUP;
        const size_t to = least(from + TILE_GROUP, s->a_panels);
        for (size_t j = 0; j < s->b_panels; j++)
            for (size_t i = from; i < to; i++) {
                const size_t row = i * height, column = j * width;
                const size_t rows = least(height, s->rows - row);
                if (s->p->symmetric && s->column + column > s->row + row + rows - 1) continue;
                double *c = s->p->c + (s->row + row) * s->p->ldc + s->column + column;
                s->k->tile64(s->depth, s->a + i * height * BLOCK_DEPTH,
                             s->b + j * width * BLOCK_DEPTH, c, s->p->ldc, rows,
                             least(width, s->columns - column), s->first > 0);
            }
    }
}

static void share(size_t count, bool small, hs_task task, block *s) {
    if (small)
        task(s, 0, count);
    else
        hs_parallel(count, 1, task, s);
}

static void run_block(block *s) {
    const bool small = s->rows * s->columns * s->depth < SMALL_WORK;
    s->a_panels = panels(s->rows, s->k->tile64_rows);
    s->b_panels = panels(s->columns, s->k->tile64_columns);
    share(s->a_panels + s->b_panels, small, pack_task, s);
    share(panels(s->a_panels, TILE_GROUP), small, tile_task, s);
}

static void mirror(const hs_product64 *p) {
    for (size_t i = 0; i < p->M; i++)
        for (size_t j = i + 1; j < p->N; j++) p->c[i * p->ldc + j] = p->c[j * p->ldc + i];
}

static void clear(const hs_product64 *p) {
    for (size_t i = 0; i < p->M; i++) memset(p->c + i * p->ldc, 0, p->N * sizeof(double));
}

void hs_matmul64(const hs_product64 *p) {
    if (p->M == 0 || p->N == 0) return;
    if (p->K == 0) {
        clear(p);
        return;
    }
    block s = {.p = p, .k = hs_active_kernels()};
    const size_t height = s.k->tile64_rows, width = s.k->tile64_columns;
    const size_t a_lines = panels(least(p->M, BLOCK_LINES), height) * height;
    const size_t b_lines = panels(least(p->N, BLOCK_LINES), width) * width;
    s.a = hs_scratch(2, (a_lines + b_lines) * BLOCK_DEPTH * sizeof(double));
    s.b = s.a + a_lines * BLOCK_DEPTH;
    for (s.row = 0; s.row < p->M; s.row += BLOCK_LINES)
        for (s.column = 0; s.column < p->N; s.column += BLOCK_LINES) {
            if (p->symmetric && s.column > s.row) continue;
            s.rows = least(BLOCK_LINES, p->M - s.row);
            s.columns = least(BLOCK_LINES, p->N - s.column);
            for (s.first = 0; s.first < p->K; s.first += BLOCK_DEPTH) {
                s.depth = least(BLOCK_DEPTH, p->K - s.first);
                run_block(&s);
            }
        }
    if (p->symmetric) mirror(p);
}

double hs_dot64(const double *x, const double *y, size_t n) {
    return hs_active_kernels()->dot64(x, y, n);
}

double hs_distance64(const double *x, const double *y, size_t n) {
    return hs_active_kernels()->distance64(x, y, n);
}
