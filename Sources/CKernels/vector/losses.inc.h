// Cross-entropy over logits and the pointwise losses.
#ifndef HS_LOSSES_INC_H
#define HS_LOSSES_INC_H

static void HS_NAME(cross_entropy)(const float *x, const int64_t *target, float *loss, float *lse,
                                   size_t rows, size_t n, float smoothing, int64_t ignore) {
    for (size_t r = 0; r < rows; ++r, x += n) {
        hs_exponentials row = hs_row_exponentials(x, n);
        double total = (double)hs_shift(row.greatest) + log(row.sum);
        lse[r] = (float)total;
        if (target[r] == ignore) {
            loss[r] = 0.0f;
            continue;
        }
        double value = total - (double)x[target[r]];
        if (smoothing != 0.0f) {
            double mean = hs_row_sum(HS_SUM, x, n) / (double)n;
            value = (1.0 - (double)smoothing) * value + (double)smoothing * (total - mean);
        }
        loss[r] = (float)value;
    }
}

// A row as long as this is streamed: what is done next with it takes far longer than reading it
// again.
#define HS_STREAM_ROW 32768

typedef struct hs_slope {
    vf lse, g, less;
} hs_slope;

HS_INLINE vf vf_cross_entropy_slope(const hs_slope *s, vf x) {
    return s->g * (vf_exp(x - s->lse) - s->less);
}

/// dx = g * (e^(x - lse) - s / n), the target's element excepted.
HS_INLINE void hs_cross_entropy_slopes(const float *x, float *dx, size_t n, const hs_slope *s) {
    bool stream = n >= HS_STREAM_ROW && dx != x;
    size_t i = stream ? hs_unaligned(dx) : 0;
    if (i > 0) vf_store_n(dx, vf_cross_entropy_slope(s, vf_load_n(x, i)), i);
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf_put(dx + i, vf_cross_entropy_slope(s, vf_load(x + i)), stream);
    }
    if (i < n) vf_store_n(dx + i, vf_cross_entropy_slope(s, vf_load_n(x + i, n - i)), n - i);
    hs_stream_end(stream);
}

static void HS_NAME(cross_entropy_backward)(const float *x, const int64_t *target,
                                            const float *lse, const float *g, float *dx,
                                            size_t rows, size_t n, float smoothing,
                                            int64_t ignore) {
    float less = smoothing / (float)n;
    for (size_t r = 0; r < rows; ++r, x += n, dx += n) {
        if (target[r] == ignore) {
            HS_NAME(fill)(dx, n, 0.0f);
            continue;
        }
        float right = x[target[r]];  // before dx, which may be x, is written
        hs_slope slope = {vf_set(lse[r]), vf_set(g[r]), vf_set(less)};
        hs_cross_entropy_slopes(x, dx, n, &slope);
        double p = exp((double)right - (double)lse[r]);
        dx[target[r]] = (float)((double)g[r] * (p - (1.0 - (double)smoothing) - (double)less));
    }
}

// ---- pointwise --------------------------------------------------------------------------------

HS_INLINE vf vf_loss(int op, vf p, vf t, vf delta) {
    vf d = p - t, size = vf_abs(d);
    switch (op) {
    case HS_LOSS_SQUARED: return d * d;
    case HS_LOSS_ABSOLUTE: return size;
    case HS_LOSS_HUBER:
        return vf_select(size <= delta, 0.5f * d * d, delta * (size - 0.5f * delta));
    default:
        return (vf_relu(p) - p * t) + vf_log1p_unit(vf_exp(-vf_abs(p)));
    }
}

HS_INLINE vf vf_loss_slope(int op, vf p, vf t, vf delta) {
    vf d = p - t;
    switch (op) {
    case HS_LOSS_SQUARED: return 2.0f * d;
    case HS_LOSS_ABSOLUTE: return vf_sign(d);
    case HS_LOSS_HUBER: return vf_select(vf_abs(d) <= delta, d, delta * vf_sign(d));
    default: return vf_sigmoid(p) - t;
    }
}

HS_INLINE double hs_loss_sum(int op, const float *p, const float *t, size_t n, float p0) {
    // Cheap terms need several sums to hide the latency of an addition; dear ones hide it.
    enum { MOST = 4 };
    const size_t lanes = op == HS_LOSS_BCE_LOGITS ? 1 : MOST, stride = lanes * HS_WIDTH;
    vf delta = vf_set(p0);
    vd total = {};
    while (n > 0) {
        size_t count = n < HS_SOFTMAX_BLOCK ? n : HS_SOFTMAX_BLOCK, i = 0;
        vf s[MOST] = {};
        for (; i + stride <= count; i += stride) {
            HS_UNROLL
            for (size_t k = 0; k < lanes; ++k) {
                size_t at = i + k * HS_WIDTH;
                s[k] += vf_loss(op, vf_load(p + at), vf_load(t + at), delta);
            }
        }
        for (; i < count; i += HS_WIDTH) {
            size_t rest = count - i < HS_WIDTH ? count - i : HS_WIDTH;
            vf last = vf_loss(op, vf_load_n(p + i, rest), vf_load_n(t + i, rest), delta);
            s[1] += vf_keep(last, rest, 0.0f);
        }
        total += vd_from_float((s[0] + s[1]) + (s[2] + s[3]));
        p += count, t += count, n -= count;
    }
    return vd_sum(total);
}

static float HS_NAME(loss_sum)(int op, const float *prediction, const float *target, size_t n,
                               float p0) {
    switch (op) {
#define HS_CASE(OP) case OP: return (float)hs_loss_sum(OP, prediction, target, n, p0);
        HS_CASE(HS_LOSS_SQUARED) HS_CASE(HS_LOSS_ABSOLUTE) HS_CASE(HS_LOSS_HUBER)
        HS_CASE(HS_LOSS_BCE_LOGITS)
#undef HS_CASE
    }
    return 0.0f;
}

HS_INLINE void hs_loss_slopes(int op, const float *p, const float *t, float *dp, size_t n,
                              float factor, float p0) {
    vf delta = vf_set(p0), scale = vf_set(factor);
    size_t i = 0;
    for (; i + HS_WIDTH <= n; i += HS_WIDTH) {
        vf_store(dp + i, scale * vf_loss_slope(op, vf_load(p + i), vf_load(t + i), delta));
    }
    if (i < n) {
        size_t rest = n - i;
        vf slope = vf_loss_slope(op, vf_load_n(p + i, rest), vf_load_n(t + i, rest), delta);
        vf_store_n(dp + i, scale * slope, rest);
    }
}

static void HS_NAME(loss_backward)(int op, const float *prediction, const float *target,
                                   float *dprediction, size_t n, float scale, float p0) {
    switch (op) {
#define HS_CASE(OP) \
    case OP: hs_loss_slopes(OP, prediction, target, dprediction, n, scale, p0); break;
        HS_CASE(HS_LOSS_SQUARED) HS_CASE(HS_LOSS_ABSOLUTE) HS_CASE(HS_LOSS_HUBER)
        HS_CASE(HS_LOSS_BCE_LOGITS)
#undef HS_CASE
    }
}

#endif
