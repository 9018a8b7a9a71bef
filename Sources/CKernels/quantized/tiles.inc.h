// Sums of 8-bit products, a tile of the result held in registers, and what makes floats of them.
#ifndef HS_QUANTIZED_TILES_INC_H
#define HS_QUANTIZED_TILES_INC_H

#include "dot.inc.h"

// 32 registers hold 14 × 2 sums (NEON: 6 × 4), 16 hold 6 × 2 (4 × 2 without VNNI, which needs more).
#if defined(HS_AVX512)
enum { HS_INT8_ROWS = 14, HS_INT8_VECTORS = 2 };
#elif defined(HS_NEON)
enum { HS_INT8_ROWS = 6, HS_INT8_VECTORS = 4 };
#elif defined(HS_VNNI)
enum { HS_INT8_ROWS = 6, HS_INT8_VECTORS = 2 };
#else
enum { HS_INT8_ROWS = 4, HS_INT8_VECTORS = 2 };
#endif

/// `rows` rows of a from a on, stride ld, by a panel of weights: sums[row][HS_INT8_PANEL].
typedef struct int8_tile {
    const uint8_t *a;
    size_t ld;
    const int8_t *b;
    const int32_t *starts;
    int32_t *sums;
} int8_tile;

HS_INLINE vi int8_load(const void *p) {
    vi v;
    memcpy(&v, p, sizeof v);
    return v;
}

HS_INLINE vi int8_broadcast(const uint8_t *p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return vi_set(four);
}

/// The sums of HS_INT8_VECTORS vectors of columns from `column` on.
HS_INLINE void int8_columns(const int rows, const int8_tile *t, int column) {
    vi sum[HS_INT8_ROWS][HS_INT8_VECTORS];
    const uint8_t *a = t->a;
    const int8_t *b = t->b + 4 * column;
    HS_UNROLL
    for (int v = 0; v < HS_INT8_VECTORS; v++) {
        const vi start = HS_INT8_OFFSET ? int8_load(t->starts + column + v * HS_WIDTH) : (vi){};
        HS_UNROLL
        for (int i = 0; i < rows; i++) sum[i][v] = start;
    }
#pragma clang loop unroll(disable)
    for (size_t k = 0; k < t->ld; k += 4, b += 4 * HS_INT8_PANEL) {
        vi weights[HS_INT8_VECTORS];
        HS_UNROLL
        for (int v = 0; v < HS_INT8_VECTORS; v++) weights[v] = int8_load(b + 4 * v * HS_WIDTH);
        HS_UNROLL
        for (int i = 0; i < rows; i++) {
            const vi x = int8_broadcast(a + (size_t)i * t->ld + k);
            HS_UNROLL
            for (int v = 0; v < HS_INT8_VECTORS; v++) sum[i][v] = int8_dot(sum[i][v], x, weights[v]);
        }
    }
    HS_UNROLL
    for (int i = 0; i < rows; i++) {
        HS_UNROLL
        for (int v = 0; v < HS_INT8_VECTORS; v++)
            memcpy(t->sums + i * HS_INT8_PANEL + column + v * HS_WIDTH, &sum[i][v], sizeof(vi));
    }
}

HS_INLINE void int8_run(const int rows, const int8_tile *t) {
#pragma clang loop unroll(disable)
    for (int column = 0; column < HS_INT8_PANEL; column += HS_INT8_VECTORS * HS_WIDTH)
        int8_columns(rows, t, column);
}

#define HS_INT8_TILE(rows) \
    static void int8_tile_##rows(const int8_tile *t) { int8_run(rows, t); }
HS_INT8_TILE(1) HS_INT8_TILE(2) HS_INT8_TILE(3) HS_INT8_TILE(4)
#if defined(HS_AVX512) || defined(HS_NEON) || defined(HS_VNNI)
HS_INT8_TILE(5) HS_INT8_TILE(6)
#endif
#if defined(HS_AVX512)
HS_INT8_TILE(7) HS_INT8_TILE(8) HS_INT8_TILE(9) HS_INT8_TILE(10) HS_INT8_TILE(11)
HS_INT8_TILE(12) HS_INT8_TILE(13) HS_INT8_TILE(14)
#endif

