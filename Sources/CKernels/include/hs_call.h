// One primitive operation as a value: the contract between the Swift dispatch and the kernels.
#ifndef HS_CALL_H
#define HS_CALL_H

#include <stddef.h>
#include <stdint.h>

/// Element types. The numbers are written into files: never renumber.
enum {
    HS_FLOAT32 = 0,
    HS_FLOAT64 = 1,
    HS_BFLOAT16 = 2,
    HS_FLOAT16 = 3,
    HS_INT64 = 4,
    HS_INT32 = 5,
    HS_UINT8 = 6,
    HS_BOOL = 7,
};

/// Primitive operations (`hs_call.op`). The operands, sizes and scalars of each are documented
/// at its implementation in `dispatch/`.
enum {
    HS_OP_FILL = 0,
    HS_OP_COPY,
    HS_OP_COPY_STRIDED,
    HS_OP_CONVERT,
    HS_OP_UNARY,
    HS_OP_UNARY_BACKWARD,
    HS_OP_BINARY,
    HS_OP_COMPARE,
    HS_OP_SELECT,
    HS_OP_REDUCE,
    HS_OP_ARG_REDUCE,
    HS_OP_MATMUL,
    HS_OP_SOFTMAX,
    HS_OP_SOFTMAX_BACKWARD,
    HS_OP_LAYER_NORM,
    HS_OP_LAYER_NORM_BACKWARD,
    HS_OP_CROSS_ENTROPY,
    HS_OP_CROSS_ENTROPY_BACKWARD,
    HS_OP_LOSS,
    HS_OP_LOSS_BACKWARD,
    HS_OP_DROPOUT,
    HS_OP_RANDOM,
    HS_OP_GATHER_ROWS,
    HS_OP_SCATTER_ADD_ROWS,
    HS_OP_GATHER,
    HS_OP_SCATTER_ADD,
    HS_OP_ONE_HOT,
    HS_OP_SORT,
    HS_OP_OPTIMIZER,
    HS_OP_GLOBAL_NORM,
    HS_OP_CLIP_SCALE,
    HS_OP_ARANGE,
    HS_OP_ATTENTION,
    HS_OP_ATTENTION_BACKWARD,
    HS_OP_RMS_NORM,
    HS_OP_RMS_NORM_BACKWARD,
    HS_OP_ROTARY,
    HS_OP_LINEAR_INT8,
    HS_OP_COUNT,
};

/// Elementwise functions of one operand (`hs_call.kind` of UNARY and UNARY_BACKWARD).
enum {
    HS_NEG = 0,
    HS_ABS,
    HS_SIGN,
    HS_SQUARE,
    HS_SQRT,
    HS_RSQRT,
    HS_RECIPROCAL,
    HS_EXP,
    HS_EXPM1,
    HS_LOG,
    HS_LOG1P,
    HS_SIN,
    HS_COS,
    HS_TANH,
    HS_SIGMOID,
    HS_SILU,
    HS_RELU,
    HS_LEAKY_RELU,  // f[0] = slope for x < 0
    HS_ELU,         // f[0] = alpha
    HS_GELU,        // x * Phi(x), exact (erf)
    HS_GELU_TANH,   // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
    HS_SOFTPLUS,    // log(1 + exp(x)), never overflows
    HS_ERF,
    HS_FLOOR,
    HS_CEIL,
    HS_ROUND,       // half to even
    HS_CLAMP,       // to f[0] ... f[1]
    HS_SCALE,       // f[0] * x + f[1], one rounding (fused multiply-add)
    HS_IS_NAN,      // Boolean result is written as bool (uint8); dispatch handles it
    HS_LOGICAL_NOT,
    HS_UNARY_COUNT,
};

/// Elementwise functions of two operands.
enum {
    HS_ADD = 0,
    HS_SUB,
    HS_MUL,
    HS_DIV,
    HS_MAX,  // NaN if either is NaN
    HS_MIN,
    HS_POW,
    HS_AND,
    HS_OR,
    HS_BINARY_COUNT,
};

/// Comparisons; the result is bool (uint8, 0 or 1). Every comparison with NaN but NE is false.
enum { HS_EQ = 0, HS_NE, HS_LT, HS_LE, HS_GT, HS_GE };

/// Reductions.
enum { HS_SUM = 0, HS_MEAN, HS_REDUCE_MAX, HS_REDUCE_MIN, HS_PROD, HS_LOGSUMEXP, HS_SQUARE_SUM };

/// Pointwise losses, summed (`hs_call.kind` of LOSS and LOSS_BACKWARD). d = prediction - target.
enum {
    HS_LOSS_SQUARED = 0,  // d^2
    HS_LOSS_ABSOLUTE,     // |d|
    HS_LOSS_HUBER,        // 0.5 d^2 if |d| <= f[0], else f[0] (|d| - 0.5 f[0])
    HS_LOSS_BCE_LOGITS,   // max(z,0) - z t + log(1 + exp(-|z|))
};

/// Fills (`hs_call.kind` of RANDOM).
enum { HS_UNIFORM = 0, HS_NORMAL };

/// Optimizer updates (`hs_call.kind` of OPTIMIZER).
enum {
    HS_SGD = 0,
    HS_ADAM,
    HS_ADAMW,
    HS_LION,
    HS_RMSPROP,
    HS_SCHEDULE_FREE,
    HS_ADAFACTOR,
};

/// Bits of `hs_call.flags` of ATTENTION and its gradient.
enum {
    HS_CAUSAL = 1,  // a row sees only itself and the rows of its sequence before it
    HS_PADDED = 2,  // the spans are lengths, not offsets
    HS_FIRST_ROWS = 4,  // only the first row of each sequence asks
};

/// Bit of `hs_call.flags` of MATMUL: B is bfloat16 (in a batch of one).
enum { HS_BFLOAT16_B = 8 };

/// Bit of `hs_call.flags` of MATMUL: B is a packed copy (see hs_packed.h), in a batch of one with an
/// A that is not transposed.
enum { HS_PACKED_B = 16 };

#define HS_MAX_RANK 8

/// One primitive: operation, element type, sizes, scalars, operand addresses.
typedef struct hs_call {
    int32_t op;
    int32_t kind;
    int32_t dtype;
    int32_t flags;
    int64_t n[26];
    double f[8];
    void *p[10];
} hs_call;

/// One parameter tensor of an OPTIMIZER call: `count` elements at each address.
/// `output` receives the new parameter (it may be `parameter` itself). `rows` and `columns` are those of
/// each matrix in it, 1 and `count` for a vector; states that are not elementwise are sized by them.
typedef struct hs_optimizer_segment {
    const void *parameter;
    void *output;
    const void *gradient;
    void *state0;
    void *state1;
    int64_t count;
    int64_t rows;
    int64_t columns;
} hs_optimizer_segment;

/// Bytes of one element of `dtype`.
size_t hs_dtype_size(int32_t dtype);

/// Carries out one primitive on the CPU with the variant chosen at start.
/// The result's bits do not depend on the number of threads.
void hs_execute(const hs_call *call);

/// Carries out one primitive with plain loops in double precision: the reference device.
void hs_reference_execute(const hs_call *call);

#endif
