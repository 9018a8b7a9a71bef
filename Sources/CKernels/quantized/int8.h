// What packed 8-bit weights consist of, and the call their kernels carry out.
#ifndef HS_QUANTIZED_INT8_H
#define HS_QUANTIZED_INT8_H

#include "../include/hs_int8.h"

/// y = act(x·Wᵀ + bias) + residual, then normalised if there is a gamma. Every row of x is quantised
/// by its own greatest magnitude.
typedef struct hs_int8_linear {
    size_t rows, outputs, inputs;
    const float *x;           // [rows, inputs]
    const int8_t *weights;    // panels of [ceil(inputs / 4)][HS_INT8_PANEL][4], of the first output
    const float *scales;      // of each output
    const int32_t *starts;    // -128 · the sum of each output's weights
    const float *bias;        // [outputs], or NULL
    int32_t activation;       // HS_ACT_NONE or as in hs_epilogue
    size_t parts;             // y is [parts, rows, outputs / parts]
    const float *residual;    // [rows, outputs], or NULL
    const float *gamma, *beta;  // [outputs], or NULL
    float epsilon;
    float *y;
} hs_int8_linear;

typedef void (*hs_int8_kernel)(const hs_int8_linear *);

static inline size_t hs_int8_depth(size_t inputs) { return (inputs + 3) / 4 * 4; }

static inline size_t hs_int8_width(size_t outputs) {
    return (outputs + HS_INT8_PANEL - 1) / HS_INT8_PANEL * HS_INT8_PANEL;
}

// Rows with no greater magnitude than this are zero: 127 divided by less may overflow.
#define HS_INT8_LEAST 1e-30f

// Adding it leaves a number of magnitude up to 2^22, rounded to the nearest even, in the low bits.
#define HS_INT8_ROUND 12582912.0f

#if defined(__x86_64__)
void hs_int8_linear_avx512_vnni(const hs_int8_linear *call);
void hs_int8_linear_avx2_vnni(const hs_int8_linear *call);
bool hs_has_avx512_vnni(void);
bool hs_has_avx_vnni(void);
#endif

#endif
