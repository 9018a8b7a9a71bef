// Replaying a captured step.
#include "include/hs_plan.h"

void hs_plan_bind_addresses(const hs_plan *plan, void *const *externals, int64_t begin,
                            int64_t end) {
    for (int64_t i = begin; i < end; i++) {
        const hs_address_patch *patch = &plan->addresses[i];
        *patch->where = (char *)externals[patch->index] + patch->offset;
    }
}

void hs_plan_bind_numbers(const hs_plan *plan, const double *scalars, const int64_t *integers) {
    for (int64_t i = 0; i < plan->scalar_count; i++)
        *plan->scalars[i].where = scalars[plan->scalars[i].index];
    for (int64_t i = 0; i < plan->integer_count; i++) {
        const hs_integer_patch *patch = &plan->integers[i];
        *patch->where = integers[patch->index] + patch->offset;
    }
}

void hs_plan_run(const hs_plan *plan, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) hs_execute(&plan->calls[i]);
}

void hs_plan_run_reference(const hs_plan *plan, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) hs_reference_execute(&plan->calls[i]);
}
