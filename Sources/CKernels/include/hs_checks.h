// Checks of integer operands.
#ifndef HS_CHECKS_H
#define HS_CHECKS_H

#include <stdint.h>

/// The place of the first value outside low ..< high other than `ignored`, or -1.
static inline int64_t hs_first_outside_ignoring(const int64_t *values, int64_t count, int64_t low,
                                                int64_t high, int64_t ignored) {
    for (int64_t i = 0; i < count; i++)
        if ((values[i] < low || values[i] >= high) && values[i] != ignored) return i;
    return -1;
}

/// The place of the first value outside low ..< high, or -1.
static inline int64_t hs_first_outside(const int64_t *values, int64_t count, int64_t low,
                                       int64_t high) {
    for (int64_t i = 0; i < count; i++)
        if (values[i] < low || values[i] >= high) return i;
    return -1;
}

/// The same for int32, with `high` itself inside.
static inline int64_t hs_first_outside_int32(const int32_t *values, int64_t count, int32_t low,
                                             int32_t high) {
    for (int64_t i = 0; i < count; i++)
        if (values[i] < low || values[i] > high) return i;
    return -1;
}

/// The place of the first value that is less than the one before it, or outside 0 ... high, or -1.
static inline int64_t hs_first_descent(const int32_t *values, int64_t count, int32_t high) {
    for (int64_t i = 0; i < count; i++)
        if (values[i] < (i > 0 ? values[i - 1] : 0) || values[i] > high) return i;
    return -1;
}

#endif
