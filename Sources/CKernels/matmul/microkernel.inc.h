// The register tile: `rows` × (`vectors` · HS_WIDTH) elements of C held in registers over a block
// of k, each one a chain of fused multiply-adds over ascending k. Every other file of this folder
// only decides which tiles to run and where their operands lie.
#ifndef HS_MATMUL_MICROKERNEL_INC_H
#define HS_MATMUL_MICROKERNEL_INC_H

// 32 registers hold 14 × 2 accumulators, two vectors of B and a broadcast of A; 16 hold 6 × 2.
#if defined(HS_AVX512) || defined(HS_NEON)
#define HS_TILE_ROWS 14
#define HS_WIDE_ROWS 6
#else
#define HS_TILE_ROWS 6
#define HS_WIDE_ROWS 3
#endif
#define HS_TILE_COLUMNS (2 * HS_WIDTH)
#define HS_WIDE_COLUMNS (4 * HS_WIDTH)

// What a tile does besides its products (bits of `flags`).
enum { HS_TILE_LOAD = 1, HS_TILE_RELU = 2 };

/// Operands of one tile. Row i of A starts at a + i · lda (`columns of A` kernels: element (i, k)
/// is a[k · lda + i]); row k of B at b + k · ldb.
typedef struct tile {
    const float *a;
    size_t lda;
    const float *b;
    size_t ldb;
    float *c;
    size_t ldc;
    size_t depth;
    const float *bias;  // of the tile's first column, or NULL
    // Asked for, two lines of C and three of A at each of `next_steps` steps, while this tile is
    // computed: the next tile of C, and what the tiles after it will read first.
    const float *next_c, *next_a;
    size_t next_ldc, next_lda, next_steps;
    size_t ahead;  // how far past a row of B to ask for B, in floats
    uint32_t flags;
    uint32_t tail;  // valid columns of the last vector, in kernels that take a partial one
} tile;

typedef void (*tile_kernel)(const tile *);

HS_INLINE vf tile_broadcast(const float *p) {
    return (vf)(hs_ext_float)*p;
}

HS_INLINE vf tile_load(const float *p, bool partial, size_t tail) {
#if !defined(HS_AVX512)
    if (partial && tail == HS_WIDTH) return vf_load(p);
#endif
    return partial ? vf_load_n(p, tail) : vf_load(p);
}

HS_INLINE void tile_store(float *p, vf v, bool partial, size_t tail) {
#if !defined(HS_AVX512)
    if (partial && tail == HS_WIDTH) {
        vf_store(p, v);
        return;
    }
#endif
    if (partial) vf_store_n(p, v, tail);
    else vf_store(p, v);
}

/// Bias and ReLU on the finished accumulators (NaN passes), then the store.
HS_INLINE void tile_finish(const int rows, const int vectors, const bool partial, const tile *t,
                           vf acc[][4]) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        const bool part = partial && v == vectors - 1;
        if (t->bias) {
            const vf bias = tile_load(t->bias + v * HS_WIDTH, part, t->tail);
#pragma clang loop unroll(full)
            for (int i = 0; i < rows; i++) acc[i][v] += bias;
        }
        if (t->flags & HS_TILE_RELU) {
#pragma clang loop unroll(full)
            for (int i = 0; i < rows; i++) acc[i][v] = vf_max_fast(vf_set(0), acc[i][v]);
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            tile_store(t->c + (size_t)i * t->ldc + v * HS_WIDTH, acc[i][v],
                       partial && v == vectors - 1, t->tail);
        }
    }
}

/// The accumulators' start: C where the chain goes on, else zero.
HS_INLINE void tile_start(const int rows, const int vectors, const bool partial, const tile *t,
                          vf acc[][4]) {
    if (t->flags & HS_TILE_LOAD) {
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                acc[i][v] = tile_load(t->c + (size_t)i * t->ldc + v * HS_WIDTH,
                                      partial && v == vectors - 1, t->tail);
            }
        }
    } else {
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) acc[i][v] = (vf){};
        }
    }
}

/// One k: `a` holds the start of every third row (or one pointer to a column of A).
HS_INLINE void tile_step(const int rows, const int vectors, const bool by_rows, const bool partial,
                         const float *const a[5], size_t lda, const float *b, size_t ahead,
                         size_t tail, vf acc[][4]) {
    vf bv[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        if (!partial) __builtin_prefetch(b + ahead + v * HS_WIDTH);
        bv[v] = tile_load(b + v * HS_WIDTH, partial && v == vectors - 1, tail);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
        const vf av = tile_broadcast(by_rows ? a[i / 3] + (i % 3) * lda : a[0] + i);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) acc[i][v] = vf_fma(av, bv[v], acc[i][v]);
    }
}

/// Moves on by `steps` of k. The empty statements hide that the pointers advance evenly: the
/// compiler would otherwise keep one pointer for every row, more than there are registers.
HS_INLINE void tile_next(const int pointers, const float *a[5], size_t step, const float **b,
                         size_t ldb, bool hide) {
#pragma clang loop unroll(full)
    for (int g = 0; g < pointers; g++) {
        a[g] += step;
        if (hide) __asm__("" : "+r"(a[g]));
    }
    *b += ldb;
    __asm__("" : "+r"(*b));
}

/// The body of every kernel; all but `t` are constants.
HS_INLINE void tile_run(const int rows, const int vectors, const bool by_rows, const bool partial,
                        const tile *t) {
    enum { UNROLL = 4 };
    vf acc[HS_TILE_ROWS][4];
    const size_t lda = t->lda, ldb = t->ldb, ahead = t->ahead, step = by_rows ? 1 : lda;
    const int pointers = by_rows ? (rows + 2) / 3 : 1;
    const float *a[5], *b = t->b;
    size_t k = t->depth;
#pragma clang loop unroll(full)
    for (int g = 0; g < pointers; g++) a[g] = t->a + 3 * (size_t)g * lda;
    tile_start(rows, vectors, partial, t, acc);
    // Fewer rows leave less time, and are not met where it matters.
    const bool prefetches = !partial && vectors == 2 && rows > HS_TILE_ROWS * 3 / 5;
    const float *next_c = t->next_c, *next_a = t->next_a;
    size_t next_ldc = t->next_ldc, next_lda = t->next_lda, left = t->next_steps;
#pragma clang loop unroll(disable)
    for (; k >= UNROLL; k -= UNROLL) {
        if (prefetches) {
            __builtin_prefetch(next_c, 1);
            __builtin_prefetch(next_c + HS_WIDTH, 1);
            __builtin_prefetch(next_a, 0, 2);
            __builtin_prefetch(next_a + 16, 0, 2);
            __builtin_prefetch(next_a + 32, 0, 2);
            next_c += next_ldc;
            next_a += next_lda;
            left--;
            next_ldc = left ? next_ldc : 0;
            next_lda = left ? next_lda : 0;
        }
#pragma clang loop unroll(full)
        for (int u = 0; u < UNROLL; u++) {
            tile_step(rows, vectors, by_rows, partial, a, lda, b, ahead, t->tail, acc);
            tile_next(pointers, a, step, &b, ldb, u == UNROLL - 1 || !by_rows);
        }
    }
#pragma clang loop unroll(disable)
    for (; k > 0; k--) {
        tile_step(rows, vectors, by_rows, partial, a, lda, b, ahead, t->tail, acc);
        tile_next(pointers, a, step, &b, ldb, true);
    }
    tile_finish(rows, vectors, partial, t, acc);
}

#endif
