// What readers of files need beyond mapping them: elements that do not lie together, and numbers packed
// in blocks.
#ifndef HS_FILES_H
#define HS_FILES_H

#include <stdint.h>

/// Copies the elements of a strided array one after the other.
///
/// `element_size` is 1, 2, 4 or 8 bytes; `strides` count elements and may be 0, `rank` is 0 ... 8. Neither
/// array needs to be aligned.
void hs_gather_strided(
    const void *source, int64_t element_size, int64_t rank, const int64_t *sizes,
    const int64_t *strides, void *target);

/// Unpacks `blocks` blocks of 32 numbers of ggml's type Q8_0: a half-precision scale d and 32 signed
/// bytes q, each standing for d * q.
void hs_unpack_q8_0(const void *source, int64_t blocks, float *target);

/// The same of type Q4_0: a half-precision scale d and 16 bytes, whose low halves q are the first 16
/// numbers d * (q - 8) and whose high halves the last 16.
void hs_unpack_q4_0(const void *source, int64_t blocks, float *target);

/// The same of type Q4_1: scale d and offset m in half precision, numbers d * q + m.
void hs_unpack_q4_1(const void *source, int64_t blocks, float *target);

#endif
