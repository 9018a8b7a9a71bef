#!/bin/sh
# Kills `hindsight tune` at random moments, checkpoint writes included, resumes it until it ends, and compares
# its model with that of a run that was left alone, byte for byte.
#
# usage: Tools/check-kills.sh [COUNT]     (50 kills unless COUNT says otherwise)
set -eu
cd "$(dirname "$0")/.."
flags="-c release -Xswiftc -enable-testing"
# shellcheck disable=SC2086
swift build --build-tests $flags
# shellcheck disable=SC2086
HINDSIGHT_KILLS="${1:-50}" swift test $flags --disable-testable-imports --skip-build --filter KillTests
