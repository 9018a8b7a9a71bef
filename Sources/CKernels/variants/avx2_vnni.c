// Products of 8-bit integers for AVX2 with VNNI; all else of the variant is in avx2.c.
#if defined(__x86_64__)
#include "../vector/system.h"
#pragma clang attribute push( \
    __attribute__((target("avx2,avxvnni,fma,f16c,bmi,bmi2"))), \
    apply_to = function)

#define HS_AVX2 1
#define HS_VNNI 1
#define HS_WIDTH 8
#define HS_NAME(x) x##_avx2_vnni
#include "../quantized/alone.inc.h"

#pragma clang attribute pop
#endif
