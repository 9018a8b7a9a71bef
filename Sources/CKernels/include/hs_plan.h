// A captured step: a list of calls whose changing addresses and numbers are patched in before each
// run. The caller owns all memory.
#ifndef HS_PLAN_H
#define HS_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "hs_call.h"

/// `*where = externals[index] + offset` before a run.
typedef struct hs_address_patch {
    void **where;
    int64_t index;
    int64_t offset;
} hs_address_patch;

/// `*where = scalars[index]` before a run.
typedef struct hs_scalar_patch {
    double *where;
    int64_t index;
} hs_scalar_patch;

/// `*where = integers[index] + offset` before a run.
typedef struct hs_integer_patch {
    int64_t *where;
    int64_t index;
    int64_t offset;
} hs_integer_patch;

typedef struct hs_plan {
    hs_call *calls;
    int64_t call_count;
    const hs_address_patch *addresses;
    int64_t address_count;
    int64_t update_addresses;  // the patches from here on belong to calls that update variables
    const hs_scalar_patch *scalars;
    int64_t scalar_count;
    const hs_integer_patch *integers;
    int64_t integer_count;
} hs_plan;

/// Writes the given addresses into the calls: patches begin ..< end.
void hs_plan_bind_addresses(const hs_plan *plan, void *const *externals, int64_t begin, int64_t end);

/// Writes the given numbers into the calls.
void hs_plan_bind_numbers(const hs_plan *plan, const double *scalars, const int64_t *integers);

/// Carries out calls begin ..< end on the CPU.
void hs_plan_run(const hs_plan *plan, int64_t begin, int64_t end);

/// Carries out calls begin ..< end on the reference device.
void hs_plan_run_reference(const hs_plan *plan, int64_t begin, int64_t end);

#endif
