// libxsmm's generated kernels for small products (one thread, operands as they lie). It speaks
// column-major, so that it is given C's transpose: Bᵀ·Aᵀ.
#include "peers.h"

#ifdef PEER_LIBXSMM
#include <libxsmm.h>

static libxsmm_smmfunction kernel;

static bool load(void) {
    libxsmm_init();
    return true;
}

static bool prepare(const product *p, int threads) {
    const float alpha = 1, beta = 0;
    const int flags = (p->transB ? LIBXSMM_GEMM_FLAG_TRANS_A : 0) |
                      (p->transA ? LIBXSMM_GEMM_FLAG_TRANS_B : 0);
    const libxsmm_blasint lda = (libxsmm_blasint)(p->transB ? p->K : p->N);
    const libxsmm_blasint ldb = (libxsmm_blasint)(p->transA ? p->M : p->K);
    const libxsmm_blasint ldc = (libxsmm_blasint)p->N;
    if (threads > 1) return false;
    kernel = libxsmm_smmdispatch((libxsmm_blasint)p->N, (libxsmm_blasint)p->M,
                                 (libxsmm_blasint)p->K, &lda, &ldb, &ldc, &alpha, &beta, &flags,
                                 NULL);
    return kernel != NULL;
}

static void run(const product *p) {
    kernel(p->B, p->A, p->C);
}
#else
static bool load(void) { return false; }
#define prepare NULL
#define run NULL
#endif

const peer peer_libxsmm = {"libxsmm", load, prepare, run, NULL};
