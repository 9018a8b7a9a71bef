#!/usr/bin/env bash
# Makes .bench/gymnasium, a Python environment with Gymnasium for the tests of the bridge. With --all, the
# packages with robots, mazes, arms and grids too. It does only what is missing.
# Usage: Tools/setup-gymnasium.sh [--all]      (PYTHON=python3.12 to choose another Python)
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
environment="$root/.bench/gymnasium"
python="${PYTHON:-python3}"
packages=("gymnasium==1.4.0" "numpy==2.4.6")
if [ "${1:-}" = --all ]; then
    packages+=(
        "gymnasium[classic-control,toy-text,box2d,mujoco]==1.4.0" "gymnasium-robotics==1.4.2"
        "mujoco==3.3.7" "panda-gym==3.0.7" "minigrid==3.2.0"
    )
fi

mkdir -p "$root/.bench"
[ -e "$root/.bench/.gitignore" ] || echo '*' > "$root/.bench/.gitignore"
stamp="$environment/installed-${1:-small}"
[ -e "$stamp" ] && exit 0
if ! "$environment/bin/python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear "$environment" || {
        echo "setup-gymnasium: '$python -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    }
fi
"$environment/bin/python" -m pip --disable-pip-version-check --no-input install -q "${packages[@]}"
touch "$stamp"
echo "setup-gymnasium: $environment has ${packages[*]}"
