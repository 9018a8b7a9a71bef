"""Runs every PyTorch benchmark and writes their lines into one file.

Usage: .bench/python/bin/python Benchmarks/torch/run_all.py FILE [--threads 1,2] [--compile]

Each runs in a process of its own, kept by taskset (where there is one) on as many cores as threads.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPTS = ["mlp_10_64_1.py", "mlp_30_256.py", "bandwidth_ops.py", "matmul.py"]


def pinned(threads):
    """The taskset prefix for that many of the cores that this process may use, if there are."""
    if shutil.which("taskset") is None or not hasattr(os, "sched_getaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))[:threads]
    return ["taskset", "-c", ",".join(map(str, cores))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", default="1,2", help="thread counts joined by commas")
    parser.add_argument("--compile", action="store_true", help="measure torch.compile as well")
    options = parser.parse_args()
    runs = [[script] for script in SCRIPTS]
    if options.compile:
        runs.append(["mlp_10_64_1.py", "--compile"])
    folder = Path(__file__).resolve().parent
    with options.file.open("w", encoding="utf-8") as output:
        for threads in map(int, options.threads.split(",")):
            for script, *flags in runs:
                command = [*pinned(threads), sys.executable, str(folder / script), *flags]
                command += ["--threads", str(threads)]
                print("run_all:", script, *flags, f"--threads {threads}", file=sys.stderr)
                subprocess.run(command, check=True, stdout=output)


if __name__ == "__main__":
    main()
