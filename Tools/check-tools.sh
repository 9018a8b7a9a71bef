#!/usr/bin/env bash
# Checks that a tool the build needs is here; says how to get it if not.
# Usage: Tools/check-tools.sh swift|compiler      (CC names the C compiler)
set -euo pipefail

fail() {
    printf 'check-tools: %s\n' "$@" >&2
    exit 1
}

check_swift() {
    command -v swift >/dev/null || fail \
        "there is no swift command." \
        "Install Swift 6.3 or later: https://www.swift.org/install/ (on macOS: Xcode)."
    local version
    version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')"
    case "$version" in
    [1-5].* | 6.[0-2])
        fail "this is Swift $version, Swift 6.3 or later is needed." \
            "Install it: https://www.swift.org/install/ (on macOS: Xcode)."
        ;;
    esac
}

# A program with the headers that the kernels use, compiled and linked.
check_compiler() {
    local compiler="${CC:-clang}" program
    command -v "$compiler" >/dev/null || fail \
        "there is no C compiler '$compiler'; the kernels need clang." \
        "macOS: xcode-select --install. Debian and Ubuntu: apt-get install clang." \
        "Swift's own: add the folder of the swift command to PATH, or CC=/path/to/clang."
    program="$(mktemp)"
    if ! printf '#include <math.h>\n#include <pthread.h>\n#ifndef __clang__\n#error clang is needed\n#endif\nint main(void) { return 0; }\n' \
        | "$compiler" -x c -o "$program" - -lm -lpthread; then
        rm -f "$program"
        fail "'$compiler' cannot compile and link a small C program (see above)." \
            "macOS: xcode-select --install. Debian and Ubuntu: apt-get install clang libc6-dev." \
            "If '$compiler' is not clang: make CC=clang …"
    fi
    rm -f "$program"
}

# The run store's database; macOS has it built in.
check_sqlite() {
    local compiler="${CC:-clang}"
    command -v "$compiler" >/dev/null || compiler=cc
    printf '#include <sqlite3.h>\nint main(void) { return sqlite3_libversion_number() == 0; }\n' \
        | "$compiler" -x c -o /dev/null - -lsqlite3 2>/dev/null || fail \
        "there is no SQLite to compile with; the run store needs it." \
        "Debian and Ubuntu: apt-get install libsqlite3-dev. Fedora: dnf install sqlite-devel."
}

case "${1:-}" in
swift) check_swift && check_sqlite ;;
compiler) check_compiler ;;
*) fail "usage: Tools/check-tools.sh swift|compiler" ;;
esac
