#!/usr/bin/env bash
# Builds the regression example as an executable that needs no Swift installation, and installs it as
# PREFIX/bin/hindsight-regression.
# Usage: Tools/install.sh PREFIX
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
prefix="${1:?usage: Tools/install.sh PREFIX}"
product=regression-example
# Statically linked builds differ in their flags; a folder of their own keeps the others valid.
flags=(--package-path "$root" --scratch-path "$root/.build-install" -c release --product "$product")
# macOS has the Swift runtime built in.
[ "$(uname)" = Darwin ] || flags+=(--static-swift-stdlib -Xlinker -s)

mkdir -p "$prefix/bin" 2>/dev/null && [ -w "$prefix/bin" ] || {
    echo "install: cannot write to $prefix/bin; use sudo, or make install PREFIX=\$HOME/.local" >&2
    exit 1
}
swift build "${flags[@]}"
install -m 755 "$(swift build "${flags[@]}" --show-bin-path)/$product" "$prefix/bin/hindsight-regression"
echo "installed $prefix/bin/hindsight-regression ($(wc -c <"$prefix/bin/hindsight-regression" | tr -d ' ') bytes)"
