#!/usr/bin/env bash
# Runs `hindsight tune` on disks that are too small for it (tmpfs), then with room again resumes it, and compares
# its model with that of a run with room enough, byte for byte. Needs root, to mount.
#
# usage: Tools/check-full-disk.sh RECIPE [KILOBYTES...]
#
# The recipe's store is not used; choose one that runs in seconds, with a checkpoint at every step.
set -euo pipefail
recipe=$(realpath "$1")
shift
sizes=("${@:-}")
[ -n "${sizes[0]}" ] || sizes=(60 100 150 200 300 400 600 800 1000 1200 1500)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
hindsight=${HINDSIGHT:-$root/.build/release/hindsight}
place=$(mktemp -d)
disk=$place/disk
mkdir "$disk"
trap 'umount "$disk" 2>/dev/null || true; rm -rf "$place"' EXIT
cd "$(dirname "$recipe")"

"$hindsight" tune "$recipe" --store "$place/whole" >/dev/null 2>&1
failures=0
for size in "${sizes[@]}"; do
    mount -t tmpfs -o "size=${size}k" tmpfs "$disk"
    code=0
    "$hindsight" tune "$recipe" --json --store "$disk/runs" >"$place/out" 2>&1 || code=$?
    mount -o remount,size=1g "$disk"
    step=through
    if [ "$code" -ne 0 ]; then
        if "$hindsight" runs --store "$disk/runs" 2>/dev/null | grep -q tune-1; then
            step=resumed
            "$hindsight" tune --resume tune-1 --store "$disk/runs" >"$place/again" 2>&1 || step="resume failed"
        else
            step="begun anew"
            "$hindsight" tune "$recipe" --store "$disk/runs" >"$place/again" 2>&1 || step="anew failed"
        fi
    fi
    verdict=same
    diff -r "$place/whole/tune-1/model" "$disk/runs/tune-1/model" >/dev/null || verdict=DIFFERS
    [ "$verdict" = same ] && [ "$code" -le 1 ] || failures=$((failures + 1))
    echo "${size} kB: code $code, $step, $verdict"
    [ "$code" -eq 0 ] || tail -n 1 "$place/out" | cut -c1-300
    umount "$disk"
done
exit "$failures"
