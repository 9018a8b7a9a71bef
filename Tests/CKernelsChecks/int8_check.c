// Check of every variant's 8-bit linear layers against plain loops with 64-bit sums: bit for bit up to the
// activation, over odd shapes, extreme values and 1 and 3 threads. Prints the first difference and returns
// non-zero if there is one.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../Sources/CKernels/dispatch/int8.h"
#include "../../Sources/CKernels/reference/reference.h"

static uint64_t state = 88172645463325252u;

static float random_float(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return ldexpf((float)((int64_t)(state >> 40) - (1 << 23)) * 0x1p-23f, (int)(state % 7) - 3);
}

/// extreme 0: any numbers; 1: the greatest magnitude of either sign; 2: all of one sign.
static float *random_matrix(size_t count, int extreme) {
    float *x = malloc(count * sizeof(float) + 1);
    for (size_t i = 0; i < count; i++) {
        const float r = random_float();
        x[i] = extreme == 0 ? r : extreme == 1 ? copysignf(2, r) : -2;
    }
    return x;
}

static bool differs(const char *name, const char *what, const hs_call *c, const float *want,
                    const float *got, double tolerance) {
    for (int64_t i = 0; i < c->n[0] * c->n[1]; i++) {
        const double distance = fabs((double)want[i] - got[i]);
        if (memcmp(want + i, got + i, 4) == 0 || distance <= tolerance * (1 + fabs(want[i]))) continue;
        printf("%s %s: %d rows, %d outputs, %d inputs, %d threads: element %d is %a, should be %a\n",
               name, what, (int)c->n[0], (int)c->n[1], (int)c->n[2], hs_thread_limit(), (int)i, got[i],
               want[i]);
        return true;
    }
    return false;
}

typedef struct kernel {
    const char *name;
    hs_int8_kernel run;
} kernel;

static kernel kernels[8];
static int kernel_count;

static bool check_call(const hs_call *call, const char *what, double tolerance) {
    const size_t bytes = (size_t)(call->n[0] * call->n[1]) * sizeof(float);
    float *want = malloc(bytes + 1), *got = malloc(bytes + 1);
    hs_call c = *call;
    bool bad = false;
    c.p[2] = want;
    hs_reference_int8(&c);
    c.p[2] = got;
    for (int k = 0; k < kernel_count && !bad; k++) {
        for (int threads = 1; threads <= 3 && !bad; threads += 2) {
            const int32_t before = hs_thread_limit();
            hs_set_thread_limit(threads);
            const hs_int8_linear linear = hs_int8_of(&c);
            memset(got, 0xff, bytes);
            kernels[k].run(&linear);
            bad = differs(kernels[k].name, what, &c, want, got, tolerance);
            hs_set_thread_limit(before);
        }
    }
    free(want), free(got);
    return bad;
}

static bool check(int64_t rows, int64_t outputs, int64_t inputs, int extreme) {
    float *x = random_matrix((size_t)(rows * inputs), extreme);
    float *w = random_matrix((size_t)(outputs * inputs), extreme);
    float *bias = random_matrix((size_t)outputs, 0), *gamma = random_matrix((size_t)outputs, 0);
    float *residual = random_matrix((size_t)(rows * outputs), 0);
    void *packed = aligned_alloc(64, ((size_t)hs_int8_bytes(outputs, inputs) + 63) / 64 * 64);
    bool bad = !hs_int8_pack(outputs, inputs, w, packed);
    if (rows > 2 && inputs > 0) {
        memset(x, 0, (size_t)inputs * sizeof(float));
        if (extreme == 0) x[inputs] = 1e-42f;
    }
    hs_call c = {.op = HS_OP_LINEAR_INT8, .kind = HS_ACT_NONE,
                 .n = {rows, outputs, inputs, outputs, 0, 1}, .f = {1e-5}, .p = {x, packed}};
    bad = bad || check_call(&c, "plain", 0);
    c.p[3] = bias, c.p[4] = residual;
    bad = bad || check_call(&c, "bias and residual", 0);
    c.p[5] = gamma, c.p[6] = bias;
    if (extreme == 0 && outputs > 4) bad = bad || check_call(&c, "normalised", 2e-4);
    c.p[4] = c.p[5] = c.p[6] = NULL;
    c.kind = HS_GELU;
    bad = bad || check_call(&c, "GELU", 2e-5);
    c.kind = HS_RELU;
    bad = bad || check_call(&c, "ReLU", 0);
    if (outputs % 96 == 0) {
        c.n[5] = 3;
        bad = bad || check_call(&c, "parts", 0);
        c.n[5] = 1, c.n[4] = 32, c.n[1] = outputs - 32;
        bad = bad || check_call(&c, "some outputs", 0);
    }
    free(x), free(w), free(bias), free(gamma), free(residual), free(packed);
    return bad;
}

static void list_kernels(void) {
    for (int32_t i = 0; hs_variant_available(i); i++) {
        bool found;
        const void *before = hs_variant_override(hs_variant_available(i), &found);
        const hs_kernels *k = hs_active_kernels();
        kernels[kernel_count++] = (kernel){k->name, k->int8_linear};
        if (hs_int8_best(k) != k->int8_linear)
            kernels[kernel_count++] = (kernel){"VNNI", hs_int8_best(k)};
        hs_variant_restore(before);
    }
}

int main(void) {
    static const int64_t rows[] = {1, 2, 13, 15, 57, 240, 700};
    static const int64_t outputs[] = {1, 2, 31, 33, 96};
    static const int64_t inputs[] = {1, 3, 4, 7, 18, 67, 384};
    list_kernels();
    for (size_t i = 0; i < sizeof rows / 8; i++)
        for (size_t j = 0; j < sizeof outputs / 8; j++)
            for (size_t k = 0; k < sizeof inputs / 8; k++)
                if (check(rows[i], outputs[j], inputs[k], (int)(i + j + k) % 3)) return 1;
    for (int extreme = 0; extreme < 3; extreme++)
        if (check(3, 33, HS_INT8_MOST_INPUTS, extreme)) return 1;
    float bad[4] = {1, NAN, 2, 3};
    char packed[1024];
    if (hs_int8_pack(1, 4, bad, packed)) return printf("NaN was packed\n"), 1;
    for (int k = 0; k < kernel_count; k++) printf("%s ", kernels[k].name);
    printf("agree\n");
    return 0;
}
