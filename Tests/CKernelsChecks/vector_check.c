// Checks every variant of the vectorised kernels that this processor can run.
//
//   clang -O2 -std=gnu17 -o vector_check Tests/CKernelsChecks/vector_check.c \
//       $(find Sources/CKernels -name '*.c') -lm -lpthread
//   ./vector_check [stride]
//
// `stride` (97) is the step through the bit patterns of float32 of the accuracy checks; 1 takes
// them all, 0 none. Ends with 0 if all is well.
#include "vector_check.h"

#include "vector_check_elementwise.h"
#include "vector_check_rows.h"
#include "vector_check_transformers.h"
#include "vector_check_updates.h"

static void check(const hs_kernels *k) {
    check_edges(k);
    check_gradients(k);
    check_positions(k);
    check_past_caches(k);
    check_comparisons(k);
    check_bias_activation(k);
    check_reductions(k);
    check_columns(k);
    check_softmax(k);
    check_cross_entropy(k);
    check_layer_norm(k);
    check_rms_norm(k);
    check_rotary(k);
    check_losses(k);
    check_adam(k, false, 0.999);
    check_adam(k, true, 0.999);
    check_adam(k, true, 0.99999998);  // the nearest float is 1
    check_sgd(k, 0, false);
    check_sgd(k, 0.9f, false);
    check_sgd(k, 0.9f, true);
    check_rules(k);
    check_adafactor(k);
    check_random(k);
    check_transpose(k);
    check_formats(k);
}

int main(int count, char **arguments) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint32_t stride = count > 1 ? (uint32_t)atoi(arguments[1]) : 97;
    for (const char *name; (name = hs_variant_available(variant_count)); ++variant_count) {
        if (!hs_variant_select(name)) fail("cannot select %s", name);
        variants[variant_count] = hs_active_kernels();
        if (strcmp(hs_variant_name(), name) != 0) fail("%s is not in use", name);
    }
    if (hs_variant_select("none such")) fail("selected a variant that is none");
    check_philox();
    for (int v = 0; v < variant_count; ++v) check(variants[v]);
    for (int i = 0; stride > 0 && i < FUNCTIONS; ++i) check_function(&functions[i], stride);
    printf(failures ? "%ld FAILURES\n" : "all is well\n", failures);
    return failures != 0;
}
