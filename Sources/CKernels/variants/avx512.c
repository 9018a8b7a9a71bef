// The kernels for AVX-512 (F, BW, DQ, VL).
#if defined(__x86_64__)
#include "../vector/system.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,bmi,bmi2"))), \
    apply_to = function)

#define HS_AVX512 1
#define HS_WIDTH 16
#define HS_NAME(x) x##_avx512
#define HS_VARIANT "avx512"
#include "../vector/table.inc.h"

#pragma clang attribute pop
#endif
