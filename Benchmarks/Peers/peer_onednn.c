// oneDNN (version 3, OpenMP): its matmul primitive, operands as they lie, and its sgemm.
#include "peers.h"

#ifdef PEER_ONEDNN
#include <dnnl.h>

void omp_set_num_threads(int count);  // its header is the compiler's, not always there

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static dnnl_primitive_t primitive;
static dnnl_memory_t memories[3];

static bool load(void) {
    if (engine) return true;
    return dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success &&
           dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) == dnnl_success;
}

static bool describe(dnnl_memory_desc_t *d, size_t rows, size_t columns, bool trans) {
    const dnnl_dims_t sizes = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
    return dnnl_memory_desc_create_with_tag(d, 2, sizes, dnnl_f32, trans ? dnnl_ba : dnnl_ab) ==
           dnnl_success;
}

static bool prepare(const product *p, int threads) {
    dnnl_memory_desc_t a, b, c;
    dnnl_primitive_desc_t description;
    omp_set_num_threads(threads);
    if (primitive) dnnl_primitive_destroy(primitive);
    primitive = NULL;
    for (int i = 0; i < 3; i++) {
        if (memories[i]) dnnl_memory_destroy(memories[i]);
        memories[i] = NULL;
    }
    bool good = describe(&a, p->M, p->K, p->transA) && describe(&b, p->K, p->N, p->transB) &&
                describe(&c, p->M, p->N, false) &&
                dnnl_matmul_primitive_desc_create(&description, engine, a, b, NULL, c, NULL) ==
                    dnnl_success;
    if (!good) return false;
    good = dnnl_primitive_create(&primitive, description) == dnnl_success &&
           dnnl_memory_create(&memories[0], a, engine, (void *)p->A) == dnnl_success &&
           dnnl_memory_create(&memories[1], b, engine, (void *)p->B) == dnnl_success &&
           dnnl_memory_create(&memories[2], c, engine, p->C) == dnnl_success;
    dnnl_primitive_desc_destroy(description);
    dnnl_memory_desc_destroy(a), dnnl_memory_desc_destroy(b), dnnl_memory_desc_destroy(c);
    return good;
}

static void run(const product *p) {
    (void)p;
    const dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_SRC, memories[0]},
                                          {DNNL_ARG_WEIGHTS, memories[1]},
                                          {DNNL_ARG_DST, memories[2]}};
    dnnl_primitive_execute(primitive, stream, 3, arguments);
    dnnl_stream_wait(stream);
}

static bool prepare_sgemm(const product *p, int threads) {
    (void)p;
    omp_set_num_threads(threads);
    return true;
}

static void run_sgemm(const product *p) {
    dnnl_sgemm(p->transA ? 'T' : 'N', p->transB ? 'T' : 'N', (dnnl_dim_t)p->M, (dnnl_dim_t)p->N,
               (dnnl_dim_t)p->K, 1, p->A, (dnnl_dim_t)(p->transA ? p->M : p->K), p->B,
               (dnnl_dim_t)(p->transB ? p->K : p->N), 0, p->C, (dnnl_dim_t)p->N);
}
#else
static bool load(void) { return false; }
#define prepare NULL
#define run NULL
#define prepare_sgemm NULL
#define run_sgemm NULL
#endif

const peer peer_onednn = {"onednn", load, prepare, run, NULL};
const peer peer_onednn_sgemm = {"onednn-sgemm", load, prepare_sgemm, run_sgemm, NULL};
