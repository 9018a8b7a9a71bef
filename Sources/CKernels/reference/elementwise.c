// Elementwise loops over every element type.
#include <math.h>
#include <stdlib.h>

#include "reference.h"

static int64_t integer_power(int64_t base, int64_t exponent) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
    uint64_t result = 1, factor = (uint64_t)base;
    for (; exponent; exponent >>= 1, factor *= factor)
        if (exponent & 1) result *= factor;
    return (int64_t)result;
}

// Wrapping arithmetic: integer overflow is not undefined here.
#define DIVIDE(a, b) ((b) == 0 ? 0 : (int64_t)(b) == -1 ? (T)(0 - (uint64_t)(a)) : (T)((a) / (b)))
#define POWER(a, b) (T) integer_power((int64_t)(a), (int64_t)(b))
#define IS_NAN(a) false
#define T int64_t
#define NAME(x) x##_int64
#include "typed.inc.h"
#undef T
#undef NAME
#define T int32_t
#define NAME(x) x##_int32
#include "typed.inc.h"
#undef T
#undef NAME
#define T uint8_t
#define NAME(x) x##_uint8
#include "typed.inc.h"
#undef T
#undef NAME
#undef DIVIDE
#undef POWER
#undef IS_NAN
#define IS_NAN(a) isnan(a)
#define DIVIDE(a, b) ((a) / (b))
#define POWER(a, b) (T) pow((double)(a), (double)(b))
#define T double
#define NAME(x) x##_double
#include "typed.inc.h"
#undef T
#undef NAME
#define T float
#define NAME(x) x##_float
#include "typed.inc.h"
#undef T
#undef NAME

static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static const double sqrt_2_over_pi = 0.79788456080286535588;

static double gelu_tanh_inner(double x) { return sqrt_2_over_pi * (x + 0.044715 * x * x * x); }

static double normal_cdf(double x) { return 0.5 * erfc(-x * M_SQRT1_2); }

double hs_reference_unary(int op, double x, double p0, double p1) {
    switch (op) {
    case HS_NEG: return -x;
    case HS_ABS: return fabs(x);
    case HS_SIGN: return x > 0 ? 1 : x < 0 ? -1 : x;
    case HS_SQUARE: return x * x;
    case HS_SQRT: return sqrt(x);
    case HS_RSQRT: return 1 / sqrt(x);
    case HS_RECIPROCAL: return 1 / x;
    case HS_EXP: return exp(x);
    case HS_EXPM1: return expm1(x);
    case HS_LOG: return log(x);
    case HS_LOG1P: return log1p(x);
    case HS_SIN: return sin(x);
    case HS_COS: return cos(x);
    case HS_TANH: return tanh(x);
    case HS_SIGMOID: return sigmoid(x);
    case HS_SILU: return x * sigmoid(x);
    case HS_RELU: return x != x || x > 0 ? x : 0;
    case HS_LEAKY_RELU: return x < 0 ? p0 * x : x;
    case HS_ELU: return x < 0 ? p0 * expm1(x) : x;
    case HS_GELU: return x * normal_cdf(x);
    case HS_GELU_TANH: return 0.5 * x * (1 + tanh(gelu_tanh_inner(x)));
    case HS_SOFTPLUS: return fmax(x, 0) + log1p(exp(-fabs(x)));
    case HS_ERF: return erf(x);
    case HS_FLOOR: return floor(x);
    case HS_CEIL: return ceil(x);
    case HS_ROUND: return rint(x);
    case HS_CLAMP: return x < p0 ? p0 : x > p1 ? p1 : x;
    case HS_SCALE: return p0 * x + p1;
    case HS_IS_NAN: return x != x;
    default: return x == 0;
    }
}

static double gelu_tanh_derivative(double x) {
    double t = tanh(gelu_tanh_inner(x));
    return 0.5 * (1 + t) +
           0.5 * x * (1 - t * t) * sqrt_2_over_pi * (1 + 3 * 0.044715 * x * x);
}

