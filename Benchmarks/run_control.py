"""Trains with `control` and with stable-baselines3 in turns and prints the ratios of their speeds.

Usage: .bench/python/bin/python Benchmarks/run_control.py [--rounds 5] [--only MODE] [--threshold]

Every run is a process of its own on as many cores as it has threads; a figure is the median over the rounds, a
ratio the median of the rounds' ratios. --threshold prints instead how long PPO takes on each seed until the mean return
of its last hundred CartPole episodes is 475. The row `envpool` is only for Pythons that have EnvPool.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / "Benchmarks/.build/release/control"
PEER = ROOT / "Benchmarks/torch/control.py"
# Our mode, the peer's, threads, environment steps of ours and of the peer's.
ROWS = [
    ("her", "her", 1, 5_000, 1_500),
    ("her", "her", 2, 5_000, 1_500),
    ("dqn", "dqn", 1, 40_000, 4_000),
    ("ppo", "ppo", 1, 200_000, 40_000),
    ("cartpole", "cartpole", 1, 200_000_000, 10_000_000),
    ("cartpole32", "cartpole", 1, 200_000_000, 10_000_000),
    ("cartpole", "envpool", 1, 200_000_000, 1_000_000),
]


def run(command, threads):
    cores = ",".join(map(str, sorted(os.sched_getaffinity(0))[:threads]))
    done = subprocess.run(
        ["taskset", "-c", cores, *map(str, command), "--threads", str(threads)],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def thresholds(seeds):
    print("| seed | Hindsight, steps | s | peer, steps | s |")
    print("|---|---|---|---|---|")
    for seed in range(seeds):
        ours = run([OURS, "ppo475", "--seed", seed], 1)
        theirs = run([sys.executable, PEER, "ppo475", "--seed", seed], 1)
        cells = [
            f"{one['steps']:,} | {one['seconds']:.2f}" + ("" if one["reached"] else " (not reached)")
            for one in (ours, theirs)
        ]
        print(f"| {seed} | {cells[0]} | {cells[1]} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--threshold", action="store_true")
    options = parser.parse_args()
    if options.threshold:
        thresholds(options.rounds)
        return
    has_envpool = importlib.util.find_spec("envpool") is not None
    print("| training | threads | Hindsight, steps/s | peer, steps/s | ratio (least, most) |")
    print("|---|---|---|---|---|")
    for mode, peer, threads, ours_steps, peer_steps in ROWS:
        if options.only not in mode or (peer == "envpool" and not has_envpool):
            continue
        pairs = [
            (
                run([OURS, mode, "--steps", ours_steps], threads)["steps_per_second"],
                run([sys.executable, PEER, peer, "--steps", peer_steps], threads)["steps_per_second"],
            )
            for _ in range(options.rounds)
        ]
        ratios = sorted(ours / theirs for ours, theirs in pairs)
        ours, theirs = (statistics.median(column) for column in zip(*pairs))
        print(
            f"| {mode} beside {peer} | {threads} | {ours:,.0f} | {theirs:,.0f} "
            f"| {statistics.median(ratios):.1f}× ({ratios[0]:.1f}, {ratios[-1]:.1f}) |",
            flush=True,
        )


if __name__ == "__main__":
    main()
