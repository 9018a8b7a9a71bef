// Conversions between element types, one element at a time through the widest of its kind.
#include <math.h>
#include <string.h>

#include "reference.h"

static bool is_float(int dtype) { return dtype <= HS_FLOAT16; }

static double read_float(int dtype, const void *x, size_t i) {
    float wide;
    switch (dtype) {
    case HS_FLOAT64: return ((const double *)x)[i];
    case HS_FLOAT32: return ((const float *)x)[i];
    case HS_BFLOAT16: hs_kernels_portable.bfloat16_to_float((const uint16_t *)x + i, &wide, 1); break;
    default: hs_kernels_portable.half_to_float((const uint16_t *)x + i, &wide, 1); break;
    }
    return wide;
}

static int64_t read_integer(int dtype, const void *x, size_t i) {
    switch (dtype) {
    case HS_INT64: return ((const int64_t *)x)[i];
    case HS_INT32: return ((const int32_t *)x)[i];
    default: return ((const uint8_t *)x)[i];
    }
}

static int64_t saturate(double value, double low, double high) {
    if (value != value) return 0;
    if (value <= low) return low < -1e18 ? INT64_MIN : (int64_t)low;
    if (value >= high) return high > 1e18 ? INT64_MAX : (int64_t)high;
    return (int64_t)value;
}

static void write_float(int dtype, void *y, size_t i, double value) {
    float narrow = (float)value;
    switch (dtype) {
    case HS_FLOAT64: ((double *)y)[i] = value; break;
    case HS_FLOAT32: ((float *)y)[i] = narrow; break;
    case HS_BFLOAT16: hs_kernels_portable.float_to_bfloat16(&narrow, (uint16_t *)y + i, 1); break;
    default: hs_kernels_portable.float_to_half(&narrow, (uint16_t *)y + i, 1); break;
    }
}

static void write_integer(int dtype, void *y, size_t i, int64_t value) {
    switch (dtype) {
    case HS_INT64: ((int64_t *)y)[i] = value; break;
    case HS_INT32: ((int32_t *)y)[i] = (int32_t)value; break;
    case HS_UINT8: ((uint8_t *)y)[i] = (uint8_t)value; break;
    default: ((uint8_t *)y)[i] = value != 0; break;
    }
}

static int64_t float_to_integer(int dtype, double value) {
    switch (dtype) {
    case HS_INT64: return saturate(value, -9.3e18, 9.3e18);
    case HS_INT32: return saturate(value, INT32_MIN, INT32_MAX);
    case HS_UINT8: return saturate(value, 0, 255);
    default: return value != 0;
    }
}

void hs_convert_portable(int from, const void *x, int to, void *y, size_t n) {
    if (from == to) {
        memmove(y, x, n * hs_dtype_size(from));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (is_float(from)) {
            double value = read_float(from, x, i);
            if (is_float(to))
                write_float(to, y, i, value);
            else
                write_integer(to, y, i, float_to_integer(to, value));
        } else {
            int64_t value = read_integer(from, x, i);
            if (is_float(to))
                write_float(to, y, i, (double)value);
            else
                write_integer(to, y, i, value);
        }
    }
}
