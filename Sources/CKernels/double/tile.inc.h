// The tile of a product in double precision: HS_TILE64_ROWS × HS_WIDTH elements of C (two registers a
// row) as chains of multiply-adds over a block of k, from packed panels.
#ifndef HS_TILE64_ROWS
#if defined(HS_AVX512) || defined(HS_NEON)
#define HS_TILE64_ROWS 14
#else
#define HS_TILE64_ROWS 6
#endif

typedef double hs_ext_double __attribute__((ext_vector_type(HS_WIDTH)));

HS_INLINE vd vd_fma(vd a, vd b, vd c) {
#if defined(HS_AVX512) || defined(HS_AVX2) || defined(HS_NEON)
    return (vd)__builtin_elementwise_fma((hs_ext_double)a, (hs_ext_double)b, (hs_ext_double)c);
#else
    return a * b + c;
#endif
}

HS_INLINE vd vd_set(double x) {
    return (vd)(hs_ext_double)x;
}

HS_INLINE vd vd_load(const double *p) {
    vd v;
    memcpy(&v, p, sizeof v);
    return v;
}

HS_INLINE void vd_store(double *p, vd v) {
    memcpy(p, &v, sizeof v);
}

static void HS_NAME(pack64)(const double *from, size_t stride, size_t step, size_t count,
                            size_t width, size_t depth, double *to) {
    if (stride == 1) {
        for (size_t k = 0; k < depth; k++) {
            const double *line = from + k * step;
            double *out = to + k * width;
            for (size_t i = 0; i < count; i++) out[i] = line[i];
            for (size_t i = count; i < width; i++) out[i] = 0;
        }
        return;
    }
    for (size_t k = 0; k < depth; k += 8) {
        const size_t end = k + 8 < depth ? k + 8 : depth;
        for (size_t i = 0; i < width; i++) {
            const double *line = from + i * stride;
            for (size_t at = k; at < end; at++)
                to[at * width + i] = i < count ? line[at * step] : 0;
        }
    }
}

HS_INLINE void HS_NAME(tile64_finish)(const double *tile, double *c, size_t ldc, size_t rows,
                                      size_t columns, bool accumulate) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            const double v = tile[i * HS_WIDTH + j];
            c[i * ldc + j] = accumulate ? c[i * ldc + j] + v : v;
        }
}

static void HS_NAME(tile64)(size_t depth, const double *a, const double *b, double *c, size_t ldc,
                            size_t rows, size_t columns, bool accumulate) {
    vd acc[HS_TILE64_ROWS];
    HS_UNROLL
    for (int i = 0; i < HS_TILE64_ROWS; i++) acc[i] = vd_set(0);
    for (size_t k = 0; k < depth; k++) {
        const vd line = vd_load(b + k * HS_WIDTH);
        HS_UNROLL
        for (int i = 0; i < HS_TILE64_ROWS; i++)
            acc[i] = vd_fma(vd_set(a[k * HS_TILE64_ROWS + i]), line, acc[i]);
    }
    if (rows == HS_TILE64_ROWS && columns == HS_WIDTH) {
        HS_UNROLL
        for (int i = 0; i < HS_TILE64_ROWS; i++) {
            double *at = c + i * ldc;
            vd_store(at, accumulate ? vd_load(at) + acc[i] : acc[i]);
        }
        return;
    }
    double tile[HS_TILE64_ROWS * HS_WIDTH];
    HS_UNROLL
    for (int i = 0; i < HS_TILE64_ROWS; i++) vd_store(tile + i * HS_WIDTH, acc[i]);
    HS_NAME(tile64_finish)(tile, c, ldc, rows, columns, accumulate);
}
#endif
