// Other libraries' matrix multiplication behind one signature, each in a file of its own. A peer
// that was not found when the benchmark was built, or does not load, is left out.
#ifndef PEERS_H
#define PEERS_H

#include <stdbool.h>
#include <stddef.h>

/// C[M,N] = A·B in float32, contiguous and row-major; A is [K,M] if transA, B is [N,K] if transB.
typedef struct product {
    size_t M, N, K;
    bool transA, transB;
    const float *A, *B;
    float *C;
} product;

typedef struct peer {
    const char *name;
    /// False if the library is not there.
    bool (*load)(void);
    /// Gets ready for calls of `run` with p's shape; false if this peer can't do it.
    bool (*prepare)(const product *p, int threads);
    void (*run)(const product *p);
    /// Times its own calls for `seconds` where the library is in another process: the median of
    /// one call, or less than 0. NULL for the rest.
    double (*time)(const product *p, int threads, double seconds);
} peer;

extern const peer peer_hindsight, peer_mkl, peer_onednn, peer_onednn_sgemm, peer_libxsmm,
    peer_torch;

#endif
