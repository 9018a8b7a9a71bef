"""Runs our benchmarks and the peers' in turns and writes BENCHMARKS.md.

Usage: .bench/python/bin/python Benchmarks/run.py [--rounds 5] [--output BENCHMARKS.md]
       [--results .bench/results.json] [--again NAME ...] [--only-report]

Every benchmark runs in a process of its own, ours and the peer's one after the other, pinned to as
many cores as it has threads. A figure is the median over the rounds of each process's own median.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import report

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / "Benchmarks/.build/release/hindsight-benchmarks"
SCRIPTS = ["mlp_10_64_1", "mlp_30_256", "bandwidth_ops"]


def pinned(threads):
    """The taskset prefix for that many of the cores this process may use, where there is one."""
    if shutil.which("taskset") is None or not hasattr(os, "sched_getaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))[:threads]
    return ["taskset", "-c", ",".join(map(str, cores))]


def lines(command, threads):
    print("run:", *[Path(str(part)).name for part in command], file=sys.stderr, flush=True)
    done = subprocess.run(
        [*pinned(threads), *map(str, command)], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def networks_and_operations(rounds, scripts=SCRIPTS):
    """Seconds by (who, benchmark, variant, threads), medians over the rounds."""
    seconds = defaultdict(list)
    for threads in (1, 2):
        for script in scripts:
            peer = [sys.executable, ROOT / f"Benchmarks/torch/{script}.py", "--threads", threads]
            ours = [OURS, "--threads", threads, script]
            for _ in range(rounds):
                for who, command in (("torch", peer), ("hindsight", ours)):
                    for line in lines(command, threads):
                        key = f"{who}/{line['benchmark']}/{line['variant']}/{threads}"
                        seconds[key].append(line["seconds"])
    return {key: statistics.median(values) for key, values in seconds.items()}


def matmul(rounds):
    """GFLOP/s by shape, layout, threads and peer, from the benchmark that takes turns itself."""
    program = ROOT / "Benchmarks/Peers/run.sh"
    results = []
    for threads in (1, 2):
        results += lines([program, "-t", threads, "-r", max(rounds, 5)], threads)
    return results


def ceilings():
    """What the machine allows: multiply-adds and memory traffic, on one and two threads."""
    return {"peak": lines([ROOT / ".bench/peak"], 2), "stream": lines([ROOT / ".bench/stream"], 2)}


def first_step():
    """Seconds from the start of a process to the end of its first training step, median of 21."""
    times = []
    for _ in range(21):
        start = time.perf_counter()
        subprocess.run([OURS, "first_step"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def stripped_size():
    """Bytes of the regression example, statically linked with the Swift runtime and stripped."""
    build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product",
             "regression-example", "--scratch-path", ".build-static", "-Xlinker", "--icf=all"]
    subprocess.run(build, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    copy = ROOT / ".bench/regression-stripped"
    subprocess.run(["strip", "-o", copy, ROOT / ".build-static/release/regression-example"], check=True)
    return copy.stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=ROOT / "BENCHMARKS.md")
    parser.add_argument("--results", type=Path, default=ROOT / ".bench/results.json")
    parser.add_argument("--again", nargs="*", choices=[*SCRIPTS, "ceilings"], default=[],
                        help="measure these again and keep the other results")
    parser.add_argument("--only-report", action="store_true", help="write again from the results")
    options = parser.parse_args()
    if options.again:
        results = json.loads(options.results.read_text(encoding="utf-8"))
        scripts = [name for name in options.again if name != "ceilings"]
        results["seconds"].update(networks_and_operations(options.rounds, scripts))
        results["again"] = sorted({*results.get("again", []), *options.again})
        if "ceilings" in options.again:
            results |= ceilings()
        options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    elif not options.only_report:
        results = {
            "machine": report.machine(),
            "rounds": options.rounds,
            **ceilings(),
            "seconds": networks_and_operations(options.rounds),
            "matmul": matmul(options.rounds),
            "first_step": first_step(),
            "stripped_size": stripped_size(),
            "memory": lines([OURS, "warm_memory"], 2),
        }
        options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    options.output.write_text(
        report.markdown(json.loads(options.results.read_text(encoding="utf-8"))), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
