// Functions of environments: those of the C library that an exact copy of Gymnasium's environments
// needs, called where the compiler cannot replace them.
#ifndef HS_ENVIRONMENTS_H
#define HS_ENVIRONMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

// Many CartPoles that step together.
typedef struct hs_cartpoles {
    size_t count;
    bool is_double;        // of what the states are: double, else float
    uint32_t limit;        // steps after which an episode is cut off; 0 for never
    uint64_t seed;         // what new episodes start from
    void *state;           // [4, count]: position, velocity, angle, angular velocity
    uint32_t *steps;       // [count], of the episode
    uint32_t *episodes;    // [count], how many were begun
    const float *actions;  // [count], 0 or 1
    uint8_t *terminated;   // [count]
    uint8_t *truncated;    // [count]
    float *next;           // [count, 4], what the actions led to; used if there is `current`
    float *current;        // [count, 4], what to act on; NULL if nobody needs rows
} hs_cartpoles;

// Begins an episode in every environment.
void hs_cartpoles_reset(const hs_cartpoles *all);

// Does the actions; episodes that ended begin anew.
void hs_cartpoles_step(const hs_cartpoles *all);

// Gymnasium's other classic control environments.
typedef enum hs_world_kind {
    HS_MOUNTAINCAR,
    HS_MOUNTAINCAR_CONTINUOUS,
    HS_PENDULUM,
    HS_ACROBOT,
} hs_world_kind;

// Many environments of one kind that step together, each step exactly as the reference's.
typedef struct hs_worlds {
    hs_world_kind kind;
    size_t count;
    uint32_t limit;        // steps after which an episode is cut off; 0 for never
    uint64_t seed;         // what new episodes start from
    double gravity;        // of pendulums, in m/s^2
    double *state;         // [hs_world_width, count]
    uint32_t *steps;       // [count], of the episode
    uint32_t *episodes;    // [count], how many were begun
    const float *actions;  // [count]
    float *rewards;        // [count]
    uint8_t *terminated;   // [count]
    uint8_t *truncated;    // [count]
    float *next;           // [count, hs_world_seen], what the actions led to
    float *current;        // [count, hs_world_seen], what to act on
} hs_worlds;

// Numbers of a state and of an observation.
int hs_world_width(hs_world_kind kind);
int hs_world_seen(hs_world_kind kind);

// Begins an episode in every environment.
void hs_worlds_reset(const hs_worlds *all);

// Does the actions; episodes that ended begin anew.
void hs_worlds_step(const hs_worlds *all);

#endif
