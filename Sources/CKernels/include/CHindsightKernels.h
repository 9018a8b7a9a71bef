// The public face of the kernels: what the Swift rooms above may call.
//
// Every numeric loop of the project lives behind this header. A primitive is described by one
// `hs_call` value (operation, sizes, scalars, operand addresses) and carried out by `hs_execute`;
// a captured step is a list of the same values carried out by `hs_plan_run`. Nothing here
// allocates in a hot path except through `hs_memory_*`.
#ifndef CHINDSIGHT_KERNELS_H
#define CHINDSIGHT_KERNELS_H

#include "hs_call.h"
#include "hs_checks.h"
#include "hs_context.h"
#include "hs_double.h"
#include "hs_environments.h"
#include "hs_files.h"
#include "hs_int8.h"
#include "hs_memory.h"
#include "hs_packed.h"
#include "hs_plan.h"
#include "hs_random.h"
#include "hs_replay.h"
#include "hs_threads.h"
#include "hs_variants.h"

#endif
