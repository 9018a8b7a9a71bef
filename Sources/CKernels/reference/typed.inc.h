// Loops over one element type: T and NAME(x) are defined by the file that includes this.

static inline T NAME(binary_one)(int op, T a, T b) {
    switch (op) {
    case HS_ADD: return (T)(a + b);
    case HS_SUB: return (T)(a - b);
    case HS_MUL: return (T)(a * b);
    case HS_DIV: return DIVIDE(a, b);
    case HS_MAX: return IS_NAN(a) ? a : IS_NAN(b) ? b : a > b ? a : b;
    case HS_MIN: return IS_NAN(a) ? a : IS_NAN(b) ? b : a < b ? a : b;
    case HS_POW: return POWER(a, b);
    case HS_AND: return a && b;
    default: return a || b;
    }
}

static inline uint8_t NAME(compare_one)(int op, T a, T b) {
    switch (op) {
    case HS_EQ: return a == b;
    case HS_NE: return a != b;
    case HS_LT: return a < b;
    case HS_LE: return a <= b;
    case HS_GT: return a > b;
    default: return a >= b;
    }
}

static void NAME(pairwise)(const hs_call *c) {
    const T *a = c->p[0], *b = c->p[1];
    int rank = (int)c->n[0];
    int64_t count = 1;
    for (int i = 0; i < rank; i++) count *= c->n[2 + i];
    for (int64_t i = 0; i < count; i++) {
        int64_t rest = i, ai = 0, bi = 0;
        for (int d = rank - 1; d >= 0; d--) {
            ai += rest % c->n[2 + d] * c->n[10 + d];
            bi += rest % c->n[2 + d] * c->n[18 + d];
            rest /= c->n[2 + d];
        }
        if (c->op == HS_OP_BINARY)
            ((T *)c->p[2])[i] = NAME(binary_one)(c->kind, a[ai], b[bi]);
        else
            ((uint8_t *)c->p[2])[i] = NAME(compare_one)(c->kind, a[ai], b[bi]);
    }
}

static void NAME(select)(const hs_call *c) {
    const uint8_t *condition = c->p[0];
    const T *a = c->p[1], *b = c->p[2];
    for (int64_t i = 0; i < c->n[0]; i++)
        ((T *)c->p[3])[i] = condition[i] ? a[i * c->n[1]] : b[i * c->n[2]];
}

static void NAME(one_hot)(const hs_call *c) {
    const int64_t *indices = c->p[0];
    T *y = c->p[1];
    for (int64_t i = 0; i < c->n[0]; i++)
        for (int64_t j = 0; j < c->n[1]; j++) y[i * c->n[1] + j] = (T)(indices[i] == j);
}

static void NAME(fill)(const hs_call *c) {
    for (int64_t i = 0; i < c->n[0]; i++) ((T *)c->p[0])[i] = (T)c->f[0];
}

static void NAME(arange)(const hs_call *c) {
    for (int64_t i = 0; i < c->n[0]; i++) ((T *)c->p[0])[i] = (T)(c->f[0] + (double)i * c->f[1]);
}

static void NAME(elementwise)(const hs_call *c) {
    switch (c->op) {
    case HS_OP_BINARY:
    case HS_OP_COMPARE: NAME(pairwise)(c); break;
    case HS_OP_SELECT: NAME(select)(c); break;
    case HS_OP_ONE_HOT: NAME(one_hot)(c); break;
    case HS_OP_ARANGE: NAME(arange)(c); break;
    case HS_OP_FILL: NAME(fill)(c); break;
    default: break;
    }
}
