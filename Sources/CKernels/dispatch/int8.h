// Between a call and the kernels of 8-bit products.
#ifndef HS_DISPATCH_INT8_H
#define HS_DISPATCH_INT8_H

#include "../kernels.h"
#include "../quantized/int8.h"

/// What a LINEAR_INT8 call asks for.
hs_int8_linear hs_int8_of(const hs_call *call);

/// The fastest kernel that goes with a variant on this processor.
hs_int8_kernel hs_int8_best(const hs_kernels *kernels);

#endif
