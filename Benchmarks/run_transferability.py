"""Measures the transferability scores beside NumPy, in turns, and prints the table of TRANSFERABILITY.md.

    swift build -c release --package-path Benchmarks --product transferability
    python3 -m venv /tmp/transferability && /tmp/transferability/bin/pip install numpy==2.4.6 scipy==1.17.1
    /tmp/transferability/bin/python Benchmarks/run_transferability.py [--rounds 5] [--program PATH]

Both sides run on two threads, each in a process of its own; a figure is the
median over the rounds. Stops if a score differs by more than 1e-9 of its value, or the linear probe's
by more than three examples in 10,000: SciPy's search ends by a rule of its own.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEER = [sys.executable, str(ROOT / "Benchmarks/torch/transferability.py")]


def run(command):
    environment = {**os.environ, "HINDSIGHT_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return {row["variant"]: row for row in map(json.loads, output.splitlines())}


def milliseconds(seconds):
    return f"{seconds * 1e3:,.3g}" if seconds < 1 else f"{seconds * 1e3:,.0f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", default=str(ROOT / "Benchmarks/.build/release/transferability"))
    settings = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*PEER, "--prepare", folder], check=True)
        ours, theirs = [], []
        for _ in range(settings.rounds):
            ours.append(run([settings.program, folder, "1"]))
            theirs.append(run([*PEER, folder, "1"]))
    print("| score | Hindsight, ms | NumPy, ms | ratio (least, most) |\n|---|---|---|---|")
    for name in theirs[0]:
        mine = ours[0].get(name.removesuffix(" by singular values"))
        value, other = mine["value"], theirs[0][name].get("value", mine["value"])
        allowed = 3e-4 if name == "linear_probe_accuracy" else 1e-9 * abs(other)
        assert abs(value - other) <= allowed, (name, value, other)
        pairs = [(a[mine["variant"]]["seconds"], b[name]["seconds"]) for a, b in zip(ours, theirs)]
        ratios = sorted(b / a for a, b in pairs)
        print(f"| `{name}` | {milliseconds(statistics.median(a for a, _ in pairs))} | "
              f"{milliseconds(statistics.median(b for _, b in pairs))} | {statistics.median(ratios):.1f}× "
              f"({ratios[0]:.1f}, {ratios[-1]:.1f}) |")


if __name__ == "__main__":
    main()
