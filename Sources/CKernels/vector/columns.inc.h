// Reductions down the columns of a matrix: rows are read along, a tile of columns at a time, into
// accumulators that stay in the first-level cache.
#ifndef HS_COLUMNS_INC_H
#define HS_COLUMNS_INC_H

#define HS_ROW_BLOCK ((size_t)128)
#define HS_COLUMN_TILE ((size_t)512)

/// How far on lies what is worth reading ahead of a tile; 0 where rows follow each other so closely
/// that the processor does so itself.
HS_INLINE size_t hs_tile_ahead(size_t columns, size_t ld) {
    return ld < 1024 ? 0 : (HS_AHEAD / (columns + 1) + 4) * ld;
}

/// a[j] takes x[i, j] for i in 0 ..< rows (a constant), ascending.
HS_INLINE void hs_take_rows(int op, const float *x, size_t ld, float *a, size_t rows,
                            size_t columns) {
    size_t j = 0, ahead = hs_tile_ahead(columns, ld);
    for (; j + HS_WIDTH <= columns; j += HS_WIDTH) {
        vf v = vf_load(a + j);
        HS_UNROLL
        for (size_t i = 0; i < rows; ++i) {
            if (ahead > 0) hs_fetch(x + i * ld + j + ahead);
            v = vf_take(op, v, vf_load(x + i * ld + j));
        }
        vf_store(a + j, v);
    }
    if (j < columns) {
        size_t rest = columns - j;
        vf v = vf_load_n(a + j, rest);
        for (size_t i = 0; i < rows; ++i) v = vf_take(op, v, vf_load_n(x + i * ld + j, rest));
        vf_store_n(a + j, v, rest);
    }
}

/// a[j] = the reduction of a block of rows, from neutral. Four rows a pass: their readings go along
/// the rows, which the hardware prefetches, and `a` is read and written once for the four.
HS_INLINE void hs_column_block(int op, const float *x, size_t ld, float *a, size_t rows,
                               size_t columns) {
    for (size_t j = 0; j < columns; ++j) a[j] = hs_neutral(op);
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) hs_take_rows(op, x + i * ld, ld, a, 4, columns);
    for (; i < rows; ++i) hs_take_rows(op, x + i * ld, ld, a, 1, columns);
}

HS_INLINE void hs_column_reduce(int op, const float *x, size_t ld, float *y, size_t n,
                                size_t columns) {
    float a[HS_COLUMN_TILE];
    int join = op == HS_SQUARE_SUM ? HS_SUM : op;
    for (size_t j = 0; j < columns; j += HS_COLUMN_TILE) {
        size_t tile = columns - j < HS_COLUMN_TILE ? columns - j : HS_COLUMN_TILE;
        hs_column_block(op, x + j, ld, y + j, n < HS_ROW_BLOCK ? n : HS_ROW_BLOCK, tile);
        for (size_t i = HS_ROW_BLOCK; i < n; i += HS_ROW_BLOCK) {
            size_t rows = n - i < HS_ROW_BLOCK ? n - i : HS_ROW_BLOCK;
            hs_column_block(op, x + i * ld + j, ld, a, rows, tile);
            hs_take_rows(join, a, 0, y + j, 1, tile);
        }
    }
}

/// Two readings: the greatest of each column, then the sum of the exponentials.
static void hs_column_logsumexp(const float *x, size_t ld, float *y, size_t n, size_t columns) {
    float shift[64], sum[64], block[64];
    for (size_t j = 0; j < columns; j += 64) {
        size_t tile = columns - j < 64 ? columns - j : 64;
        hs_column_reduce(HS_REDUCE_MAX, x + j, ld, shift, n, tile);
        for (size_t k = 0; k < tile; ++k) shift[k] = hs_shift(shift[k]), sum[k] = 0.0f;
        for (size_t i = 0; i < n; i += HS_ROW_BLOCK) {
            size_t end = n - i < HS_ROW_BLOCK ? n : i + HS_ROW_BLOCK;
            for (size_t k = 0; k < tile; ++k) block[k] = 0.0f;
            for (size_t r = i; r < end; ++r) {
                float terms[64];
                hs_binary_loop(HS_SUB, x + r * ld + j, 1, shift, 1, terms, tile);
                hs_unary_loop(HS_EXP, terms, terms, tile, 0.0f, 0.0f);
                hs_binary_loop(HS_ADD, block, 1, terms, 1, block, tile);
            }
            hs_binary_loop(HS_ADD, sum, 1, block, 1, sum, tile);
        }
        hs_unary_loop(HS_LOG, sum, sum, tile, 0.0f, 0.0f);
        hs_binary_loop(HS_ADD, sum, 1, shift, 1, y + j, tile);
    }
}

static void HS_NAME(reduce_columns)(int op, const float *x, size_t ld, float *y, size_t n,
                                    size_t columns) {
    switch (op) {
#define HS_CASE(OP) case OP: hs_column_reduce(OP, x, ld, y, n, columns); break;
        HS_CASE(HS_SUM) HS_CASE(HS_REDUCE_MAX) HS_CASE(HS_REDUCE_MIN) HS_CASE(HS_PROD)
        HS_CASE(HS_SQUARE_SUM)
#undef HS_CASE
    case HS_LOGSUMEXP: hs_column_logsumexp(x, ld, y, n, columns); break;
    }
}

#endif
