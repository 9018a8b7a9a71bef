#!/bin/sh
# Puts what matmul_bench compares against into .bench/mkl (ignored by git): MKL and oneDNN from
# PyPI. libxsmm and OpenMP come from the system's packages (Debian: libxsmm-dev, libgomp1) if they
# are there, PyTorch from .bench/python, which Tools/setup-peers.sh makes. Then builds the benchmark.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
environment=$root/.bench/mkl
[ -x "$environment/bin/pip" ] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet mkl
# The last oneDNN that PyPI has with GNU OpenMP; newer ones bring SYCL and their own threads.
"$environment/bin/pip" install --quiet onednn-cpu-gomp onednn-devel-cpu-gomp ||
    echo "setup: no oneDNN for this system; the benchmark goes without it" >&2
"$root/Benchmarks/Peers/build.sh"
