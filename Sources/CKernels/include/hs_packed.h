// Weights that many products share, copied once into the order in which the kernels read them.
#ifndef HS_PACKED_H
#define HS_PACKED_H

#include <stdbool.h>

#include "hs_call.h"

/// True if a MATMUL call gains by a packed B that is used more than once: few rows, so that
/// reading B is much of the work.
bool hs_packing_pays(const hs_call *call);

/// Bytes of the packed copy of the call's B, with the variant in use.
int64_t hs_packed_bytes(const hs_call *call);

/// Writes the packed copy of the call's B (p[1], not packed).
void hs_pack(const hs_call *call, void *to);

/// What packed copies of the variant in use have in common with no other variant's.
const void *hs_packed_layout(void);

#endif
