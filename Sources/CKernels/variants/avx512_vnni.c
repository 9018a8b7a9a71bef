// Products of 8-bit integers for AVX-512 with VNNI; all else of the variant is in avx512.c.
#if defined(__x86_64__)
#include "../vector/system.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c,bmi,bmi2"))), \
    apply_to = function)

#define HS_AVX512 1
#define HS_VNNI 1
#define HS_WIDTH 16
#define HS_NAME(x) x##_avx512_vnni
#include "../quantized/alone.inc.h"

#pragma clang attribute pop
#endif
