// Bound by memory latency, so plain C serves every processor.
#include "../include/hs_files.h"

#include <string.h>

// One row: the loops of fixed element size become plain moves.
static void gather_row(
    const char *source, int64_t element_size, int64_t count, int64_t stride, char *target) {
    if (stride == 1) {
        memcpy(target, source, (size_t)(count * element_size));
        return;
    }
#define HS_GATHER(size)                                                                            \
    for (int64_t i = 0; i < count; ++i) memcpy(target + i * size, source + i * stride * size, size)
    switch (element_size) {
    case 1: HS_GATHER(1); break;
    case 2: HS_GATHER(2); break;
    case 4: HS_GATHER(4); break;
    default: HS_GATHER(8); break;
    }
#undef HS_GATHER
}

void hs_gather_strided(
    const void *source, int64_t element_size, int64_t rank, const int64_t *sizes,
    const int64_t *strides, void *target) {
    int64_t place[8] = {0}, offset = 0;
    for (int64_t axis = 0; axis < rank; ++axis)
        if (sizes[axis] == 0) return;
    int64_t width = rank > 0 ? sizes[rank - 1] : 1, step = rank > 0 ? strides[rank - 1] : 1;
    char *to = target;
    for (;;) {
        gather_row((const char *)source + offset * element_size, element_size, width, step, to);
        to += width * element_size;
        int64_t axis = rank - 2;
        for (; axis >= 0; --axis) {
            offset += strides[axis];
            if (++place[axis] < sizes[axis]) break;
            offset -= strides[axis] * sizes[axis];
            place[axis] = 0;
        }
        if (axis < 0) return;
    }
}
