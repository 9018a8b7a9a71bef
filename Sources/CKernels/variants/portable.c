// The kernels in vectors of four floats for any processor.

#include "../vector/system.h"

#define HS_WIDTH 4
#define HS_NAME(x) x##_portable
#define HS_VARIANT "portable"
#include "../vector/table.inc.h"
