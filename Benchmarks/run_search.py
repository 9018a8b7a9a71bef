"""Times a search for the learning rate beside a loop over the same trainings in PyTorch, in turns.

Two rates on two folds of film snippets, one pass each: four trainings and their judging, by
`hindsight search` side by side, by the same one after another on two threads, and by transformers' MiniLM
under PyTorch one after another on two threads. Loading the model counts on all sides.

Usage: .bench/python/bin/python Benchmarks/run_search.py [--rounds 5] [--rows 800] [--results FILE]

Rounds are added to those in the results file, if one is given.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("HINDSIGHT", ROOT / ".build/release/hindsight"))
RATES = ["5e-5", "1e-4"]
FAST_MKL = ROOT / ".bench/libfakeintel.so"


def ours(rows: int, workers: int) -> float:
    """Seconds of a search, the model's loading and the look at the speed in them."""
    with tempfile.TemporaryDirectory() as store:
        begin = time.perf_counter()
        done = subprocess.run(
            [PROGRAM, "search", "Examples/sentiment.yaml", "--store", store, "--json",
             "--set", f"search.over=[\"optimizer.learning_rate=[{', '.join(RATES)}]\"]",
             "--set", "search.strategy=grid", "--set", "search.folds=2", "--set", f"search.rows={rows}",
             "--set", "search.epochs=1", "--set", f"search.workers={workers}", "--set", "threads=2",
             "--set", "search.minutes=60", "--set", "report=false"],
            cwd=ROOT, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - begin
    trials = [line for line in done.stdout.splitlines() if json.loads(line)["event"] == "trial"]
    assert len(trials) == 4, done.stdout
    return seconds


def theirs(rows: int, tuned: bool) -> float:
    """Seconds of the loop in PyTorch, without starting Python and importing."""
    environment = dict(os.environ)
    if tuned:
        environment["LD_PRELOAD"] = str(FAST_MKL)
    command = [sys.executable, ROOT / "Benchmarks/torch/finetuning.py", "search",
               "--texts", str(rows), "--threads", "2"] + (["--tuned", "--no-dropout"] if tuned else [])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True,
                          env=environment)
    return json.loads(done.stdout.splitlines()[-1])["seconds"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=800)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    contestants = {
        "side by side": lambda: ours(options.rows, 2),
        "one after another": lambda: ours(options.rows, 1),
        "PyTorch": lambda: theirs(options.rows, False),
    }
    if FAST_MKL.exists():
        contestants["PyTorch, tuned"] = lambda: theirs(options.rows, True)
    rounds = []
    if options.results and options.results.exists():
        rounds = [json.loads(line) for line in options.results.read_text().splitlines()]
    for _ in range(options.rounds):
        rounds.append({name: run() for name, run in contestants.items()})
        if options.results:
            options.results.write_text("".join(json.dumps(entry) + "\n" for entry in rounds))
    times = {name: [entry[name] for entry in rounds] for name in contestants}
    first = times["side by side"]
    print("| | seconds | the search side by side is faster by (range of the rounds) |\n|---|---|---|")
    for name, own in times.items():
        ratios = sorted(b / a for a, b in zip(first, own))
        ratio = f"{statistics.median(ratios):.2f}× ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        print(f"| {name} | {statistics.median(own):.1f} | {'' if name == 'side by side' else ratio} |")


if __name__ == "__main__":
    main()
