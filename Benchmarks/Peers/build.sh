#!/bin/sh
# Builds .bench/bin/matmul_bench from this folder and Sources/CKernels, with the peers found.
# CC: the compiler (clang; default: the one next to `swift`, else clang).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
peers=$root/.bench/mkl
output=$root/.bench/bin
objects=$output/objects
if [ -z "${CC:-}" ]; then
    CC=clang
    swift=$(command -v swift || true)
    if [ -n "$swift" ]; then
        beside=$(dirname "$(readlink -f "$swift")")/clang
        [ ! -x "$beside" ] || CC=$beside
    fi
fi
mkdir -p "$objects"
rm -f "$objects"/*.o

flags=""
libraries="-ldl -lm -lpthread"
onednn=$(find "$peers/lib" -name 'libdnnl.so.3.*' 2>/dev/null | sort -V | head -n 1)
if [ -n "$onednn" ] && [ -f "$peers/include/dnnl.h" ]; then
    mkdir -p "$output/onednn"
    cp "$onednn" "$output/onednn/libdnnl.so.3"  # under the name it gives itself
    flags="$flags -DPEER_ONEDNN -isystem $peers/include"
    libraries="$output/onednn/libdnnl.so.3 -Wl,-rpath,$output/onednn -l:libgomp.so.1 $libraries"
fi
if printf '#include <libxsmm.h>\n' | "$CC" -x c -fsyntax-only - 2>/dev/null; then
    flags="$flags -DPEER_LIBXSMM"
    libraries="-lxsmm -lxsmmnoblas $libraries"
fi

for source in $(find "$root/Sources/CKernels" -name '*.c'); do
    name=$(echo "${source#"$root"/Sources/CKernels/}" | tr / _)
    "$CC" -O2 -I"$root/Sources/CKernels/include" -c "$source" -o "$objects/$name.o"
done
# shellcheck disable=SC2086  # flags and libraries are lists
"$CC" -O2 -Wall -Wextra $flags "$root"/Benchmarks/Peers/*.c "$objects"/*.o $libraries \
    -o "$output/matmul_bench"
