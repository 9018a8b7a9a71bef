// What the parts of vector_check.c share.
#ifndef VECTOR_CHECK_H
#define VECTOR_CHECK_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../Sources/CKernels/kernels.h"

static const hs_kernels *variants[8];
static int variant_count;
static long failures;

static void fail(const char *format, ...) {
    if (++failures > 40) return;
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

/// The distance of float32 numbers at x.
static inline double ulp(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    u = (u & 0x7ff0000000000000u) - (23ull << 52);  // 2^-23 of the power of two in x
    double distance;
    memcpy(&distance, &u, sizeof distance);
    return distance > 0x1p-149 && distance < 0x1p105 ? distance : 0x1p-149;
}

static uint32_t bits(float x) {
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static float from_bits(uint32_t u) {
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

static bool same(float a, float b) {
    return bits(a) == bits(b) || (isnan(a) && isnan(b));
}

/// A number in -1 ..< 1 that is the same everywhere.
static float noise(void) {
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)(int32_t)(state >> 32) * 0x1p-31f;
}

static float *noisy(size_t n, float scale) {
    float *x = malloc(n * sizeof(float) + 1);
    for (size_t i = 0; i < n; ++i) x[i] = noise() * scale;
    return x;
}

#endif
