// Weights of linear layers as 8-bit integers, in the order in which the kernels read them.
#ifndef HS_INT8_H
#define HS_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Columns of the result that lie together in the packed weights.
enum { HS_INT8_PANEL = 32 };

/// The most inputs of a layer, so that no 32-bit sum overflows: 255 · 127 · 65536 < 2^31.
enum { HS_INT8_MOST_INPUTS = 65536 };

/// Bytes of the packed weights of a layer with so many outputs and inputs: the same for all variants.
int64_t hs_int8_bytes(int64_t outputs, int64_t inputs);

/// Quantises weights [outputs, inputs] symmetrically, each output by its own scale (its greatest
/// magnitude becomes 127, rounding is to the nearest even), and packs them. False if a weight is not
/// finite.
bool hs_int8_pack(int64_t outputs, int64_t inputs, const float *weights, void *to);

#endif
