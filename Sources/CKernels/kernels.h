// Inside the room: the table of float32 kernels that each instruction-set variant fills in.
//
// Every function here is serial and works on the range it is given; `dispatch/` splits the work.
// To keep a row's bits independent of batch size, packing and threads:
//   - an elementwise result depends on its own operands only, never on its position (tails go
//     through the same vector code as full vectors);
//   - a reduction's order of accumulation depends on the length of the reduced axis only.
// NaN and infinity follow IEEE 754 everywhere. `y` may be the same address as an input of the
// same size (in place), never a partial overlap.
#ifndef HS_KERNELS_H
#define HS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/CHindsightKernels.h"
#include "quantized/int8.h"

/// Activation applied after the bias in a matmul's epilogue; the functions are those of UNARY.
enum { HS_ACT_NONE = -1 };  // else HS_RELU, HS_GELU, HS_GELU_TANH, HS_TANH, HS_SIGMOID, HS_SILU

typedef struct hs_epilogue {
    const float *bias;   // [N], added to every row, or NULL
    int32_t activation;  // HS_ACT_NONE or HS_RELU, HS_GELU, HS_GELU_TANH, HS_TANH, HS_SIGMOID, HS_SILU
    bool accumulate;     // the chain of each element starts from C instead of 0
} hs_epilogue;

/// Attention over packed or padded sequences, as its kernels see it: rows of `heads` (of keys and
/// values: `kv_heads`) vectors of `size` floats. Query head h reads key and value head
/// h / (heads / kv_heads).
typedef struct hs_attention {
    const float *q, *k, *v;
    float *y, *lse;                 // lse: log-sum-exp of the scores, [heads, queries], or NULL
    const float *dy;                // the last four only in backward
    float *dq, *dk, *dv;
    size_t queries;                 // rows of q, y, dy and dq
    size_t heads, kv_heads, size;
    float scale;                    // of the products of queries and keys
    bool causal;                    // a row sees itself and the rows before it
    bool drops;                     // dropout of the probabilities; the rest is only read then
    uint32_t threshold;             // kept if 16 random bits are at least this
    float keep;                     // what the kept ones are multiplied by
    uint64_t key, counter;          // of Philox: see attention/dropout.inc.h
} hs_attention;

/// Rows first ..< last of the sequence that is rows begin ..< end of the tensors; first and last
/// count from begin. In backward they are all rows that ask. `query` is the place of row 0 among
/// the queries.
typedef struct hs_attention_part {
    size_t begin, end, first, last, query;
} hs_attention_part;

