"""What the PyTorch benchmarks share: their arguments, the clock, and the line they print."""

import argparse
import json
import math
import statistics
import sys
import time

import torch

RUNS = 9
SHORTEST_RUN = 0.05  # seconds: a run repeats its work until it lasts about this long


def arguments(description, **flags):
    """Reads --threads (the caller pins the process with taskset) and further on/off flags."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=1)
    for name, text in flags.items():
        parser.add_argument(f"--{name}", action="store_true", help=text)
    parsed = parser.parse_args()
    torch.set_num_threads(parsed.threads)
    torch.manual_seed(0)
    return parsed


def median_seconds(work, steps=1, runs=RUNS):
    """The median over `runs` of the seconds that one of the `steps` in `work` takes, once warm."""
    for _ in range(2):
        start = time.perf_counter()
        work()
        once = time.perf_counter() - start
    times = max(1, math.ceil(SHORTEST_RUN / max(once, 1e-9)))
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(times):
            work()
        seconds.append((time.perf_counter() - start) / (times * steps))
    return statistics.median(seconds)


def report(benchmark, variant, seconds, runs=RUNS, **more):
    """Prints one JSON object on one line."""
    line = {
        "benchmark": benchmark,
        "variant": variant,
        "threads": torch.get_num_threads(),
        "seconds": seconds,
        "runs": runs,
        **more,
        "torch": torch.__version__,
    }
    print(json.dumps(line))
    sys.stdout.flush()
