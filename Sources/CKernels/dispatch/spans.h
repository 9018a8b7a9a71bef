// Which rows are a sequence: offsets or lengths that a kernel reads when it runs.
#ifndef HS_SPANS_H
#define HS_SPANS_H

#include "../include/hs_call.h"

/// Rows begin ..< end.
typedef struct hs_span {
    int64_t begin, end;
} hs_span;

static inline int64_t hs_clamped(int64_t x, int64_t low, int64_t high) {
    return x < low ? low : x > high ? high : x;
}

/// Sequence i of an attention call, `last` being the end of the one before (0 at first). Whatever
/// the tensor holds, spans lie inside the rows, in order, and do not overlap.
static inline hs_span hs_span_at(const hs_call *c, int64_t i, int64_t last) {
    const int32_t *values = c->p[3];
    int64_t begin = values[i], end;
    if (c->flags & HS_PADDED) {
        begin = i * c->n[7];
        end = begin + hs_clamped(values[i], 0, c->n[7]);
    } else {
        end = values[i + 1];
    }
    begin = hs_clamped(begin, last, c->n[0]);
    return (hs_span){begin, hs_clamped(end, begin, c->n[0])};
}

#endif
