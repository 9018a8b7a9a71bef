#!/usr/bin/env bash
# Uses this package from the outside, as a newcomer would, with no flags:
#   1. a package that depends on this checkout by path holds every Swift example of README.md and of
#      the articles; it is built for debugging, and each example is run, but for those after a line
#      <!-- compiled, not run -->, which need a model's files;
#   2. a package that depends on a version tag of a local clone is README.md's first example with
#      README.md's manifest; it is built for release and run.
# Both ask for no traits, and only Hindsight may be fetched: no package of the command line tool.
# Takes some minutes: it builds the library twice. KEEP=1 keeps the temporary folder.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
articles=("$root/README.md" "$root"/Sources/Hindsight/Hindsight.docc/*.md)
slow_message="hindsight: these kernels were compiled without optimisation"
work="$(mktemp -d)"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT

say() { printf 'check-outside-package: %s\n' "$*"; }
fail() {
    printf 'check-outside-package: FAILED: %s\n' "$*" >&2
    exit 1
}

# Everything that SwiftPM would keep in the home folder stays in the temporary one.
swiftpm() {
    local command="$1"
    shift
    swift "$command" --cache-path "$work/cache" --config-path "$work/configuration" \
        --security-path "$work/security" "$@"
}

# Writes the Swift blocks of a Markdown file to FOLDER/NAME-1/main.swift and so on.
extract() {
    awk -v prefix="$2/$(basename "$1" .md)-" '
        /^<!-- compiled, not run -->$/ { resting = 1; next }
        /^```swift$/ {
            folder = prefix (++count)
            system("mkdir -p \"" folder "\"" (resting ? "; touch \"" folder "/not-run\"" : ""))
            inside = 1
            resting = 0
            next
        }
        /^```/ { inside = 0 }
        inside { print > (folder "/main.swift") }
    ' "$1"
}

# Builds; shows the output only if that fails.
build() {
    local folder="$1" start=$SECONDS
    shift
    swiftpm build --package-path "$folder" "$@" >"$work/build.log" 2>&1 || {
        cat "$work/build.log" >&2
        fail "$(basename "$folder") does not build: swift build $*"
    }
    say "built $(basename "$folder") in $((SECONDS - start)) s"
}

# Runs a program; its output goes to $work/output and $work/errors.
run() {
    "$1" >"$work/output" 2>"$work/errors" || {
        cat "$work/output" "$work/errors" >&2
        fail "$(basename "$1") stopped with an error"
    }
}

# The example blocks, and the block that is a manifest.
mkdir -p "$work/by-path/Sources"
for article in "${articles[@]}"; do
    extract "$article" "$work/by-path/Sources"
done
manifest=
for folder in "$work"/by-path/Sources/README-*; do
    if head -n 1 "$folder/main.swift" | grep -q '^// swift-tools-version'; then
        manifest="$work/README-manifest.swift"
        mv "$folder/main.swift" "$manifest"
        rmdir "$folder"
    fi
done
[ -n "$manifest" ] || fail "README.md has no block that is a Package.swift"
[ -e "$work/by-path/Sources/README-1/main.swift" ] || fail "README.md has no example"
grep -q '^import Hindsight$' "$work/by-path/Sources/README-1/main.swift" \
    || fail "README.md's first example does not import Hindsight"

# Fails if a package but Hindsight was fetched for the package in FOLDER.
only_hindsight() {
    local folder="$1" name fetched=
    for name in "$folder"/.build/checkouts/* "$folder"/.build/repositories/*; do
        [ ! -e "$name" ] || case "$(basename "$name")" in
        hindsight | hindsight-*) ;;
        *) fetched="$fetched $(basename "$name")" ;;
        esac
    done
    [ -z "$fetched" ] || fail "$(basename "$folder") fetches more than Hindsight:$fetched"
    say "$(basename "$folder") fetches nothing but Hindsight"
}

# By path, for debugging.
traits=', traits: []'
ln -s "$root" "$work/hindsight"
{
    cat <<MANIFEST
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "by-path",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../hindsight"$traits)],
    targets: [
MANIFEST
    for folder in "$work"/by-path/Sources/*; do
        printf '        .executableTarget(name: "%s", dependencies: [.product(name: "Hindsight", package: "hindsight")]%s),\n' \
            "$(basename "$folder")" "$([ ! -e "$folder/not-run" ] || echo ', exclude: ["not-run"]')"
    done
    printf '    ]\n)\n'
} >"$work/by-path/Package.swift"

build "$work/by-path"
only_hindsight "$work/by-path"
bin="$(swiftpm build --package-path "$work/by-path" --show-bin-path)"
count=0
for folder in "$work"/by-path/Sources/*; do
    name="$(basename "$folder")"
    if [ -e "$folder/not-run" ]; then
        say "$name was compiled"
        continue
    fi
    run "$bin/$name"
    said="$(grep -c "^$slow_message" "$work/errors" || true)"
    [ "$said" = 1 ] || {
        cat "$work/errors" >&2
        fail "$name says $said times instead of once that its kernels are slow"
    }
    count=$((count + 1))
done
say "$count examples ran; each said once that a debug build's kernels are slow"

# By version tag, for release. The clone gets the working tree as it is, committed or not.
remote="$work/remote/hindsight"
mkdir -p "$work/remote" "$work/by-version/Sources/example"
git clone --quiet "$root" "$remote"
find "$remote" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
(
    cd "$root"
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
        [ ! -e "$file" ] || printf '%s\0' "$file"
    done | tar -cf - --null -T -
) | tar -xf - -C "$remote"
git -C "$remote" add --all
git -C "$remote" -c user.name=check -c user.email=check@localhost -c commit.gpgsign=false \
    commit --quiet --no-verify --allow-empty --message "Working tree"
git -C "$remote" tag 0.0.1

cp "$work/by-path/Sources/README-1/main.swift" "$work/by-version/Sources/example/main.swift"
sed "s|\.package(path: \"[^\"]*\"[^)]*)|.package(url: \"file://$remote\", from: \"0.0.1\"$traits)|" \
    "$manifest" >"$work/by-version/Package.swift"
grep -q "file://$remote" "$work/by-version/Package.swift" \
    || fail "README.md's manifest has no .package(path: …) to put a version in the place of"
build "$work/by-version" -c release
run "$(swiftpm build --package-path "$work/by-version" -c release --show-bin-path)/example"
if grep -q "^$slow_message" "$work/errors"; then
    fail "a release build says that its kernels are slow"
fi
sed 's/^/    /' "$work/output"

only_hindsight "$work/by-version"
say "all is well, $SECONDS s"
