// Environments over columns of states, once for each variant.
#define HS_REAL double
#define HS_REAL_IS_DOUBLE 1
#define HS_CARTPOLE HS_NAME(cartpole64)
#include "cartpole.inc.h"

#define HS_REAL float
#define HS_REAL_IS_DOUBLE 0
#define HS_CARTPOLE HS_NAME(cartpole32)
#include "cartpole.inc.h"
