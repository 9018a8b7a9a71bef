#!/usr/bin/env bash
# Fine-tunes a small run in full and one with adapters, exports both, and compares what Python's
# transformers and onnxruntime say of 200 texts with what hindsight says.
# Needs Tools/fetch-demo.sh and Tools/setup-peers.sh. HINDSIGHT=… names a built hindsight command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${HINDSIGHT:-}" ]; then
    flags=(-c release -Xswiftc -enable-testing --product hindsight)
    swift build "${flags[@]}"
    HINDSIGHT="$(swift build "${flags[@]}" --show-bin-path)/hindsight"
fi
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
Tools/quick-data.sh

for method in full lora; do
    "$HINDSIGHT" tune Examples/quick.yaml --store "$scratch/runs" --set method=$method \
        >"$scratch/log" 2>&1 || {
        cat "$scratch/log" >&2
        exit 1
    }
    "$HINDSIGHT" predict last --store "$scratch/runs" --input data/quick-test.csv \
        --output "$scratch/$method.csv"
    "$HINDSIGHT" export last --store "$scratch/runs" --format onnx --output "$scratch/$method"
    .bench/python/bin/python Tools/reference/check_export.py "$scratch/$method" "$scratch/$method.csv"
    .bench/python/bin/python Tools/reference/check_onnx.py "$scratch/$method" "$scratch/$method.csv"
done
