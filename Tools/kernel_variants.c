// Prints the kernel variants this processor can run, the preferred one first, one a line.
#include <stdio.h>

#include "../Sources/CKernels/include/CHindsightKernels.h"

int main(void) {
    const char *name;
    for (int32_t index = 0; (name = hs_variant_available(index)); index++) puts(name);
    return 0;
}
