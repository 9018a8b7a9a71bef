// The least of many squared distances, from squared lengths and products: whole vectors that have none are
// passed over.

/// Puts a value into its place of the sorted `keep`; equal ones stay in front of it.
HS_INLINE void HS_NAME(least64_insert)(double value, uint32_t number, size_t keep, double *values,
                                       uint32_t *numbers) {
    if (!(value < values[keep - 1])) return;
    size_t i = keep - 1;
    for (; i > 0 && value < values[i - 1]; i--) {
        values[i] = values[i - 1];
        numbers[i] = numbers[i - 1];
    }
    values[i] = value;
    numbers[i] = number;
}

static void HS_NAME(least64)(const double *squares, const double *products, size_t n, size_t self,
                             size_t keep, double *values, uint32_t *numbers) {
    for (size_t i = 0; i < keep; i++) values[i] = INFINITY, numbers[i] = UINT32_MAX;
    const vd minus_two = vd_set(-2);
    size_t j = 0;
    for (; j + HS_WIDTH <= n; j += HS_WIDTH) {
        const vd key = vd_fma(minus_two, vd_load(products + j), vd_load(squares + j));
        const vq less = (vq)(key < vd_set(values[keep - 1]));
        if (!__builtin_reduce_or(less)) continue;
        for (size_t i = 0; i < HS_WIDTH; i++)
            if (j + i != self)
                HS_NAME(least64_insert)(key[i], (uint32_t)(j + i), keep, values, numbers);
    }
    for (; j < n; j++)
        if (j != self)
            HS_NAME(least64_insert)(squares[j] - 2 * products[j], (uint32_t)j, keep, values, numbers);
}

/// Puts a value into its place of the sorted `keep`; equal ones stay in front of it.
HS_INLINE void HS_NAME(least32_insert)(float value, uint32_t number, size_t keep, float *values,
                                       uint32_t *numbers) {
    if (!(value < values[keep - 1])) return;
    size_t i = keep - 1;
    for (; i > 0 && value < values[i - 1]; i--) {
        values[i] = values[i - 1];
        numbers[i] = numbers[i - 1];
    }
    values[i] = value;
    numbers[i] = number;
}

static void HS_NAME(least32)(const float *squares, const float *products, size_t n, size_t self,
                             size_t keep, float *values, uint32_t *numbers) {
    for (size_t i = 0; i < keep; i++) values[i] = INFINITY, numbers[i] = UINT32_MAX;
    const vf minus_two = vf_set(-2);
    size_t j = 0;
    for (; j + HS_WIDTH <= n; j += HS_WIDTH) {
        const vf key = vf_fma(minus_two, vf_load(products + j), vf_load(squares + j));
        const vi less = (vi)(key < vf_set(values[keep - 1]));
        if (!__builtin_reduce_or(less)) continue;
        for (size_t i = 0; i < HS_WIDTH; i++)
            if (j + i != self)
                HS_NAME(least32_insert)(key[i], (uint32_t)(j + i), keep, values, numbers);
    }
    for (; j < n; j++)
        if (j != self)
            HS_NAME(least32_insert)(squares[j] - 2 * products[j], (uint32_t)j, keep, values, numbers);
}