double hs_reference_unary_derivative(int op, double x, double y, double p0, double p1) {
    switch (op) {
    case HS_NEG: return -1;
    case HS_ABS: return x > 0 ? 1 : x < 0 ? -1 : x;
    case HS_SQUARE: return 2 * x;
    case HS_SQRT: return 0.5 / y;
    case HS_RSQRT: return -0.5 * y / x;
    case HS_RECIPROCAL: return -y * y;
    case HS_EXP: return y;
    case HS_EXPM1: return y + 1;
    case HS_LOG: return 1 / x;
    case HS_LOG1P: return 1 / (1 + x);
    case HS_SIN: return cos(x);
    case HS_COS: return -sin(x);
    case HS_TANH: return 1 - y * y;
    case HS_SIGMOID: return y * (1 - y);
    case HS_SILU: return sigmoid(x) * (1 + x * (1 - sigmoid(x)));
    case HS_RELU: return x > 0;
    case HS_LEAKY_RELU: return x > 0 ? 1 : p0;
    case HS_ELU: return x > 0 ? 1 : p0 * exp(x);
    case HS_GELU: return normal_cdf(x) + x * exp(-0.5 * x * x) / sqrt(2 * M_PI);
    case HS_GELU_TANH: return gelu_tanh_derivative(x);
    case HS_SOFTPLUS: return sigmoid(x);
    case HS_ERF: return 2 / sqrt(M_PI) * exp(-x * x);
    case HS_CLAMP: return x >= p0 && x <= p1;
    case HS_SCALE: return p0;
    default: return 0;
    }
}

static void unary_double(const hs_call *c) {
    const double *x = c->p[0], *y = c->p[1], *dy = c->p[2];
    for (int64_t i = 0; i < c->n[0]; i++) {
        if (c->op == HS_OP_UNARY_BACKWARD)
            ((double *)c->p[3])[i] =
                dy[i] * hs_reference_unary_derivative(c->kind, x[i], y[i], c->f[0], c->f[1]);
        else if (c->kind == HS_IS_NAN || c->kind == HS_LOGICAL_NOT)
            ((uint8_t *)c->p[1])[i] = hs_reference_unary(c->kind, x[i], 0, 0) != 0;
        else
            ((double *)c->p[1])[i] = hs_reference_unary(c->kind, x[i], c->f[0], c->f[1]);
    }
}

static void unary_float_to_bool(const hs_call *c) {
    const float *x = c->p[0];
    for (int64_t i = 0; i < c->n[0]; i++)
        ((uint8_t *)c->p[1])[i] = c->kind == HS_IS_NAN ? x[i] != x[i] : x[i] == 0;
}

static int64_t bound(double value) {
    return value == -INFINITY ? INT64_MIN : value == INFINITY ? INT64_MAX : (int64_t)value;
}

// Integers know negation, absolute value, sign, square, clamp, scale and "is zero".
static int64_t unary_integer_one(const hs_call *c, int64_t x) {
    switch (c->kind) {
    case HS_NEG: return (int64_t)(0 - (uint64_t)x);
    case HS_ABS: return x < 0 ? (int64_t)(0 - (uint64_t)x) : x;
    case HS_SIGN: return (x > 0) - (x < 0);
    case HS_SQUARE: return (int64_t)((uint64_t)x * (uint64_t)x);
    case HS_CLAMP: return x < bound(c->f[0]) ? bound(c->f[0]) : x > bound(c->f[1]) ? bound(c->f[1]) : x;
    case HS_SCALE:
        return (int64_t)((uint64_t)x * (uint64_t)(int64_t)c->f[0] + (uint64_t)(int64_t)c->f[1]);
    case HS_LOGICAL_NOT: return x == 0;
    case HS_IS_NAN: return 0;
    default: return x;
    }
}

static void unary_integer(const hs_call *c) {
    bool to_bool = c->kind == HS_LOGICAL_NOT || c->kind == HS_IS_NAN;
    for (int64_t i = 0; i < c->n[0]; i++) {
        int64_t x = c->dtype == HS_INT64   ? ((const int64_t *)c->p[0])[i]
                    : c->dtype == HS_INT32 ? ((const int32_t *)c->p[0])[i]
                                           : ((const uint8_t *)c->p[0])[i];
        int64_t y = unary_integer_one(c, x);
        if (to_bool || c->dtype == HS_BOOL)
            ((uint8_t *)c->p[1])[i] = y != 0;
        else if (c->dtype == HS_UINT8)
            ((uint8_t *)c->p[1])[i] = (uint8_t)y;
        else if (c->dtype == HS_INT64)
            ((int64_t *)c->p[1])[i] = y;
        else
            ((int32_t *)c->p[1])[i] = (int32_t)y;
    }
}

void hs_reference_elementwise(const hs_call *c) {
    bool unary = c->op == HS_OP_UNARY || c->op == HS_OP_UNARY_BACKWARD;
    switch (c->dtype) {
    case HS_FLOAT64: unary ? unary_double(c) : elementwise_double(c); break;
    case HS_FLOAT32: unary ? unary_float_to_bool(c) : elementwise_float(c); break;
    case HS_INT64: unary ? unary_integer(c) : elementwise_int64(c); break;
    case HS_INT32: unary ? unary_integer(c) : elementwise_int32(c); break;
    default: unary ? unary_integer(c) : elementwise_uint8(c); break;
    }
}
