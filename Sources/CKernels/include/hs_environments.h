// Functions of environments: those of the C library that an exact copy of Gymnasium's environments
// needs, called where the compiler cannot replace them.
#ifndef HS_ENVIRONMENTS_H
#define HS_ENVIRONMENTS_H

// sin and cos of the C library, which Python and NumPy use for float64.
double hs_exact_sin(double x);
double hs_exact_cos(double x);

// pow(x, 2) and powf(x, 2) of the C library, which NumPy's `x ** 2` of a scalar is. They differ from x * x
// by a unit in the last place for one number in a thousand.
double hs_exact_square(double x);
float hs_exact_squaref(float x);

// NumPy's float32 sin and cos for |x| <= pi/4, which are its own and not the C library's.
float hs_exact_sinf(float x);
float hs_exact_cosf(float x);

#endif
