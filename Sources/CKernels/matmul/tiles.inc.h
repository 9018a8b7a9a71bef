// The microkernels by shape, and the loop that covers a block of rows × columns with them.
#ifndef HS_MATMUL_TILES_INC_H
#define HS_MATMUL_TILES_INC_H

#include "microkernel.inc.h"

#define HS_KERNEL(name, rows, vectors, by_rows, partial) \
    static void name##_##rows(const tile *t) { tile_run(rows, vectors, by_rows, partial, t); }
#define HS_KERNELS_3(name, ...) \
    HS_KERNEL(name, 1, __VA_ARGS__) HS_KERNEL(name, 2, __VA_ARGS__) HS_KERNEL(name, 3, __VA_ARGS__)
#define HS_KERNELS_6(name, ...)                                      \
    HS_KERNELS_3(name, __VA_ARGS__)                                  \
    HS_KERNEL(name, 4, __VA_ARGS__) HS_KERNEL(name, 5, __VA_ARGS__) \
    HS_KERNEL(name, 6, __VA_ARGS__)
#define HS_KERNELS_14(name, ...)                                        \
    HS_KERNELS_6(name, __VA_ARGS__)                                     \
    HS_KERNEL(name, 7, __VA_ARGS__) HS_KERNEL(name, 8, __VA_ARGS__)    \
    HS_KERNEL(name, 9, __VA_ARGS__) HS_KERNEL(name, 10, __VA_ARGS__)   \
    HS_KERNEL(name, 11, __VA_ARGS__) HS_KERNEL(name, 12, __VA_ARGS__)  \
    HS_KERNEL(name, 13, __VA_ARGS__) HS_KERNEL(name, 14, __VA_ARGS__)
#define HS_TABLE_3(name) {NULL, name##_1, name##_2, name##_3}
#define HS_TABLE_6(name) {NULL, name##_1, name##_2, name##_3, name##_4, name##_5, name##_6}
#define HS_TABLE_14(name)                                                              \
    {NULL,     name##_1, name##_2, name##_3, name##_4,  name##_5,  name##_6, name##_7, \
     name##_8, name##_9, name##_10, name##_11, name##_12, name##_13, name##_14}

#if HS_TILE_ROWS == 14
#define HS_TILE_KERNELS HS_KERNELS_14
#define HS_TILE_TABLE HS_TABLE_14
#define HS_WIDE_KERNELS HS_KERNELS_6
#define HS_WIDE_TABLE HS_TABLE_6
#else
#define HS_TILE_KERNELS HS_KERNELS_6
#define HS_TILE_TABLE HS_TABLE_6
#define HS_WIDE_KERNELS HS_KERNELS_3
#define HS_WIDE_TABLE HS_TABLE_3
#endif

// kernel_<A by rows or by columns>_<vectors>_<rows>; those of one vector take a partial one.
HS_TILE_KERNELS(kernel_rows_2, 2, true, false)
HS_TILE_KERNELS(kernel_rows_1, 1, true, true)
HS_WIDE_KERNELS(kernel_rows_4, 4, true, false)
HS_TILE_KERNELS(kernel_columns_2, 2, false, false)
HS_TILE_KERNELS(kernel_columns_1, 1, false, true)
HS_WIDE_KERNELS(kernel_columns_4, 4, false, false)

// Indexed by whether A lies by rows, then by rows.
static const tile_kernel kernels_2[2][HS_TILE_ROWS + 1] = {HS_TILE_TABLE(kernel_columns_2),
                                                           HS_TILE_TABLE(kernel_rows_2)};
static const tile_kernel kernels_1[2][HS_TILE_ROWS + 1] = {HS_TILE_TABLE(kernel_columns_1),
                                                           HS_TILE_TABLE(kernel_rows_1)};
static const tile_kernel kernels_4[2][HS_WIDE_ROWS + 1] = {HS_WIDE_TABLE(kernel_columns_4),
                                                           HS_WIDE_TABLE(kernel_rows_4)};

/// Moves a tile `vectors` to the right.
HS_INLINE void tile_advance(tile *t, size_t vectors) {
    t->b += vectors * HS_WIDTH;
    t->c += vectors * HS_WIDTH;
    t->next_c += vectors * HS_WIDTH;
    if (t->bias) t->bias += vectors * HS_WIDTH;
}

/// Runs `rows` <= HS_TILE_ROWS rows over `columns` columns, of which `t` describes the first tile
/// before and the one past the last afterwards.
static void tile_row(size_t rows, bool by_rows, size_t columns, tile *t) {
    if (rows <= HS_WIDE_ROWS) {
        for (; columns >= HS_WIDE_COLUMNS; columns -= HS_WIDE_COLUMNS) {
            kernels_4[by_rows][rows](t);
            tile_advance(t, 4);
        }
    }
    for (; columns >= HS_TILE_COLUMNS; columns -= HS_TILE_COLUMNS) {
        kernels_2[by_rows][rows](t);
        tile_advance(t, 2);
    }
    while (columns > 0) {
        t->tail = (uint32_t)(columns < HS_WIDTH ? columns : HS_WIDTH);
        kernels_1[by_rows][rows](t);
        tile_advance(t, 1);
        columns -= t->tail;
    }
}

#endif
