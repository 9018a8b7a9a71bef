// HS_WIDTH × HS_WIDTH blocks of floats transposed in registers.
#ifndef HS_MATMUL_TRANSPOSE_INC_H
#define HS_MATMUL_TRANSPOSE_INC_H

// Within every 128 bits: the low or the high halves of a and b, one float or two at a time.
#if HS_WIDTH == 16
#define HS_LOW_1 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define HS_HIGH_1 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#define HS_LOW_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HS_HIGH_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#elif HS_WIDTH == 8
#define HS_LOW_1 0, 8, 1, 9, 4, 12, 5, 13
#define HS_HIGH_1 2, 10, 3, 11, 6, 14, 7, 15
#define HS_LOW_2 0, 1, 8, 9, 4, 5, 12, 13
#define HS_HIGH_2 2, 3, 10, 11, 6, 7, 14, 15
#else
#define HS_LOW_1 0, 4, 1, 5
#define HS_HIGH_1 2, 6, 3, 7
#define HS_LOW_2 0, 1, 4, 5
#define HS_HIGH_2 2, 3, 6, 7
#endif

/// Four rows: afterwards x[j] holds, in 128-bit lane q, column 4q + j of the four.
HS_INLINE void transpose_quads(vf x[4]) {
    const vf a = __builtin_shufflevector(x[0], x[1], HS_LOW_1);
    const vf b = __builtin_shufflevector(x[0], x[1], HS_HIGH_1);
    const vf c = __builtin_shufflevector(x[2], x[3], HS_LOW_1);
    const vf d = __builtin_shufflevector(x[2], x[3], HS_HIGH_1);
    x[0] = __builtin_shufflevector(a, c, HS_LOW_2);
    x[1] = __builtin_shufflevector(a, c, HS_HIGH_2);
    x[2] = __builtin_shufflevector(b, d, HS_LOW_2);
    x[3] = __builtin_shufflevector(b, d, HS_HIGH_2);
}

/// x[i] holds row i; afterwards x[j] holds column j.
HS_INLINE void transpose_block(vf x[HS_WIDTH]) {
#pragma clang loop unroll(full)
    for (int i = 0; i < HS_WIDTH; i += 4) transpose_quads(x + i);
#if HS_WIDTH == 16
#define HS_EVEN_LANES 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27
#define HS_ODD_LANES 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
        const vf a = __builtin_shufflevector(x[j], x[4 + j], HS_EVEN_LANES);
        const vf b = __builtin_shufflevector(x[j], x[4 + j], HS_ODD_LANES);
        const vf c = __builtin_shufflevector(x[8 + j], x[12 + j], HS_EVEN_LANES);
        const vf d = __builtin_shufflevector(x[8 + j], x[12 + j], HS_ODD_LANES);
        x[j] = __builtin_shufflevector(a, c, HS_EVEN_LANES);
        x[4 + j] = __builtin_shufflevector(b, d, HS_EVEN_LANES);
        x[8 + j] = __builtin_shufflevector(a, c, HS_ODD_LANES);
        x[12 + j] = __builtin_shufflevector(b, d, HS_ODD_LANES);
    }
#elif HS_WIDTH == 8
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
        const vf a = x[j], b = x[4 + j];
        x[j] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
        x[4 + j] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#endif
}

/// y[k · ldy + r] = x[r · ldx + k] for a whole block of HS_WIDTH rows and columns.
HS_INLINE void transpose_full(const float *x, size_t ldx, float *y, size_t ldy) {
    vf v[HS_WIDTH];
#pragma clang loop unroll(full)
    for (int r = 0; r < HS_WIDTH; r++) v[r] = vf_load(x + (size_t)r * ldx);
    transpose_block(v);
#pragma clang loop unroll(full)
    for (int k = 0; k < HS_WIDTH; k++) vf_store(y + (size_t)k * ldy, v[k]);
}

/// The same for `rows` <= HS_WIDTH and `columns` <= HS_WIDTH of x; every stored row of y is a
/// whole vector, zero past `rows`.
static void transpose_part(const float *x, size_t ldx, float *y, size_t ldy, size_t rows,
                           size_t columns) {
    vf v[HS_WIDTH];
    for (size_t r = 0; r < HS_WIDTH; r++) {
        v[r] = r >= rows               ? (vf){}
               : columns == HS_WIDTH ? vf_load(x + r * ldx)
                                       : vf_load_n(x + r * ldx, columns);
    }
    transpose_block(v);
    for (size_t k = 0; k < columns; k++) vf_store(y + k * ldy, v[k]);
}

#endif
