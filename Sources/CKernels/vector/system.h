// What every variant includes before its target attributes begin, and the rules it is compiled by.
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "../kernels.h"

// A product and a sum are fused where the source says so (vf_fma) and nowhere else.
#pragma STDC FP_CONTRACT OFF

#ifdef __clang__
// Functions that pass vectors are all inlined: no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"
#endif
