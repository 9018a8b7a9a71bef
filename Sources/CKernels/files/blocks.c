// The blocks of ggml (ggml/src/ggml-quants.c): bound by memory, so plain C serves every processor.
#include "../include/hs_files.h"

#include <string.h>

// A product and a sum rounded each for itself, as the format's own reader has them.
#pragma STDC FP_CONTRACT OFF

static float half(const uint8_t *bytes) {
    uint32_t stored = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
    uint32_t sign = (stored & 0x8000u) << 16, exponent = stored >> 10 & 31, rest = stored & 0x3FF;
    uint32_t bits;
    float value;
    if (exponent == 31) {
        bits = sign | 0x7F800000u | rest << 13;
    } else if (exponent != 0) {
        bits = sign | (exponent + 112) << 23 | rest << 13;
    } else {
        value = (float)rest * 0x1p-24f;
        return sign ? -value : value;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

void hs_unpack_q8_0(const void *source, int64_t blocks, float *target) {
    const uint8_t *block = source;
    for (int64_t i = 0; i < blocks; ++i, block += 34, target += 32) {
        float scale = half(block);
        for (int j = 0; j < 32; ++j) target[j] = scale * (float)(int8_t)block[2 + j];
    }
}

void hs_unpack_q4_0(const void *source, int64_t blocks, float *target) {
    const uint8_t *block = source;
    for (int64_t i = 0; i < blocks; ++i, block += 18, target += 32) {
        float scale = half(block);
        for (int j = 0; j < 16; ++j) {
            target[j] = scale * (float)((block[2 + j] & 15) - 8);
            target[j + 16] = scale * (float)((block[2 + j] >> 4) - 8);
        }
    }
}

void hs_unpack_q4_1(const void *source, int64_t blocks, float *target) {
    const uint8_t *block = source;
    for (int64_t i = 0; i < blocks; ++i, block += 20, target += 32) {
        float scale = half(block), offset = half(block + 2);
        for (int j = 0; j < 16; ++j) {
            target[j] = scale * (float)(block[4 + j] & 15) + offset;
            target[j + 16] = scale * (float)(block[4 + j] >> 4) + offset;
        }
    }
}
