// The kernels for AVX2 with FMA.
#if defined(__x86_64__)
#include "../vector/system.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)

#define HS_AVX2 1
#define HS_WIDTH 8
#define HS_NAME(x) x##_avx2
#define HS_VARIANT "avx2"
#include "../vector/table.inc.h"

#pragma clang attribute pop
#endif
