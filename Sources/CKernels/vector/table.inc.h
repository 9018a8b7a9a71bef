// Everything a variant is made of, and its table. Included last by variants/*.c.
#include "vector.inc.h"
#include "stream.inc.h"
#include "math.inc.h"
#include "activations.inc.h"
#include "trigonometry.inc.h"
#include "unary.inc.h"
#include "elementwise.inc.h"
#include "reductions.inc.h"
#include "softmax.inc.h"
#include "columns.inc.h"
#include "layer_norm.inc.h"
#include "losses.inc.h"
#include "rms_norm.inc.h"
#include "philox.inc.h"
#include "random.inc.h"
#include "rotary.inc.h"
#include "optimizers.inc.h"
#include "update_rules.inc.h"
#include "adafactor.inc.h"
#include "movement.inc.h"
#include "../environments/environments.inc.h"
#include "../double/loops.inc.h"
#include "../double/least.inc.h"
#include "../double/tile.inc.h"

#include "../quantized/int8.inc.h"

#if __has_include("../matmul/matmul.inc.h")
#include "../matmul/matmul.inc.h"
#define HS_HAS_MATMUL 1
#include "../attention/backward.inc.h"
#include "../attention/forward.inc.h"
#endif

const hs_kernels HS_NAME(hs_kernels) = {
    .name = HS_VARIANT,
    .int8_linear = HS_NAME(int8_linear),
#ifdef HS_HAS_MATMUL
    .matmul = HS_NAME(matmul),
    .matmul_bfloat16 = HS_NAME(matmul_bfloat16),
    .packed_floats = HS_NAME(packed_floats),
    .pack = HS_NAME(pack),
    .matmul_packed = HS_NAME(matmul_packed),
    .attention = HS_NAME(attention),
    .attention_backward = HS_NAME(attention_backward),
#endif
    .unary = HS_NAME(unary),
    .unary_backward = HS_NAME(unary_backward),
    .binary = HS_NAME(binary),
    .compare = HS_NAME(compare),
    .select = HS_NAME(select),
    .fill = HS_NAME(fill),
    .bias_activation = HS_NAME(bias_activation),
    .reduce_rows = HS_NAME(reduce_rows),
    .reduce_columns = HS_NAME(reduce_columns),
    .softmax = HS_NAME(softmax),
    .log_softmax = HS_NAME(log_softmax),
    .softmax_backward = HS_NAME(softmax_backward),
    .log_softmax_backward = HS_NAME(log_softmax_backward),
    .layer_norm = HS_NAME(layer_norm),
    .layer_norm_backward = HS_NAME(layer_norm_backward),
    .layer_norm_backward_parameters = HS_NAME(layer_norm_backward_parameters),
    .rms_norm = HS_NAME(rms_norm),
    .rms_norm_backward = HS_NAME(rms_norm_backward),
    .rotary = HS_NAME(rotary),
    .cross_entropy = HS_NAME(cross_entropy),
    .cross_entropy_backward = HS_NAME(cross_entropy_backward),
    .loss_sum = HS_NAME(loss_sum),
    .loss_backward = HS_NAME(loss_backward),
    .dropout = HS_NAME(dropout),
    .uniform = HS_NAME(uniform),
    .normal = HS_NAME(normal),
    .sgd = HS_NAME(sgd),
    .adam = HS_NAME(adam),
    .lion = HS_NAME(lion),
    .rmsprop = HS_NAME(rmsprop),
    .schedule_free = HS_NAME(schedule_free),
    .square_sum = HS_NAME(square_sum),
    .lerp_squares = HS_NAME(lerp_squares),
    .lerp_column_squares = HS_NAME(lerp_column_squares),
    .scaled_square_sum = HS_NAME(scaled_square_sum),
    .scaled_step = HS_NAME(scaled_step),
    .transpose32 = HS_NAME(transpose32),
    .float_to_bfloat16 = HS_NAME(float_to_bfloat16),
    .bfloat16_to_float = HS_NAME(bfloat16_to_float),
    .float_to_half = HS_NAME(float_to_half),
    .half_to_float = HS_NAME(half_to_float),
    .add_to = HS_NAME(add_to),
    .cartpole64 = HS_NAME(cartpole64),
    .cartpole32 = HS_NAME(cartpole32),
    .tile64_rows = HS_TILE64_ROWS,
    .tile64_columns = HS_WIDTH,
    .pack64 = HS_NAME(pack64),
    .tile64 = HS_NAME(tile64),
    .dot64 = HS_NAME(dot64),
    .add_scaled64 = HS_NAME(add_scaled64),
    .rank_two64 = HS_NAME(rank_two64),
    .reflect64 = HS_NAME(reflect64),
    .rotate64 = HS_NAME(rotate64),
    .least64 = HS_NAME(least64),
    .least32 = HS_NAME(least32),
    .distance64 = HS_NAME(distance64),
    .logits64 = HS_NAME(logits64),
    .outer64 = HS_NAME(outer64),
    .width64 = HS_WIDTH,
};
