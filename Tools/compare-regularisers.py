#!/usr/bin/env python3
"""Compares ways to hold overfitting on few training texts, by paired seeds.

Usage: Tools/compare-regularisers.py run [--rows 100,500] [--seeds 5] [--minutes 4] [--ways NAME;NAME…]
       Tools/compare-regularisers.py table [--rows 100,500]

Every result is kept in .bench/regularisers.jsonl: what is there is not run again, so that a run that was cut
off (--minutes) goes on where it stopped. Two processes run side by side, with one thread each. Needs the
demo's model and texts (make data) and Benchmarks built (swift build -c release --package-path Benchmarks
--product regularisers).
"""

import argparse
import json
import math
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".bench" / "regularisers.jsonl"
PROGRAM = ROOT / "Benchmarks" / ".build" / "release" / "regularisers"
# Student's t, two-sided 95 %, by degrees of freedom.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]


def ways():
    """Names of all ways with the one each is compared with."""
    lines = subprocess.run([PROGRAM, "list"], check=True, capture_output=True, text=True).stdout
    return dict(line.split("\t") for line in lines.splitlines())


def results():
    if not KEPT.exists():
        return {}
    entries = [json.loads(line) for line in KEPT.read_text().splitlines() if line.strip()]
    return {(entry["rows"], entry["seed"], entry["way"]): entry for entry in entries}


def run(options):
    known, end = results(), time.monotonic() + options.minutes * 60
    names = options.ways.split(";") if options.ways else list(ways())
    todo = [(rows, seed, way) for rows in options.rows for seed in range(options.seeds)
            for way in names if (rows, seed, way) not in known]
    KEPT.parent.mkdir(exist_ok=True)

    def one(job):
        if time.monotonic() > end:
            return 0
        found = subprocess.run([PROGRAM, str(job[0]), str(job[1]), job[2]], cwd=ROOT,
                               capture_output=True, text=True)
        if found.returncode != 0:
            print(f"{job}: {found.stderr.strip()[-500:]}", file=sys.stderr)
            return 0
        with KEPT.open("a") as file:
            file.write(found.stdout)
        return 1

    with ThreadPoolExecutor(2) as pool:
        done = sum(pool.map(one, todo))
    print(f"{done} of {len(todo)} runs made, {len(todo) - done} to go")


def interval(differences):
    """The mean and half the width of its 95 % interval."""
    count = len(differences)
    mean = sum(differences) / count
    if count < 2:
        return mean, math.inf
    variance = sum((value - mean) ** 2 for value in differences) / (count - 1)
    return mean, T[min(count - 2, len(T) - 1)] * math.sqrt(variance / count)


def difference(known, rows, seeds, way, other):
    """The paired differences from another way, in points; bold if their interval is above zero."""
    both = [seed for seed in seeds if (rows, seed, other) in known]
    if way == other or not both:
        return "–"
    middle, half = interval([100 * (known[rows, seed, way]["accuracy"]
                                    - known[rows, seed, other]["accuracy"]) for seed in both])
    text = f"{middle:+.1f} ({middle - half:+.1f} to {middle + half:+.1f})"
    return f"**{text}**" if middle - half > 0 else text


def table(options):
    known, against = results(), ways()
    for rows in options.rows:
        print(f"\n{rows} training texts\n")
        print("| way | seeds | accuracy | points above plain (95 %) | above strong | seconds |")
        print("|---|---|---|---|---|---|")
        for way, other in against.items():
            seeds = [seed for seed in range(100) if (rows, seed, way) in known]
            if not seeds:
                continue
            own = [known[rows, seed, way] for seed in seeds]
            mean = sum(entry["accuracy"] for entry in own) / len(own)
            seconds = sum(entry["seconds"] for entry in own) / len(own)
            plain = difference(known, rows, seeds, way, "plain")
            strong = difference(known, rows, seeds, way, other) if other == "strong" else ""
            print(f"| {way} | {len(seeds)} | {mean:.3f} | {plain} | {strong} | {seconds:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["run", "table"])
    parser.add_argument("--rows", default="100,500",
                        type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--ways", help="names with ; between them; all unless given")
    options = parser.parse_args()
    run(options) if options.what == "run" else table(options)


main()
