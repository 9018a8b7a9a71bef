// The reference device's dispatch.
#include "reference.h"

#include "../dispatch/dispatch.h"

void hs_reference_execute(const hs_call *call) {
    switch (call->op) {
    case HS_OP_FILL:
    case HS_OP_UNARY:
    case HS_OP_UNARY_BACKWARD:
    case HS_OP_BINARY:
    case HS_OP_COMPARE:
    case HS_OP_SELECT:
    case HS_OP_ARANGE:
    case HS_OP_ONE_HOT: hs_reference_elementwise(call); break;
    case HS_OP_REDUCE:
    case HS_OP_ARG_REDUCE:
    case HS_OP_GLOBAL_NORM:
    case HS_OP_CLIP_SCALE: hs_reference_reduce(call); break;
    case HS_OP_MATMUL:
    case HS_OP_SOFTMAX:
    case HS_OP_SOFTMAX_BACKWARD:
    case HS_OP_LAYER_NORM:
    case HS_OP_LAYER_NORM_BACKWARD: hs_reference_rows(call); break;
    case HS_OP_ATTENTION:
    case HS_OP_ATTENTION_BACKWARD: hs_reference_attention(call); break;
    case HS_OP_RMS_NORM:
    case HS_OP_RMS_NORM_BACKWARD:
    case HS_OP_ROTARY: hs_reference_transformers(call); break;
    case HS_OP_LINEAR_INT8: hs_reference_int8(call); break;
    case HS_OP_CROSS_ENTROPY:
    case HS_OP_CROSS_ENTROPY_BACKWARD:
    case HS_OP_LOSS:
    case HS_OP_LOSS_BACKWARD: hs_reference_losses(call); break;
    case HS_OP_DROPOUT:
    case HS_OP_RANDOM:
    case HS_OP_OPTIMIZER: hs_reference_training(call); break;
    case HS_OP_SCATTER_ADD_ROWS:
    case HS_OP_SCATTER_ADD: hs_reference_movement(call); break;
    default: hs_execute(call); break;  // moves bytes: the same on every device
    }
}
