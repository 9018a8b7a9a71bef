// Linear layers with 8-bit integers: plain loops with 64-bit sums. Up to the activation the floats are
// those of the kernels.
#include <math.h>

#include "../dispatch/int8.h"
#include "reference.h"

#pragma STDC FP_CONTRACT OFF

static double activated(int32_t activation, double x) {
    switch (activation) {
    case HS_RELU: return x > 0 || x != x ? x : 0;
    case HS_GELU: return 0.5 * x * erfc(-x * M_SQRT1_2);
    case HS_GELU_TANH: return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case HS_TANH: return tanh(x);
    case HS_SIGMOID: return 1 / (1 + exp(-x));
    case HS_SILU: return x / (1 + exp(-x));
    default: return x;
    }
}

/// Multiplier and unit of a row.
static void row_scale(const float *x, size_t n, float *by, float *unit) {
    float greatest = 0;
    for (size_t k = 0; k < n; k++)
        if (!(fabsf(x[k]) <= greatest)) greatest = fabsf(x[k]);
    for (size_t k = 0; k < n; k++)
        if (!isfinite(x[k])) greatest = NAN;
    const int scaled = greatest >= HS_INT8_LEAST;
    *by = scaled ? 127.0f / greatest : 0;
    *unit = scaled || greatest != greatest ? greatest / 127.0f : 0;
}

static int64_t row_dot(const hs_int8_linear *c, const float *x, float by, size_t j) {
    const size_t depth = hs_int8_depth(c->inputs);
    const int8_t *w = c->weights + j / HS_INT8_PANEL * HS_INT8_PANEL * depth + j % HS_INT8_PANEL * 4;
    int64_t sum = 0;
    for (size_t k = 0; k < c->inputs; k++)
        sum += (int64_t)(x[k] * by + HS_INT8_ROUND - HS_INT8_ROUND) *
               w[k / 4 * 4 * HS_INT8_PANEL + k % 4];
    return sum;
}

static void normalize(const hs_int8_linear *c, float *y) {
    const size_t n = c->outputs;
    double mean = 0, spread = 0;
    for (size_t j = 0; j < n; j++) mean += y[j] / (double)n;
    for (size_t j = 0; j < n; j++) spread += (y[j] - mean) * (y[j] - mean) / (double)n;
    for (size_t j = 0; j < n; j++)
        y[j] = (float)((y[j] - mean) / sqrt(spread + c->epsilon) * c->gamma[j] +
                       (c->beta ? c->beta[j] : 0));
}

void hs_reference_int8(const hs_call *call) {
    const hs_int8_linear c = hs_int8_of(call);
    const size_t width = c.outputs / c.parts;
    for (size_t i = 0; i < c.rows; i++) {
        const float *x = c.x + i * c.inputs;
        float by, unit;
        row_scale(x, c.inputs, &by, &unit);
        for (size_t j = 0; j < c.outputs; j++) {
            float v = unit == unit ? (float)row_dot(&c, x, by, j) * c.scales[j] * unit : NAN;
            if (c.bias) v += c.bias[j];
            if (c.activation != HS_ACT_NONE) v = (float)activated(c.activation, v);
            if (c.residual) v += c.residual[i * c.outputs + j];
            c.y[j / width * c.rows * width + i * width + j % width] = v;
        }
        if (c.gamma) normalize(&c, c.y + i * c.outputs);
    }
}
