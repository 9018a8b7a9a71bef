#!/usr/bin/env bash
# Writes the documentation of `import Hindsight` to .build/docs: reference and articles as HTML.
#
# DocC and the extractor of symbol graphs come with the Swift toolchain. The DocC plug-in would do
# the same, but as a dependency in Package.swift it would be fetched by everyone who uses this
# package.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
flags=(-c release -Xswiftc -enable-testing)
output="$root/.build/docs"
cd "$root"

if command -v docc >/dev/null; then
    docc=(docc)
elif command -v xcrun >/dev/null; then
    docc=(xcrun docc)
else
    docc=("$(dirname "$(readlink -f "$(command -v swift)")")/docc")
fi
"${docc[@]}" --help >/dev/null 2>&1 || {
    echo "make-docs: no docc found; it comes with the toolchains of https://www.swift.org/install/" >&2
    exit 1
}

swift build "${flags[@]}" --target Hindsight
bin="$(swift build "${flags[@]}" --show-bin-path)"
target="$(swift -print-target-info | sed -n 's/.*"triple" *: *"\([^"]*\)".*/\1/p' | head -n 1)"
platform=()
if command -v xcrun >/dev/null; then
    platform=(-sdk "$(xcrun --show-sdk-path)")
fi

graphs="$(mktemp -d)"
trap 'rm -rf "$graphs"' EXIT
# Hindsight only re-exports the other rooms: their symbols are documented as its own.
rooms="$(sed -n 's/^@_exported import //p' Sources/Hindsight/Hindsight.swift | paste -s -d , -)"
swift symbolgraph-extract -module-name Hindsight -target "$target" \
    ${platform[@]+"${platform[@]}"} -I "$bin/Modules" -I "$bin/CHindsightKernels.build" \
    -experimental-allowed-reexported-modules="$rooms" \
    -minimum-access-level public -skip-synthesized-members -module-cache-path "$graphs/cache" \
    -output-dir "$graphs"

rm -rf "$output"
"${docc[@]}" convert Sources/Hindsight/Hindsight.docc --additional-symbol-graph-dir "$graphs" \
    --fallback-bundle-identifier org.hindsight.Hindsight --warnings-as-errors \
    --output-path "$output"

pages="$(find "$output/documentation" -name index.html | wc -l | tr -d ' ')"
[ "$pages" -gt 0 ] || { echo "make-docs: DocC wrote no pages to $output" >&2; exit 1; }
echo "$pages pages in .build/docs. To read them:"
echo "  python3 -m http.server --directory .build/docs 8000"
echo "  http://localhost:8000/documentation/hindsight"
