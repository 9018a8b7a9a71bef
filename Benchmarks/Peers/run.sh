#!/bin/sh
# Runs .bench/bin/matmul_bench with the peers that setup.sh found; arguments go to it. One JSON
# object a line. With one thread, pin it: taskset -c 0 Benchmarks/Peers/run.sh -t 1
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
PEER_MKL=$(find "$root/.bench/mkl/lib" -name 'libmkl_rt.so*' 2>/dev/null | head -n 1)
PEER_PYTHON=$root/.bench/python/bin/python
PEER_TORCH_SCRIPT=$root/Benchmarks/Peers/torch_peer.py
export PEER_MKL PEER_PYTHON PEER_TORCH_SCRIPT
exec "$root/.bench/bin/matmul_bench" "$@"
