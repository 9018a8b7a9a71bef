// Which instruction set the kernels use.
#ifndef HS_VARIANTS_H
#define HS_VARIANTS_H

#include <stdbool.h>
#include <stdint.h>

/// The name of the kernel variant in use: "avx512", "avx2", "neon" or "portable". Chosen at the
/// first call from the processor, or from the environment variable HINDSIGHT_KERNELS.
const char *hs_variant_name(void);

/// Names of the variants this processor can run, in order of preference; NULL past the last.
const char *hs_variant_available(int32_t index);

/// Switches the whole process to another variant (for checks). False if it cannot run here.
bool hs_variant_select(const char *name);

/// Switches calls made by this thread to another variant; returns what to give to
/// `hs_variant_restore` afterwards. Sets `available` to whether it can run here.
const void *hs_variant_override(const char *name, bool *available);
void hs_variant_restore(const void *before);

/// True if these kernels were compiled without optimisation (a debug build).
bool hs_kernels_unoptimized(void);

#endif
