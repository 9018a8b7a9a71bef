// Intel MKL through its single dynamic library, whose path is in PEER_MKL.
#include "peers.h"

#include <dlfcn.h>
#include <stdlib.h>

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };

static void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int,
                     float, float *, int);
static void (*set_threads)(int);

static bool load(void) {
    const char *path = getenv("PEER_MKL");
    setenv("KMP_BLOCKTIME", "1", 0);  // its idle threads must not spin into the next peer's turn
    void *library = path && *path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library) return false;
    *(void **)&sgemm = dlsym(library, "cblas_sgemm");
    *(void **)&set_threads = dlsym(library, "MKL_Set_Num_Threads");
    return sgemm && set_threads;
}

static bool prepare(const product *p, int threads) {
    (void)p;
    set_threads(threads);
    return true;
}

static void run(const product *p) {
    sgemm(ROW_MAJOR, p->transA ? TRANS : NO_TRANS, p->transB ? TRANS : NO_TRANS, (int)p->M,
          (int)p->N, (int)p->K, 1, p->A, (int)(p->transA ? p->M : p->K), p->B,
          (int)(p->transB ? p->K : p->N), 0, p->C, (int)p->N);
}

const peer peer_mkl = {"mkl", load, prepare, run, NULL};
