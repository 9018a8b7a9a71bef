// SORT: p0 = x, p1 = values or NULL, p2 = indices (int64) or NULL; n0 = rows, n1 = length,
// n2 = how many to keep; flags 1 = descending. Stable; NaN counts as the largest, as in PyTorch.
// Each row is merged bottom-up over its indices.
#include <math.h>

#include "../reference/reference.h"
#include "dispatch.h"

// Whether a must come before b.
typedef bool (*precedes)(const void *x, int64_t a, int64_t b, bool descending);

#define ORDER(NAME, T, A_IS_NAN, B_IS_NAN)                                                         \
    static bool NAME(const void *x, int64_t a, int64_t b, bool descending) {                       \
        T va = ((const T *)x)[a], vb = ((const T *)x)[b];                                          \
        if (A_IS_NAN || B_IS_NAN)                                                                  \
            return descending ? (A_IS_NAN) && !(B_IS_NAN) : !(A_IS_NAN) && (B_IS_NAN);             \
        return descending ? va > vb : va < vb;                                                     \
    }
ORDER(order_float, float, va != va, vb != vb)
ORDER(order_double, double, va != va, vb != vb)
ORDER(order_int64, int64_t, 0, 0)
ORDER(order_int32, int32_t, 0, 0)
ORDER(order_uint8, uint8_t, 0, 0)
#undef ORDER

static precedes order_of(int dtype) {
    switch (dtype) {
    case HS_FLOAT32: return order_float;
    case HS_FLOAT64: return order_double;
    case HS_INT64: return order_int64;
    case HS_INT32: return order_int32;
    default: return order_uint8;
    }
}

static void merge(const void *x, precedes before, bool descending, const int64_t *from,
                  int64_t *to, size_t left, size_t middle, size_t right) {
    size_t i = left, j = middle;
    for (size_t k = left; k < right; k++) {
        bool take_right = i >= middle || (j < right && before(x, from[j], from[i], descending));
        to[k] = take_right ? from[j++] : from[i++];
    }
}

// Returns which of the two buffers holds the sorted indices.
static int64_t *sort_row(const void *x, size_t n, precedes before, bool descending, int64_t *a,
                         int64_t *b) {
    for (size_t i = 0; i < n; i++) a[i] = (int64_t)i;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t left = 0; left < n; left += 2 * width) {
            size_t middle = left + width < n ? left + width : n;
            size_t right = left + 2 * width < n ? left + 2 * width : n;
            merge(x, before, descending, a, b, left, middle, right);
        }
        int64_t *swap = a;
        a = b;
        b = swap;
    }
    return a;
}

static void sort_range(void *context, size_t begin, size_t end) {
    const hs_call *c = context;
    size_t n = (size_t)c->n[1], keep = (size_t)c->n[2], size = hs_dtype_size(c->dtype);
    int64_t *buffer = hs_scratch(3, 2 * (n + 1) * sizeof(int64_t));
    for (size_t r = begin; r < end; r++) {
        const char *x = (const char *)c->p[0] + r * n * size;
        int64_t *order = sort_row(x, n, order_of(c->dtype), c->flags & 1, buffer, buffer + n);
        if (c->p[2]) memcpy((int64_t *)c->p[2] + r * keep, order, keep * sizeof(int64_t));
        if (!c->p[1]) continue;
        char *values = (char *)c->p[1] + r * keep * size;
        for (size_t i = 0; i < keep; i++)
            memcpy(values + i * size, x + (size_t)order[i] * size, size);
    }
}

void hs_do_sort(const hs_call *c) {
    hs_split((size_t)c->n[0], hs_row_grain((size_t)c->n[1] * 16), sort_range, c);
}
