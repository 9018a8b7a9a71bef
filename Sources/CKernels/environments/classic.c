// Many mountain cars, pendulums or acrobots over columns of states. Products are not fused and functions are the
// C library's, so that a step's bits are those of the scalar environment, and with it of Gymnasium.
#include <math.h>
#include <string.h>

#include "../include/hs_environments.h"
#include "../include/hs_random.h"

#pragma clang fp contract(off)

static const double PI = 3.14159265358979323846;

int hs_world_width(hs_world_kind kind) { return kind == HS_ACROBOT ? 4 : 2; }

int hs_world_seen(hs_world_kind kind) {
    return kind == HS_ACROBOT ? 6 : kind == HS_PENDULUM ? 3 : 2;
}

static double clamp(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

// MARK: One step each: the state is moved; the reward is returned.

static float mountaincar(double *state, float action, uint8_t *terminated) {
    double velocity = state[1];
    velocity += (double)((int)action - 1) * 0.001 + hs_exact_cos(3 * state[0]) * -0.0025;
    velocity = clamp(velocity, -0.07, 0.07);
    const double position = clamp(state[0] + velocity, -1.2, 0.6);
    if (position == -1.2 && velocity < 0) velocity = 0;
    state[0] = position;
    state[1] = velocity;
    *terminated = position >= 0.5 && velocity >= 0;
    return -1;
}

/// From the state of a new episode in double precision, from then on in single.
static float mountaincar_continuous(double *state, float force, bool first, uint8_t *terminated) {
    const float from = (float)state[0];
    const double slope = 0.0025 * hs_exact_cos(first ? 3 * state[0] : (double)(3 * from));
    const double strong = (force > 0 ? 1.0 : -1.0) * 0.0015 - slope;
    const float weak = force * 0.0015f - (float)slope;
    bool done;
    if (first) {
        double speed = state[1] + (fabsf(force) > 1 ? strong : (double)weak);
        speed = clamp(speed, -0.07, 0.07);
        const double place = clamp(state[0] + speed, -1.2, 0.6);
        if (place == -1.2 && speed < 0) speed = 0;
        done = place >= 0.45 && speed >= 0;
        state[0] = (float)place;
        state[1] = (float)speed;
    } else {
        float speed = (float)state[1] + (fabsf(force) > 1 ? (float)strong : weak);
        if (speed > 0.07f) speed = 0.07f;
        if (speed < -0.07f) speed = -0.07f;
        float place = from + speed;
        if (place > 0.6f) place = 0.6f;
        if (place < -1.2f) place = -1.2f;
        if (place == -1.2f && speed < 0) speed = 0;
        done = place >= 0.45f && speed >= 0;
        state[0] = place;
        state[1] = speed;
    }
    *terminated = done;
    const double cost = (double)force * (double)force * 0.1;
    return (float)((done ? 100.0 : 0.0) - cost);
}

static float pendulum(double *state, float wanted, double gravity) {
    const float torque = wanted < -2 ? -2 : wanted > 2 ? 2 : wanted;
    double rest = fmod(state[0] + PI, 2 * PI);
    if (rest < 0) rest += 2 * PI;
    const double cost = hs_exact_square(rest - PI) + 0.1 * hs_exact_square(state[1]) +
                        (double)(0.001f * hs_exact_squaref(torque));
    const double pull = 3 * gravity / 2 * hs_exact_sin(state[0]) + (double)(3 * torque);
    state[1] = clamp(state[1] + pull * 0.05, -8, 8);
    state[0] += state[1] * 0.05;
    return (float)-cost;
}

static void acrobot_slope(const double *state, double torque, double *slope) {
    const double angle1 = state[0], angle2 = state[1], speed1 = state[2], speed2 = state[3];
    const double cosine2 = hs_exact_cos(angle2), sine2 = hs_exact_sin(angle2);
    const double d1 = 0.25 + (1.25 + cosine2) + 1 + 1;
    const double d2 = 0.25 + 0.5 * cosine2 + 1;
    const double phi2 = 0.5 * 9.8 * hs_exact_cos(angle1 + angle2 - PI / 2);
    const double phi1 = -0.5 * hs_exact_square(speed2) * sine2 - speed2 * speed1 * sine2 +
                        1.5 * 9.8 * hs_exact_cos(angle1 - PI / 2) + phi2;
    const double acceleration2 =
        (torque + d2 / d1 * phi1 - 0.5 * hs_exact_square(speed1) * sine2 - phi2) /
        (1.25 - hs_exact_square(d2) / d1);
    slope[0] = speed1;
    slope[1] = speed2;
    slope[2] = -(d2 * acceleration2 + phi1) / d1;
    slope[3] = acceleration2;
}

static double wrapped(double angle) {
    while (angle > PI) angle -= 2 * PI;
    while (angle < -PI) angle += 2 * PI;
    return angle;
}

/// Runge and Kutta's fourth order over 0.2 s.
static float acrobot(double *state, float action, uint8_t *terminated) {
    const double torque = (double)((int)action - 1), step = 0.2, half = step / 2;
    double k1[4], k2[4], k3[4], k4[4], place[4];
    acrobot_slope(state, torque, k1);
    for (int i = 0; i < 4; ++i) place[i] = state[i] + half * k1[i];
    acrobot_slope(place, torque, k2);
    for (int i = 0; i < 4; ++i) place[i] = state[i] + half * k2[i];
    acrobot_slope(place, torque, k3);
    for (int i = 0; i < 4; ++i) place[i] = state[i] + step * k3[i];
    acrobot_slope(place, torque, k4);
    for (int i = 0; i < 4; ++i) {
        state[i] = state[i] + step / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    }
    state[0] = wrapped(state[0]);
    state[1] = wrapped(state[1]);
    state[2] = clamp(state[2], -4 * PI, 4 * PI);
    state[3] = clamp(state[3], -9 * PI, 9 * PI);
    *terminated = -hs_exact_cos(state[0]) - hs_exact_cos(state[1] + state[0]) > 1;
    return *terminated ? 0 : -1;
}

// MARK: Rows and episodes

static void observe(hs_world_kind kind, const double *state, bool first, float *row) {
    switch (kind) {
    case HS_MOUNTAINCAR:
    case HS_MOUNTAINCAR_CONTINUOUS:
        row[0] = (float)state[0];
        row[1] = (float)state[1];
        break;
    case HS_PENDULUM:
        row[0] = (float)hs_exact_cos(state[0]);
        row[1] = (float)hs_exact_sin(state[0]);
        row[2] = (float)state[1];
        break;
    case HS_ACROBOT:
        for (int link = 0; link < 2; ++link) {
            // A new episode's state is float32 in the reference, with NumPy's own functions.
            const float angle = (float)state[link];
            row[2 * link] = first ? hs_exact_cosf(angle) : (float)hs_exact_cos(state[link]);
            row[2 * link + 1] = first ? hs_exact_sinf(angle) : (float)hs_exact_sin(state[link]);
        }
        row[4] = (float)state[2];
        row[5] = (float)state[3];
        break;
    }
}

static double between(uint32_t word, double low, double high) {
    return low + ((double)word + 0.5) * 0x1p-32 * (high - low);
}

/// Draws a start, a function of seed, environment and episode alone.
static void begin(const hs_worlds *all, size_t i) {
    const uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), all->episodes[i]++, 1};
    const uint32_t key[2] = {(uint32_t)all->seed, (uint32_t)(all->seed >> 32)};
    uint32_t words[4];
    hs_philox4x32(counter, key, words);
    double state[4] = {0, 0, 0, 0};
    switch (all->kind) {
    case HS_MOUNTAINCAR:
    case HS_MOUNTAINCAR_CONTINUOUS: state[0] = between(words[0], -0.6, -0.4); break;
    case HS_PENDULUM:
        state[0] = between(words[0], -PI, PI);
        state[1] = between(words[1], -1, 1);
        break;
    case HS_ACROBOT:
        for (int k = 0; k < 4; ++k) state[k] = (float)between(words[k], -0.1, 0.1);
        break;
    }
    const int width = hs_world_width(all->kind);
    for (int k = 0; k < width; ++k) all->state[(size_t)k * all->count + i] = state[k];
    all->steps[i] = 0;
    observe(all->kind, state, true, all->current + (size_t)hs_world_seen(all->kind) * i);
}

