// Which variant of the kernels is in use: the best this processor can run, unless
// HINDSIGHT_KERNELS names another.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static bool always(void) {
    return true;
}

#if defined(__x86_64__)
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c") && __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

typedef struct hs_variant {
    const hs_kernels *kernels;
    bool (*supported)(void);
} hs_variant;

// In order of preference.
static const hs_variant variants[] = {
#if defined(__x86_64__)
    {&hs_kernels_avx512, has_avx512},
    {&hs_kernels_avx2, has_avx2},
#endif
#if defined(__aarch64__)
    {&hs_kernels_neon, always},
#endif
    {&hs_kernels_portable, always},
};

enum { HS_VARIANT_COUNT = sizeof variants / sizeof variants[0] };

static _Atomic(const hs_kernels *) active;

// What this thread uses instead, or NULL. The pool hands a caller's choice to its helpers.
static _Thread_local const hs_kernels *own;

/// The `index`-th variant that can run here, or NULL.
static const hs_kernels *available(int32_t index) {
    for (int i = 0; i < HS_VARIANT_COUNT; ++i) {
        if (variants[i].supported() && index-- == 0) return variants[i].kernels;
    }
    return NULL;
}

static const hs_kernels *named(const char *name) {
    for (int32_t i = 0;; ++i) {
        const hs_kernels *kernels = available(i);
        if (!kernels || strcmp(kernels->name, name) == 0) return kernels;
    }
}

static void complain(const char *name, const hs_kernels *instead) {
    char list[128] = "";
    for (int32_t i = 0; available(i); ++i) {
        if (i > 0) strcat(list, ", ");
        strcat(list, available(i)->name);
    }
    fprintf(stderr,
            "hindsight: HINDSIGHT_KERNELS=%s names no kernels this processor can run; available: "
            "%s. Using %s.\n",
            name, list, instead->name);
}

static const hs_kernels *choose(void) {
    const char *name = getenv("HINDSIGHT_KERNELS");
    if (!name || !*name) return available(0);
    const hs_kernels *kernels = named(name);
    if (kernels) return kernels;
    complain(name, available(0));
    return available(0);
}

// Kernels that were compiled without optimisation say so once.
static void mention_debug_build(void) {
    if (hs_kernels_unoptimized())
        fprintf(stderr,
                "hindsight: these kernels were compiled without optimisation (a debug build): "
                "many times slower.\nBuild with `-c release`, or add `-Xcc -O3` to a debug build.\n");
}

const hs_kernels *hs_active_kernels(void) {
    if (own) return own;
    const hs_kernels *kernels = atomic_load_explicit(&active, memory_order_acquire);
    if (kernels) return kernels;
    const hs_kernels *none = NULL, *chosen = choose();
    // Of several first callers one wins, and all use its choice.
    if (!atomic_compare_exchange_strong(&active, &none, chosen)) return none;
    mention_debug_build();
    return chosen;
}

const hs_kernels *hs_thread_kernels(void) {
    return own;
}

void hs_set_thread_kernels(const hs_kernels *kernels) {
    own = kernels;
}

const void *hs_variant_override(const char *name, bool *available) {
    const hs_kernels *kernels = named(name), *before = own;
    *available = kernels != NULL;
    if (kernels) own = kernels;
    return before;
}

void hs_variant_restore(const void *before) {
    own = before;
}

const char *hs_variant_name(void) {
    return hs_active_kernels()->name;
}

const char *hs_variant_available(int32_t index) {
    const hs_kernels *kernels = index < 0 ? NULL : available(index);
    return kernels ? kernels->name : NULL;
}

bool hs_variant_select(const char *name) {
    const hs_kernels *kernels = named(name);
    if (kernels) atomic_store_explicit(&active, kernels, memory_order_release);
    return kernels != NULL;
}

bool hs_kernels_unoptimized(void) {
#ifdef __OPTIMIZE__
    return false;
#else
    return true;
#endif
}
