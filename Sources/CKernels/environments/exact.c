// The few functions that an exact copy of Gymnasium's environments hangs on.
#include "../include/hs_environments.h"

#include <math.h>

double hs_exact_sin(double x) { return sin(x); }

double hs_exact_cos(double x) { return cos(x); }

// Compilers turn pow(x, 2) into x * x unless they cannot see the 2.
double hs_exact_square(double x) {
    volatile double two = 2;
    return pow(x, two);
}

float hs_exact_squaref(float x) {
    volatile float two = 2;
    return powf(x, two);
}

float hs_exact_sinf(float x) {
    const float square = x * x;
    float r = fmaf(0x1.7d3bbcp-19f, square, -0x1.a06bbap-13f);
    r = fmaf(r, square, 0x1.11119ap-07f);
    r = fmaf(r, square, -0x1.555556p-03f);
    r = fmaf(r, square, 0.0f);
    return fmaf(r, x, x);
}

float hs_exact_cosf(float x) {
    const float square = x * x;
    float r = fmaf(0x1.98e616p-16f, square, -0x1.6c06dcp-10f);
    r = fmaf(r, square, 0x1.55553cp-05f);
    r = fmaf(r, square, -0x1.000000p-01f);
    return fmaf(r, square, 0x1.000000p+00f);
}