typedef struct hs_kernels {
    const char *name;

    // ---- matmul (matmul/) ---------------------------------------------------------------
    // Linear layers with 8-bit weights (quantized/); splits over threads itself.
    hs_int8_kernel int8_linear;
    // C[M,N] = act(A·B + bias). A is [M,K] with row stride lda, or [K,M] if transA;
    // B is [K,N] with row stride ldb, or [N,K] if transB. Every element of C is one chain
    // fma(a[k], b[k], acc) over ascending k, whatever the tiling. Splits over threads itself
    // through hs_parallel (never over K).
    void (*matmul)(size_t M, size_t N, size_t K, const float *A, size_t lda, bool transA,
                   const float *B, size_t ldb, bool transB, float *C, size_t ldc,
                   const hs_epilogue *epilogue);
    // The same with a B of bfloat16: the bits are those of the same numbers in float32.
    void (*matmul_bfloat16)(size_t M, size_t N, size_t K, const float *A, size_t lda, bool transA,
                            const uint16_t *B, size_t ldb, bool transB, float *C, size_t ldc,
                            const hs_epilogue *epilogue);

    // A copy of B in the order in which matmul_packed reads it, packed_floats(N, K) long: it serves
    // this variant alone. A lies by rows. Bits as matmul.
    size_t (*packed_floats)(size_t N, size_t K);
    void (*pack)(size_t N, size_t K, const float *B, size_t ldb, bool transB, float *to);
    void (*matmul_packed)(size_t M, size_t N, size_t K, const float *A, size_t lda,
                          const float *packed, float *C, size_t ldc, const hs_epilogue *epilogue);

    // ---- elementwise (vector/) ----------------------------------------------------------
    // y[i] = op(x[i]); p0, p1: the operation's scalars. Not for HS_IS_NAN and HS_LOGICAL_NOT.
    void (*unary)(int op, const float *x, float *y, size_t n, float p0, float p1);
    // dx[i] = dy[i] * op'(x[i]); y is the forward's result (an operation uses x or y, whichever
    // serves; both are valid).
    void (*unary_backward)(int op, const float *x, const float *y, const float *dy, float *dx,
                           size_t n, float p0, float p1);
    // y[i] = op(a[i * a_step], b[i * b_step]); steps are 0 (a scalar) or 1.
    void (*binary)(int op, const float *a, int a_step, const float *b, int b_step, float *y,
                   size_t n);
    // y[i] = a op b, 0 or 1.
    void (*compare)(int op, const float *a, int a_step, const float *b, int b_step, uint8_t *y,
                    size_t n);
    // y[i] = c[i] ? a[i * a_step] : b[i * b_step].
    void (*select)(const uint8_t *c, const float *a, int a_step, const float *b, int b_step,
                   float *y, size_t n);
    void (*fill)(float *y, size_t n, float value);
    // y[r, i] = act(x[r, i] + bias[i]) over rows of n with stride ld, in place (bias may be NULL).
    void (*bias_activation)(float *x, size_t rows, size_t n, size_t ld, const float *bias,
                            int activation);

    // ---- reductions ---------------------------------------------------------------------
    // y[r] = reduction of x[r, 0 ..< n] (contiguous rows), op one of HS_SUM, HS_REDUCE_MAX,
    // HS_REDUCE_MIN, HS_PROD, HS_LOGSUMEXP, HS_SQUARE_SUM. n may be 0 (0, -inf, inf, 1, -inf, 0).
    void (*reduce_rows)(int op, const float *x, float *y, size_t rows, size_t n);
    // y[j] = reduction over i of x[i * ld + j], j in 0 ..< columns, i in 0 ..< n; same ops.
    // Sums run in blocks of 128 rows (each block from zero, ascending), then blocks ascending.
    void (*reduce_columns)(int op, const float *x, size_t ld, float *y, size_t n, size_t columns);

    // ---- rows of a softmax --------------------------------------------------------------
    // Rows are contiguous, n long. A row of all -inf gives NaN as in PyTorch.
    void (*softmax)(const float *x, float *y, size_t rows, size_t n);
    void (*log_softmax)(const float *x, float *y, size_t rows, size_t n);
    // dx = y * (dy - sum(dy * y))
    void (*softmax_backward)(const float *y, const float *dy, float *dx, size_t rows, size_t n);
    // dx = dy - exp(y) * sum(dy)
    void (*log_softmax_backward)(const float *y, const float *dy, float *dx, size_t rows, size_t n);

    // ---- normalisation ------------------------------------------------------------------
    // y = (x - mean) * rstd * gamma + beta; gamma, beta [n] or NULL; mean, rstd [rows] written.
    // Variance is the biased two-pass one.
    void (*layer_norm)(const float *x, const float *gamma, const float *beta, float *y,
                       float *mean, float *rstd, size_t rows, size_t n, float eps);
    void (*layer_norm_backward)(const float *dy, const float *x, const float *mean,
                                const float *rstd, const float *gamma, float *dx, size_t rows,
                                size_t n);
    // dgamma[j] = sum_r dy * (x - mean) * rstd, dbeta[j] = sum_r dy, for columns begin ..< end of n
    // (blocks of 128 rows as reduce_columns). Either may be NULL.
    void (*layer_norm_backward_parameters)(const float *dy, const float *x, const float *mean,
                                           const float *rstd, float *dgamma, float *dbeta,
                                           size_t rows, size_t n, size_t begin, size_t end);

    // y = x * rstd * gamma with rstd = 1 / sqrt(mean(x^2) + eps); gamma [n] or NULL; rstd [rows]
    // written. The gradient of gamma is layer_norm_backward_parameters' with means of zero.
    void (*rms_norm)(const float *x, const float *gamma, float *y, float *rstd, size_t rows,
                     size_t n, float eps);
    void (*rms_norm_backward)(const float *dy, const float *x, const float *rstd,
                              const float *gamma, float *dx, size_t rows, size_t n);

    // ---- positions ----------------------------------------------------------------------
    // Pair i of every head turned by turns[i] * position * 2 pi * sign. Pairs are (i, i + size / 2)
    // or, interleaved, (2 i, 2 i + 1).
    void (*rotary)(const float *x, const int32_t *positions, const double *turns, float *y,
                   size_t rows, size_t heads, size_t size, bool interleaved, float sign);

    // ---- attention (attention/) ---------------------------------------------------------
    // The query heads of one head of keys and values over a part of a sequence. A row's bits depend
    // on its sequence alone, and if causal on what is before it alone.
    void (*attention)(const hs_attention *a, const hs_attention_part *part, size_t kv_head);
    void (*attention_backward)(const hs_attention *a, const hs_attention_part *part,
                               size_t kv_head);

    // ---- cross-entropy over logits ------------------------------------------------------
    // For each row: lse[r] = logsumexp(x[r]); loss[r] = (1-s)·(lse - x[target]) +
    // s·(lse - mean(x[r])), s = label smoothing; 0 where target == ignore. One read of x.
    // Targets were range-checked by the caller.
    void (*cross_entropy)(const float *x, const int64_t *target, float *loss, float *lse,
                          size_t rows, size_t n, float smoothing, int64_t ignore);
    // dx[r, j] = g[r] · (exp(x - lse) - (1-s)·[j == target] - s/n); 0 where ignored.
    void (*cross_entropy_backward)(const float *x, const int64_t *target, const float *lse,
                                   const float *g, float *dx, size_t rows, size_t n,
                                   float smoothing, int64_t ignore);

    // ---- pointwise losses ---------------------------------------------------------------
    // sum over i of loss(prediction[i], target[i]) (HS_LOSS_*; p0 = Huber's delta).
    float (*loss_sum)(int op, const float *prediction, const float *target, size_t n, float p0);
    // dprediction[i] = scale * d loss / d prediction.
    void (*loss_backward)(int op, const float *prediction, const float *target, float *dprediction,
                          size_t n, float scale, float p0);

    // ---- random -------------------------------------------------------------------------
    // Element i (counted from `first`, so that ranges can be done apart) takes lane i % 4 of Philox4x32-10 block
    // (counter + i / 4): block counter words {low 32, high 32, 0, 0}, key words {low, high}.
    // dropout: element i takes half i % 8 of block (counter + i / 8), each word's low half first;
    // y = half >= threshold ? x * scale : 0, threshold in 0 ... 65535.
    void (*dropout)(const float *x, float *y, size_t first, size_t n, uint32_t threshold,
                    float scale, uint64_t key, uint64_t counter);
    // low + (high - low) * (word >> 8) * 2^-24
    void (*uniform)(float *y, size_t first, size_t n, float low, float high, uint64_t key,
                    uint64_t counter);
    // Box-Muller over lanes (0,1) and (2,3): u1 = ((w0 >> 8) + 1) 2^-24, u2 = (w1 >> 8) 2^-24,
    // r = sqrt(-2 ln u1); r cos(2 pi u2), r sin(2 pi u2); then mean + std * z.
    void (*normal)(float *y, size_t first, size_t n, float mean, float std, uint64_t key,
                   uint64_t counter);

    // ---- optimizers (PyTorch's formulas, operation order of its fused kernels) ----------
    // f: see dispatch/optimizer.c. Elementwise over n. `scale` multiplies the gradient first
    // (gradient clipping). parameter may equal output.
    void (*sgd)(const float *parameter, float *output, const float *gradient, float *momentum,
                size_t n, float lr, float weight_decay, float mu, float dampening, bool nesterov,
                bool first_step, float scale);
    // lr is the learning rate, correction1 = 1 - beta1^t, correction2_sqrt = sqrt(1 - beta2^t). In
    // double precision: 1 - 0.999f is not the float next to 0.001.
    // denom = sqrt(v) / correction2_sqrt + eps; p -= lr / correction1 * m / denom.
    // decoupled: p *= 1 - lr * weight_decay first (AdamW); else g += weight_decay * p (Adam).
    void (*adam)(const float *parameter, float *output, const float *gradient, float *m, float *v,
                 size_t n, double lr, double beta1, double beta2, double eps, double weight_decay,
                 double correction1, double correction2_sqrt, bool decoupled, float scale);
    // Chen et al. 2023, algorithm 2: p *= 1 - lr * weight_decay; p -= lr * sign(beta1 m + (1 - beta1) g);
    // m = beta2 m + (1 - beta2) g. sign(0) = 0.
    void (*lion)(const float *parameter, float *output, const float *gradient, float *m, size_t n,
                 double lr, double beta1, double beta2, double weight_decay, float scale);
    // g += weight_decay * p; v = alpha v + (1 - alpha) g^2; g /= sqrt(v) + eps; with momentum
    // g = b = mu b + g; p -= lr * g. Momentum may be NULL.
    void (*rmsprop)(const float *parameter, float *output, const float *gradient, float *v,
                    float *momentum, size_t n, double lr, double alpha, double eps,
                    double weight_decay, double mu, float scale);
    // Defazio et al. 2024, the parameter being y: v = beta2 v + (1 - beta2) g^2;
    // g = g / (sqrt(v) / correction2_sqrt + eps) + weight_decay * y;
    // y = y + share (z - y) + lr (beta1 (1 - share) - 1) g; z -= lr * g.
    void (*schedule_free)(const float *parameter, float *output, const float *gradient, float *z,
                          float *v, size_t n, double lr, double beta1, double beta2, double eps,
                          double weight_decay, double share, double correction2_sqrt, float scale);
    // Adafactor in passes (dispatch/adafactor.c). The sum of (scale x)^2, in double precision.
    double (*square_sum)(const float *x, size_t n, float scale);
    // v += rate ((scale g)^2 - v)
    void (*lerp_squares)(const float *gradient, float *v, size_t n, double rate, float scale);
    // v += rate (mean over the rows of (scale g)^2 - v), for each of some columns; ld from row to row.
    void (*lerp_column_squares)(const float *gradient, size_t ld, size_t rows, float *v,
                                size_t columns, double rate, float scale);
    // With u = scale g / sqrt(max(v * factor, least)): the sum of u^2; p = keep p - step u.
    double (*scaled_square_sum)(const float *gradient, const float *v, size_t n, float factor,
                                float least, float scale);
    void (*scaled_step)(const float *parameter, float *output, const float *gradient, const float *v,
                        size_t n, float factor, float least, float keep, float step, float scale);

    // ---- movement -----------------------------------------------------------------------
    // y[j * ldy + i] = x[i * ldx + j]: transposes a rows × columns block of 4-byte elements.
    void (*transpose32)(const uint32_t *x, size_t ldx, uint32_t *y, size_t ldy, size_t rows,
                        size_t columns);
    void (*float_to_bfloat16)(const float *x, uint16_t *y, size_t n);  // nearest even, NaN quiet
    void (*bfloat16_to_float)(const uint16_t *x, float *y, size_t n);
    void (*float_to_half)(const float *x, uint16_t *y, size_t n);
    void (*half_to_float)(const uint16_t *x, float *y, size_t n);
    // destination[i] += source[i]
    void (*add_to)(float *destination, const float *source, size_t n);

    // A step of n CartPoles: state[c * stride + i] is number c of environment i; actions are 0 or 1.
    void (*cartpole64)(double *state, size_t stride, const float *actions, uint8_t *terminated,
                       size_t n);
    void (*cartpole32)(float *state, size_t stride, const float *actions, uint8_t *terminated,
                       size_t n);

    // ---- double precision (double/) -----------------------------------------------------
    // Rows and columns of a tile of matmul64.
    size_t tile64_rows, tile64_columns;
    // Row by row of a panel: to[k * width + i] = element (i, k) of `count` <= width lines, the rest
    // zero. A line's elements are `step` apart, lines `stride`.
    void (*pack64)(const double *from, size_t stride, size_t step, size_t count, size_t width,
                   size_t depth, double *to);
    // C (+)= A·B for a packed panel of A and one of B; only rows × columns of C are written.
    void (*tile64)(size_t depth, const double *a, const double *b, double *c, size_t ldc,
                   size_t rows, size_t columns, bool accumulate);
    double (*dot64)(const double *x, const double *y, size_t n);
    // y += a x
    void (*add_scaled64)(double a, const double *x, double *y, size_t n);
    // row -= a v + b w; returns row · next
    double (*rank_two64)(double *row, double a, const double *v, double b, const double *w,
                         const double *next, size_t n);
    // x -= tau v (vᵀ x) for columns of x [rows, columns]; columns <= 4 HS_WIDTH
    void (*reflect64)(double *x, size_t ldx, size_t rows, size_t columns, const double *v,
                      double tau);
    // Rotations of rows at[i] and at[i] + 1 of x by cosine and sine, one after another
    void (*rotate64)(double *x, size_t ldx, size_t columns, const uint32_t *at,
                     const double *turns, size_t count);
    // Numbers of the `keep` least of squares[j] - 2 products[j], j other than `self`, ascending.
    void (*least64)(const double *squares, const double *products, size_t n, size_t self,
                    size_t keep, double *values, uint32_t *numbers);
    void (*least32)(const float *squares, const float *products, size_t n, size_t self,
                    size_t keep, float *values, uint32_t *numbers);
    // Σ (x - y)²
    double (*distance64)(const double *x, const double *y, size_t n);
    // logits[r, c] = weights[columns, c] + Σ x[r, k] weights[k, c] for `count` rows; width is a
    // multiple of HS_WIDTH, and weights and logits have that many columns.
    void (*logits64)(const double *const *x, size_t count, size_t columns, const double *weights,
                     size_t width, double *logits);
    // gradient[k, c] += Σ x[r, k] errors[r, c], and gradient[columns, c] += Σ errors[r, c]
    void (*outer64)(const double *const *x, size_t count, size_t columns, const double *errors,
                    size_t width, double *gradient);
    size_t width64;  // HS_WIDTH
} hs_kernels;

/// Whether the output this thread's elementwise kernels write is part of a whole that no cache holds.
extern _Thread_local bool hs_output_is_large;

extern const hs_kernels hs_kernels_portable;
#if defined(__x86_64__)
extern const hs_kernels hs_kernels_avx2;
extern const hs_kernels hs_kernels_avx512;
#endif
#if defined(__aarch64__)
extern const hs_kernels hs_kernels_neon;
#endif

/// The table in use.
const hs_kernels *hs_active_kernels(void);

/// What this thread uses instead of the process's choice, or NULL.
const hs_kernels *hs_thread_kernels(void);
void hs_set_thread_kernels(const hs_kernels *kernels);

#endif
