// The kernels for AArch64, whose every processor has NEON with FMA.
#if defined(__aarch64__)
#include "../vector/system.h"

#define HS_NEON 1
#define HS_WIDTH 4
#define HS_NAME(x) x##_neon
#define HS_VARIANT "neon"
#include "../vector/table.inc.h"

#endif
