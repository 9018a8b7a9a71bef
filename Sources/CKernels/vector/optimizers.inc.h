// Optimizer steps: every operand read once and written once.
#ifndef HS_OPTIMIZERS_INC_H
#define HS_OPTIMIZERS_INC_H

typedef struct hs_adam {
    vf beta1_rest, beta1, beta2, beta2_rest, eps, keep, decay, step, correction2_sqrt, scale;
    bool decoupled, short_steps;
} hs_adam;

/// m, v and p (in place) after one step with gradient g; the operations in PyTorch's order.
HS_INLINE void hs_adam_step(const hs_adam *o, vf *p, vf g, vf *m, vf *v) {
    g = g * o->scale;
    if (o->decoupled) {
        *p = *p * o->keep;
    } else {
        g = vf_fma(*p, o->decay, g);
    }
    vf toward = g - *m;  // the two ways of interpolating: each exact at its nearer end
    *m = o->short_steps ? vf_fma(o->beta1_rest, toward, *m) : vf_fma(-o->beta1, toward, g);
    *v = vf_fma(*v, o->beta2, o->beta2_rest * g * g);
    vf denominator = vf_sqrt(*v) / o->correction2_sqrt + o->eps;
    *p = *p - o->step * *m / denominator;
}

HS_INLINE void hs_adam_loop(const hs_adam *o, const float *parameter, float *output,
                            const float *gradient, float *m, float *v, size_t n) {
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf p = vf_load(parameter + i), first = vf_load(m + i), second = vf_load(v + i);
        hs_adam_step(o, &p, vf_load(gradient + i), &first, &second);
        vf_store(output + i, p);
        vf_store(m + i, first);
        vf_store(v + i, second);
    }
    if (i < n) {
        size_t rest = n - i;
        vf p = vf_load_n(parameter + i, rest);
        vf first = vf_load_n(m + i, rest), second = vf_load_n(v + i, rest);
        hs_adam_step(o, &p, vf_load_n(gradient + i, rest), &first, &second);
        vf_store_n(output + i, p, rest);
        vf_store_n(m + i, first, rest);
        vf_store_n(v + i, second, rest);
    }
}

static void HS_NAME(adam)(const float *parameter, float *output, const float *gradient, float *m,
                          float *v, size_t n, double lr, double beta1, double beta2, double eps,
                          double weight_decay, double correction1, double correction2_sqrt,
                          bool decoupled, float scale) {
    hs_adam o = {
        .beta1 = vf_set((float)beta1),
        .beta1_rest = vf_set((float)(1.0 - beta1)),
        .beta2 = vf_set((float)beta2),
        .beta2_rest = vf_set((float)(1.0 - beta2)),
        .eps = vf_set((float)eps),
        .keep = vf_set((float)(1.0 - lr * weight_decay)),
        .decay = vf_set((float)weight_decay),
        .step = vf_set((float)(lr / correction1)),
        .correction2_sqrt = vf_set((float)correction2_sqrt),
        .scale = vf_set(scale),
        .decoupled = decoupled,
        .short_steps = beta1 > 0.5,
    };
    hs_adam_loop(&o, parameter, output, gradient, m, v, n);
}

typedef struct hs_sgd {
    vf lr, decay, mu, undamped, scale;
    bool nesterov, first_step;
} hs_sgd;

HS_INLINE vf hs_sgd_step(const hs_sgd *o, bool moving, vf p, vf g, vf *momentum) {
    g = vf_fma(p, o->decay, g * o->scale);
    if (moving) {
        *momentum = o->first_step ? g : vf_fma(*momentum, o->mu, o->undamped * g);
        g = o->nesterov ? vf_fma(*momentum, o->mu, g) : *momentum;
    }
    return vf_fma(-o->lr, g, p);
}

HS_INLINE void hs_sgd_loop(const hs_sgd *o, bool moving, const float *parameter, float *output,
                           const float *gradient, float *momentum, size_t n) {
    vf buffer = vf_set(0.0f);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        if (moving && !o->first_step) buffer = vf_load(momentum + i);
        vf p = hs_sgd_step(o, moving, vf_load(parameter + i), vf_load(gradient + i), &buffer);
        if (moving) vf_store(momentum + i, buffer);
        vf_store(output + i, p);
    }
    if (i < n) {
        size_t rest = n - i;
        if (moving && !o->first_step) buffer = vf_load_n(momentum + i, rest);
        vf p = hs_sgd_step(o, moving, vf_load_n(parameter + i, rest),
                           vf_load_n(gradient + i, rest), &buffer);
        if (moving) vf_store_n(momentum + i, buffer, rest);
        vf_store_n(output + i, p, rest);
    }
}

static void HS_NAME(sgd)(const float *parameter, float *output, const float *gradient,
                         float *momentum, size_t n, float lr, float weight_decay, float mu,
                         float dampening, bool nesterov, bool first_step, float scale) {
    hs_sgd o = {
        .lr = vf_set(lr),
        .decay = vf_set(weight_decay),
        .mu = vf_set(mu),
        .undamped = vf_set((float)(1.0 - (double)dampening)),
        .scale = vf_set(scale),
        .nesterov = nesterov,
        .first_step = first_step,
    };
    if (mu != 0.0f) {
        hs_sgd_loop(&o, true, parameter, output, gradient, momentum, n);
    } else {
        hs_sgd_loop(&o, false, parameter, output, gradient, NULL, n);
    }
}

#endif
