#!/usr/bin/env bash
# Measures Hindsight beside PyTorch and the matmul libraries in one run, and writes BENCHMARKS.md.
# Needs a quiet machine and about half an hour. Arguments go to Benchmarks/run.py; without any, control is
# measured beside stable-baselines3 afterwards, and its table printed for Benchmarks/CONTROL.md.
set -euo pipefail
cd "$(dirname "$0")/.."

Tools/setup-peers.sh
if [ -x Benchmarks/Peers/setup.sh ]; then Benchmarks/Peers/setup.sh; fi
swift build -c release --package-path Benchmarks
mkdir -p .bench
"${CC:-cc}" -O2 -pthread Benchmarks/stream/stream.c -o .bench/stream
"${CC:-cc}" -O2 -pthread Benchmarks/stream/peak.c -o .bench/peak
.bench/python/bin/python Benchmarks/run.py "$@"
if [ $# -eq 0 ]; then .bench/python/bin/python Benchmarks/run_control.py; fi