void hs_worlds_reset(const hs_worlds *all) {
    for (size_t i = 0; i < all->count; ++i) begin(all, i);
}

void hs_worlds_step(const hs_worlds *all) {
    const int width = hs_world_width(all->kind);
    const size_t seen = (size_t)hs_world_seen(all->kind);
    for (size_t i = 0; i < all->count; ++i) {
        double state[4];
        for (int k = 0; k < width; ++k) state[k] = all->state[(size_t)k * all->count + i];
        uint8_t terminated = 0;
        float reward = 0;
        switch (all->kind) {
        case HS_MOUNTAINCAR: reward = mountaincar(state, all->actions[i], &terminated); break;
        case HS_MOUNTAINCAR_CONTINUOUS:
            reward = mountaincar_continuous(state, all->actions[i], all->steps[i] == 0,
                                            &terminated);
            break;
        case HS_PENDULUM: reward = pendulum(state, all->actions[i], all->gravity); break;
        case HS_ACROBOT: reward = acrobot(state, all->actions[i], &terminated); break;
        }
        for (int k = 0; k < width; ++k) all->state[(size_t)k * all->count + i] = state[k];
        observe(all->kind, state, false, all->next + seen * i);
        memcpy(all->current + seen * i, all->next + seen * i, seen * sizeof(float));
        all->rewards[i] = reward;
        all->terminated[i] = terminated;
        all->steps[i] += 1;
        all->truncated[i] = all->limit != 0 && all->steps[i] >= all->limit;
        if (terminated | all->truncated[i]) begin(all, i);
    }
}
