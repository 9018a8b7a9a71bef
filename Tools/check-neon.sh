#!/bin/sh
# Builds the kernels' vector check for AArch64 and runs it under QEMU, for who has no such machine.
#
#   apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
#   Tools/check-neon.sh [stride]
#
# `stride` (9973) is that of Tests/CKernelsChecks/vector_check.c: QEMU is some 30 times slow.
# CLANG names the compiler (default: clang).
set -eu
cd "$(dirname "$0")/.."
clang=${CLANG:-clang}
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
for file in $(find Sources/CKernels -name '*.c') Tests/CKernelsChecks/vector_check.c; do
    object=$build/$(echo "$file" | tr / _).o
    "$clang" --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include \
        -O2 -std=gnu17 -Wall -Wextra -c "$file" -o "$object"
done
aarch64-linux-gnu-gcc -static -o "$build/vector_check" "$build"/*.o -lm -lpthread
qemu-aarch64 "$build/vector_check" "${1:-9973}"
