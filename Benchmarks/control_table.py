"""Trains every row of the learning table with `hindsight train` and writes the table.

Usage: python3 Benchmarks/control_table.py [--seeds 5] [--only TEXT] [--store FOLDER] [--results FILE]
       [--only-report]

Rows that the results file holds already are not trained again.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("HINDSIGHT", ROOT / ".build/release/hindsight"))

# Environment, algorithm, steps, settings, and what others or the papers reach.
ROWS = [
    ("bitflip", "dqn", 1_500, ["environment.bits=10"], "10 bits: > 90 %"),
    ("bitflip", "dqn", 1_500, ["environment.bits=10", "hindsight=none"], "without hindsight: < 20 %"),
    ("bitflip", "dqn", 15_000, ["environment.bits=15"], "stable-baselines3: 96 %"),
    ("cartpole", "dqn", 50_000, [], "500"),
    ("cartpole", "ppo", 100_000, [], "500"),
    ("pendulum", "sac", 20_000, [], "-157"),
    ("pendulum", "td3", 20_000, [], "-152"),
    ("mountaincar-continuous", "sac", 50_000, [], "94.7"),
    ("acrobot", "dqn", 100_000, [], "-76.6"),
    ("mountaincar", "dqn", 120_000, [], "-100.8"),
    ("pointmaze", "sac", 20_000, ["hindsight=future", "hidden=64x64"], ""),
    ("pointmaze", "sac", 20_000, ["hindsight=none", "hidden=64x64"], ""),
    ("pointmaze", "wgcsl", 20_000, ["hidden=64x64"], ""),
    ("pointmaze", "crl", 20_000, ["hidden=64x64"], ""),
    ("bitflip", "dqn", 60_000, ["environment.bits=40"], ""),
    ("pendulum", "tqc", 20_000, [], "-151"),
    ("acrobot", "qr-dqn", 100_000, [], "-69.1"),
]


def train(row, options, store):
    environment, algorithm, steps, settings, _ = row
    command = [
        PROGRAM, "train", environment, "--algorithm", algorithm, "--steps", steps,
        "--seeds", options.seeds, "--store", store, "--json",
    ]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not events or events[-1].get("event") != "finished":
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}: {events[-1:]}")
    return events[-1]


def print_table(known):
    print("| training | steps | seeds | return | success | others reach |")
    print("|---|---|---|---|---|---|")
    for environment, algorithm, steps, settings, others in ROWS:
        result = known.get(" ".join([environment, algorithm, str(steps), *settings]))
        if result is None:
            continue

        def figure(name, factor, form):
            if name not in result["evaluation"]:
                return ""
            middle = result["evaluation"][name] * factor
            # Without an interval all values are the same.
            bounds = result["intervals"].get(name, [result["evaluation"][name]] * 2)
            low, high = (bound * factor for bound in bounds)
            return f"{middle:{form}} [{low:{form}}, {high:{form}}]"

        name = " ".join([environment, algorithm, *settings])
        print(
            f"| {name} | {steps:,} | {len(result['seeds'])} | {figure('mean_return', 1, '.1f')} "
            f"| {figure('success_rate', 100, '.0f')} | {others} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--store")
    parser.add_argument("--results", type=Path, default=ROOT / ".bench/control-table.json")
    parser.add_argument("--only-report", action="store_true", help="print the table of what is known")
    options = parser.parse_args()
    known = json.loads(options.results.read_text()) if options.results.exists() else {}
    if options.only_report:
        print_table(known)
        return
    with tempfile.TemporaryDirectory() as folder:
        for row in ROWS:
            key = " ".join([row[0], row[1], str(row[2]), *row[3]])
            if key in known or options.only not in key:
                continue
            known[key] = train(row, options, options.store or folder)
            options.results.write_text(json.dumps(known, indent=1))
            print(key, json.dumps(known[key].get("evaluation")), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
