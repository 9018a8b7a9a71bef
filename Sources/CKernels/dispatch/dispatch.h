// Inside the room: one function a primitive, and how they split their work.
#ifndef HS_DISPATCH_H
#define HS_DISPATCH_H

#include <string.h>

#include "../kernels.h"

enum {
    HS_GRAIN = 32768,         // elements a piece of an elementwise kernel
    HS_REDUCE_CHUNK = 65536,  // elements a piece of a long reduction: part of its defined order
};

/// Rows a piece, so that a piece has about HS_GRAIN elements.
static inline size_t hs_row_grain(size_t n) {
    size_t rows = HS_GRAIN / (n ? n : 1);
    return rows ? rows : 1;
}

/// Tells the kernels whether an output of that many bytes is to go past the caches: from 32 MiB on,
/// the size of a shared cache that is not the largest.
static inline void hs_note_output(int64_t bytes) {
    hs_output_is_large = bytes >= (int64_t)32 << 20;
}

/// Runs the pieces here if there is but one, else through the pool.
static inline void hs_split(size_t count, size_t grain, hs_task task, const hs_call *call) {
    if (count <= grain)
        task((void *)call, 0, count);
    else
        hs_parallel(count, grain, task, (void *)call);
}

void hs_do_fill(const hs_call *call);
void hs_do_copy(const hs_call *call);
void hs_do_copy_strided(const hs_call *call);
void hs_do_convert(const hs_call *call);
void hs_do_unary(const hs_call *call);
void hs_do_unary_backward(const hs_call *call);
void hs_do_binary(const hs_call *call);
void hs_do_compare(const hs_call *call);
void hs_do_select(const hs_call *call);
void hs_do_reduce(const hs_call *call);
void hs_do_arg_reduce(const hs_call *call);
void hs_do_matmul(const hs_call *call);
void hs_do_softmax(const hs_call *call);
void hs_do_softmax_backward(const hs_call *call);
void hs_do_layer_norm(const hs_call *call);
void hs_do_layer_norm_backward(const hs_call *call);
void hs_do_cross_entropy(const hs_call *call);
void hs_do_cross_entropy_backward(const hs_call *call);
void hs_do_loss(const hs_call *call);
void hs_do_loss_backward(const hs_call *call);
void hs_do_dropout(const hs_call *call);
void hs_do_random(const hs_call *call);
void hs_do_gather_rows(const hs_call *call);
void hs_do_scatter_add_rows(const hs_call *call);
void hs_do_gather(const hs_call *call);
void hs_do_scatter_add(const hs_call *call);
void hs_do_one_hot(const hs_call *call);
void hs_do_sort(const hs_call *call);
void hs_do_optimizer(const hs_call *call);
void hs_do_adafactor(const hs_call *call);
void hs_do_global_norm(const hs_call *call);
void hs_do_clip_scale(const hs_call *call);
void hs_do_arange(const hs_call *call);
void hs_do_rms_norm(const hs_call *call);
void hs_do_rms_norm_backward(const hs_call *call);
void hs_do_rotary(const hs_call *call);
void hs_do_linear_int8(const hs_call *call);
void hs_do_attention(const hs_call *call);
void hs_do_attention_backward(const hs_call *call);

#endif
