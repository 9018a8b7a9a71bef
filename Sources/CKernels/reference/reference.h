// Inside the room: plain loops that are right before they are fast. In double precision they are
// the reference device, the oracle of the tests; on integers they are what the CPU runs.
#ifndef HS_REFERENCE_H
#define HS_REFERENCE_H

#include "../kernels.h"

/// n elements from one type to another: floats to integers truncate toward zero and saturate
/// (NaN gives 0), anything to bool is "not zero".
void hs_convert_portable(int from, const void *x, int to, void *y, size_t n);

void hs_reference_elementwise(const hs_call *call);
void hs_reference_reduce(const hs_call *call);
void hs_reference_rows(const hs_call *call);
void hs_reference_attention(const hs_call *call);
void hs_reference_transformers(const hs_call *call);
void hs_reference_losses(const hs_call *call);
void hs_reference_movement(const hs_call *call);
void hs_reference_training(const hs_call *call);
void hs_reference_int8(const hs_call *call);

double hs_reference_unary(int op, double x, double p0, double p1);
/// The derivative at x, where the function's value is y.
double hs_reference_unary_derivative(int op, double x, double y, double p0, double p1);

#endif
