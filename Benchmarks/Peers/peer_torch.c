// PyTorch in another process (torch_peer.py, run by the interpreter named in PEER_PYTHON), which
// times its own calls of torch.mm so that only the turns are interleaved.
#define _POSIX_C_SOURCE 200809L
#include "peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *to, *from;

static bool load(void) {
    const char *python = getenv("PEER_PYTHON"), *script = getenv("PEER_TORCH_SCRIPT");
    int down[2], up[2];
    char ready[64];
    if (!python || !script || access(python, X_OK) || pipe(down) || pipe(up)) return false;
    if (fork() == 0) {
        dup2(down[0], 0), dup2(up[1], 1);
        close(down[0]), close(down[1]), close(up[0]), close(up[1]);
        execl(python, python, script, (char *)NULL);
        _exit(1);
    }
    close(down[0]), close(up[1]);
    to = fdopen(down[1], "w"), from = fdopen(up[0], "r");
    return fgets(ready, sizeof ready, from) != NULL;
}

static bool prepare(const product *p, int threads) {
    (void)p, (void)threads;
    return true;
}

static double ask(const product *p, int threads, double seconds) {
    char line[64];
    fprintf(to, "%zu %zu %zu %d %d %d %f\n", p->M, p->N, p->K, p->transA, p->transB, threads,
            seconds);
    fflush(to);
    return fgets(line, sizeof line, from) ? strtod(line, NULL) : -1;
}

const peer peer_torch = {"pytorch", load, prepare, NULL, ask};
