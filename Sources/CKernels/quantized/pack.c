// Weights to 8-bit integers, and which processors multiply them four at a time.
#include <math.h>
#include <string.h>

#include "../kernels.h"
#include "int8.h"

#pragma STDC FP_CONTRACT OFF

int64_t hs_int8_bytes(int64_t outputs, int64_t inputs) {
    const size_t width = hs_int8_width((size_t)outputs), depth = hs_int8_depth((size_t)inputs);
    return (int64_t)(width * (depth + sizeof(float) + sizeof(int32_t)));
}

/// One output's weights, every fourth byte group HS_INT8_PANEL apart; its scale and their sum.
static float pack_output(const float *w, size_t inputs, int8_t *to, int32_t *sum) {
    float greatest = 0;
    for (size_t k = 0; k < inputs; k++) greatest = fmaxf(greatest, fabsf(w[k]));
    const float by = greatest < HS_INT8_LEAST ? 0.0f : 127.0f / greatest;
    for (size_t k = 0; k < inputs; k++) {
        const int32_t q = (int32_t)(w[k] * by + HS_INT8_ROUND - HS_INT8_ROUND);
        to[k / 4 * 4 * HS_INT8_PANEL + k % 4] = (int8_t)q;
        *sum += q;
    }
    return greatest < HS_INT8_LEAST ? 0.0f : greatest / 127.0f;
}

bool hs_int8_pack(int64_t outputs, int64_t inputs, const float *weights, void *to) {
    const size_t width = hs_int8_width((size_t)outputs), depth = hs_int8_depth((size_t)inputs);
    float *scales = (float *)((char *)to + width * depth);
    int32_t *starts = (int32_t *)(scales + width);
    for (int64_t i = 0; i < outputs * inputs; i++)
        if (!isfinite(weights[i])) return false;
    memset(to, 0, (size_t)hs_int8_bytes(outputs, inputs));
    for (size_t j = 0; j < (size_t)outputs; j++) {
        int8_t *panel = (int8_t *)to + j / HS_INT8_PANEL * HS_INT8_PANEL * depth;
        int32_t sum = 0;
        scales[j] = pack_output(weights + j * (size_t)inputs, (size_t)inputs,
                                panel + j % HS_INT8_PANEL * 4, &sum);
        starts[j] = -128 * sum;
    }
    return true;
}

#if defined(__x86_64__)
#include <cpuid.h>

bool hs_has_avx512_vnni(void) { return __builtin_cpu_supports("avx512vnni"); }

bool hs_has_avx_vnni(void) {
    unsigned a, b, c, d;
    return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 16);
}
#endif
