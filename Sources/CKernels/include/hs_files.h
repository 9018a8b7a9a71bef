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

#endif
