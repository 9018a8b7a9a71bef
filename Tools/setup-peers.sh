#!/usr/bin/env bash
# Makes .bench/python, the Python environment of the peers that `make bench` measures and that
# Tools/reference makes fixtures with. Run it as often as you like: it does only what is missing.
# Usage: Tools/setup-peers.sh        (PYTHON=python3.12 Tools/setup-peers.sh to choose another one)
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
requirements="$root/Tools/requirements-bench.txt"
environment="$root/.bench/python"
python="${PYTHON:-python3}"

say() { printf 'setup-peers: %s\n' "$*"; }
fail() { printf 'setup-peers: %s\n' "$*" >&2; exit 1; }

# True when every pin is installed; a local label such as +cpu counts as the same version.
satisfied() {
    [ -x "$environment/bin/python" ] || return 1
    "$environment/bin/python" - "$requirements" <<'PYTHON'
import sys
from importlib.metadata import PackageNotFoundError, version

for line in open(sys.argv[1], encoding="utf-8"):
    name, _, pin = line.split("#")[0].strip().partition("==")
    try:
        if name and version(name).split("+")[0] != pin:
            sys.exit(1)
    except PackageNotFoundError:
        sys.exit(1)
PYTHON
}

describe() {
    "$environment/bin/python" - <<'PYTHON'
import platform
from importlib.metadata import version

packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy"))
print(f"setup-peers: Python {platform.python_version()}, {packages}")
PYTHON
}

if satisfied; then
    say "$environment is complete, nothing to do"
    describe
    exit 0
fi

command -v "$python" >/dev/null || fail "no $python found; install Python 3.11 or later"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "$python is $("$python" --version 2>&1); Python 3.11 or later is needed"

mkdir -p "$root/.bench"
[ -e "$root/.bench/.gitignore" ] || echo '*' > "$root/.bench/.gitignore"
if ! "$environment/bin/python" -m pip --version >/dev/null 2>&1; then
    say "making the environment $environment with $("$python" --version)"
    "$python" -m venv --clear "$environment" \
        || fail "'$python -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv"
fi

pip=("$environment/bin/python" -m pip --disable-pip-version-check --no-input)
torch="$(sed -n 's/^torch==\([0-9.]*\).*/\1/p' "$requirements")"
log="$root/.bench/setup-peers.log"

install() { "${pip[@]}" install --progress-bar off "$@" >>"$log" 2>&1; }
stop() { tail -n 20 "$log" >&2; fail "pip failed; its whole output is in $log"; }
: > "$log"

# A local label as pin keeps pip to the CPU build, without gigabytes of GPU libraries. It is asked
# for alone: beside the plain pin pip would report a conflict and not that there is no such build.
say "installing torch $torch+cpu (minutes)"
if ! install --no-deps "torch==$torch+cpu"; then
    grep -q 'No matching distribution found for torch' "$log" || stop
    say "no CPU build of torch $torch is offered here; installing the plain one, perhaps large"
fi
say "installing the rest of Tools/requirements-bench.txt"
install -r "$requirements" || stop

satisfied || fail "pip succeeded, yet the versions differ from Tools/requirements-bench.txt"
describe
say "done: $environment"
