#!/usr/bin/env bash
# Builds the hindsight command as an executable that needs no Swift installation, and installs it as
# PREFIX/bin/hindsight with completions for bash, zsh and fish where these shells look for them.
# Usage: Tools/install.sh PREFIX
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
prefix="${1:?usage: Tools/install.sh PREFIX}"
product=hindsight
# Statically linked builds differ in their flags; a folder of their own keeps the others valid.
flags=(--package-path "$root" --scratch-path "$root/.build-install" -c release --product "$product")
# macOS has the Swift runtime built in.
[ "$(uname)" = Darwin ] || flags+=(--static-swift-stdlib -Xlinker -s)

mkdir -p "$prefix/bin" 2>/dev/null && [ -w "$prefix/bin" ] || {
    echo "install: cannot write to $prefix/bin; use sudo, or make install PREFIX=\$HOME/.local" >&2
    exit 1
}
swift build "${flags[@]}"
program="$prefix/bin/hindsight"
install -m 755 "$(swift build "${flags[@]}" --show-bin-path)/$product" "$program"
echo "installed $program ($(wc -c <"$program" | tr -d ' ') bytes)"

complete() {
    local folder="$prefix/share/$2"
    mkdir -p "$folder"
    "$program" --generate-completion-script "$1" >"$folder/$3"
    echo "installed $folder/$3"
}
complete bash bash-completion/completions hindsight
complete zsh zsh/site-functions _hindsight
complete fish fish/vendor_completions.d hindsight.fish