static void (*const int8_tiles[HS_INT8_ROWS + 1])(const int8_tile *) = {
    NULL, int8_tile_1, int8_tile_2, int8_tile_3, int8_tile_4,
#if defined(HS_AVX512) || defined(HS_NEON) || defined(HS_VNNI)
    int8_tile_5, int8_tile_6,
#endif
#if defined(HS_AVX512)
    int8_tile_7, int8_tile_8, int8_tile_9, int8_tile_10, int8_tile_11, int8_tile_12, int8_tile_13,
    int8_tile_14,
#endif
};

/// x Phi(x) within 1e-5 for |x| < 8 (beyond 1e-6 x), by a polynomial in x^2 for Phi up to 5: a thousandth of what the result's
/// own rounding to 8 bits may take away, and four times as fast as the exact one.
HS_INLINE vf int8_gelu(vf x) {
    static const float c[] = {0.1413643062f, -0.07030051947f, 0.05148800835f, -0.0403191857f,
                              0.03174417093f, -0.02421509102f, 0.01554782689f, -0.008329946548f,
                              0.007021375f, -0.006277948618f, 0.002277229214f};
    const vf held = vf_clamp_to(x, 5.0f);
    const vf square = vf_fma(held * held, vf_set(0.08f), vf_set(-1.0f));
    return vf_max_fast(vf_set(-5.0f), x) * vf_fma(held, vf_poly(square, c, 11), vf_set(0.5f));
}

HS_INLINE vf int8_activate(const int activation, vf x) {
    if (activation == HS_ACT_NONE) return x;
    if (activation == HS_GELU) return int8_gelu(x);
    return vf_unary(activation, x, vf_set(0), vf_set(0));
}

/// Where element (row, column) of the result lies, and how far it is to the next row.
HS_INLINE float *int8_place(const hs_int8_linear *c, size_t row, size_t column, size_t *ld) {
    *ld = c->outputs / c->parts;
    return c->y + column / *ld * c->rows * *ld + row * *ld + column % *ld;
}

/// The floats of a tile's sums. Products and sums are rounded one by one, so that all variants agree.
HS_INLINE void int8_finish(const hs_int8_linear *c, const int32_t *sums, size_t row, size_t rows,
                           const float *units, size_t column, const int activation) {
    size_t ld;
    float *y = int8_place(c, row, column, &ld);
    const size_t columns = c->outputs - column < HS_INT8_PANEL ? c->outputs - column : HS_INT8_PANEL;
    for (size_t j = 0; j < columns; j += HS_WIDTH) {
        const size_t n = columns - j < HS_WIDTH ? columns - j : HS_WIDTH;
        const vf scale = vf_load_n(c->scales + column + j, n);
        const vf bias = c->bias ? vf_load_n(c->bias + column + j, n) : (vf){};
        for (size_t i = 0; i < rows; i++) {
            const vf sum = vf_from_int(int8_load(sums + i * HS_INT8_PANEL + j));
            vf v = sum * scale * vf_set(units[i]) + bias;
            v = int8_activate(activation, v);
            if (c->residual) v += vf_load_n(c->residual + (row + i) * c->outputs + column + j, n);
            vf_store_n(y + i * ld + j, v, n);
        }
    }
}

static void int8_finish_tile(const hs_int8_linear *c, const int32_t *sums, size_t row, size_t rows,
                             const float *units, size_t column) {
    switch (c->activation) {
#define HS_CASE(OP) case OP: int8_finish(c, sums, row, rows, units, column, OP); break;
        HS_CASE(HS_ACT_NONE) HS_CASE(HS_RELU) HS_CASE(HS_GELU) HS_CASE(HS_GELU_TANH)
        HS_CASE(HS_TANH) HS_CASE(HS_SIGMOID) HS_CASE(HS_SILU)
#undef HS_CASE
    }
}

#endif
