// From a call's operation to the function that carries it out. Operations on float64 and, where
// float32 has a kernel of its own, on integers run through the portable reference loops.
#include "dispatch.h"

_Thread_local bool hs_output_is_large;

typedef void (*operation)(const hs_call *);

static const operation operations[HS_OP_COUNT] = {
    [HS_OP_FILL] = hs_do_fill,
    [HS_OP_COPY] = hs_do_copy,
    [HS_OP_COPY_STRIDED] = hs_do_copy_strided,
    [HS_OP_CONVERT] = hs_do_convert,
    [HS_OP_UNARY] = hs_do_unary,
    [HS_OP_UNARY_BACKWARD] = hs_do_unary_backward,
    [HS_OP_BINARY] = hs_do_binary,
    [HS_OP_COMPARE] = hs_do_compare,
    [HS_OP_SELECT] = hs_do_select,
    [HS_OP_REDUCE] = hs_do_reduce,
    [HS_OP_ARG_REDUCE] = hs_do_arg_reduce,
    [HS_OP_MATMUL] = hs_do_matmul,
    [HS_OP_SOFTMAX] = hs_do_softmax,
    [HS_OP_SOFTMAX_BACKWARD] = hs_do_softmax_backward,
    [HS_OP_LAYER_NORM] = hs_do_layer_norm,
    [HS_OP_LAYER_NORM_BACKWARD] = hs_do_layer_norm_backward,
    [HS_OP_CROSS_ENTROPY] = hs_do_cross_entropy,
    [HS_OP_CROSS_ENTROPY_BACKWARD] = hs_do_cross_entropy_backward,
    [HS_OP_LOSS] = hs_do_loss,
    [HS_OP_LOSS_BACKWARD] = hs_do_loss_backward,
    [HS_OP_DROPOUT] = hs_do_dropout,
    [HS_OP_RANDOM] = hs_do_random,
    [HS_OP_GATHER_ROWS] = hs_do_gather_rows,
    [HS_OP_SCATTER_ADD_ROWS] = hs_do_scatter_add_rows,
    [HS_OP_GATHER] = hs_do_gather,
    [HS_OP_SCATTER_ADD] = hs_do_scatter_add,
    [HS_OP_ONE_HOT] = hs_do_one_hot,
    [HS_OP_SORT] = hs_do_sort,
    [HS_OP_OPTIMIZER] = hs_do_optimizer,
    [HS_OP_GLOBAL_NORM] = hs_do_global_norm,
    [HS_OP_CLIP_SCALE] = hs_do_clip_scale,
    [HS_OP_ARANGE] = hs_do_arange,
    [HS_OP_ATTENTION] = hs_do_attention,
    [HS_OP_ATTENTION_BACKWARD] = hs_do_attention_backward,
    [HS_OP_RMS_NORM] = hs_do_rms_norm,
    [HS_OP_RMS_NORM_BACKWARD] = hs_do_rms_norm_backward,
    [HS_OP_ROTARY] = hs_do_rotary,
    [HS_OP_LINEAR_INT8] = hs_do_linear_int8,
};

size_t hs_dtype_size(int32_t dtype) {
    switch (dtype) {
    case HS_FLOAT64:
    case HS_INT64: return 8;
    case HS_FLOAT32:
    case HS_INT32: return 4;
    case HS_BFLOAT16:
    case HS_FLOAT16: return 2;
    default: return 1;
    }
}

void hs_execute(const hs_call *call) { operations[call->op](call); }
