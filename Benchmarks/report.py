"""Writes BENCHMARKS.md from the results of run.py."""

import os
import platform
import re
from datetime import date
from pathlib import Path

# Ours and the peer's name of the same work, and what the peer must be beaten by.
NETWORKS = [
    ("10–64–1, batch 32, eager", "mlp_10_64_1/batch32-ready-eager", "mlp_10_64_1/batch32-ready-eager"),
    ("10–64–1, batch 32, captured", "mlp_10_64_1/batch32-ready-captured", "mlp_10_64_1/batch32-ready-eager"),
    ("10–64–1, batch 32, loaders on both sides", "mlp_10_64_1/batch32-loader-captured", "mlp_10_64_1/batch32-loader-eager"),
    ("10–64–1, batch 1, eager", "mlp_10_64_1/batch1-ready-eager", "mlp_10_64_1/batch1-ready-eager"),
    ("10–64–1, batch 1, captured", "mlp_10_64_1/batch1-ready-captured", "mlp_10_64_1/batch1-ready-eager"),
    ("10–64–1, batch 1, loaders on both sides", "mlp_10_64_1/batch1-loader-captured", "mlp_10_64_1/batch1-loader-eager"),
    ("30–256–256–15, batch 256, Adam, eager", "mlp_30_256_256_15/eager", "mlp_30_256_256_15/adam"),
    ("30–256–256–15, batch 256, Adam, captured", "mlp_30_256_256_15/captured", "mlp_30_256_256_15/adam"),
    ("… against PyTorch's fused Adam", "mlp_30_256_256_15/captured", "mlp_30_256_256_15/adam-fused"),
]

# With the bytes an operation has to move at least.
OPERATIONS = [
    ("dropout 2048×1536, forward + backward", "dropout/2048x1536-forward-backward", None, 4 * 4 * 2048 * 1536),
    ("dropout 8192×1536, forward + backward", "dropout/8192x1536-forward-backward", None, 4 * 4 * 8192 * 1536),
    ("GELU 2048×1536, forward", "gelu/2048x1536-forward", None, 2 * 4 * 2048 * 1536),
    ("GELU 2048×1536, forward + backward", "gelu/2048x1536-forward-backward", None, 5 * 4 * 2048 * 1536),
    ("GELU 8192×1536, forward", "gelu/8192x1536-forward", None, 2 * 4 * 8192 * 1536),
    ("GELU 8192×1536, forward + backward", "gelu/8192x1536-forward-backward", None, 5 * 4 * 8192 * 1536),
    ("softmax cross-entropy 4096×50257, forward", "cross_entropy/4096x50257-forward", None, 4 * 4096 * 50257),
    ("… forward + backward", "cross_entropy/4096x50257-forward-backward", None, 3 * 4 * 4096 * 50257),
    ("AdamW, 22.7 M parameters", "adamw/minilm", "adamw/minilm-default", 28 * 22713216),
    ("… against PyTorch's fused AdamW", "adamw/minilm", "adamw/minilm-fused", 28 * 22713216),
]

COMMAND = "make bench"


def machine():
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        text = cpuinfo.read_text()
        fields = {name: re.search(rf"^{name}\s*: (.*)$", text, re.M) for name in ("model name", "cpu family", "model")}
        model = ", ".join(f"{name} {found.group(1)}" for name, found in fields.items() if found)
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "date": date.today().isoformat(),
    }


def duration(seconds):
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def networks(seconds):
    rows = []
    for name, ours, peer in NETWORKS:
        for threads in (1, 2):
            a, b = seconds.get(f"hindsight/{ours}/{threads}"), seconds.get(f"torch/{peer}/{threads}")
            if a and b and (threads == 1 or "256" in name or "fused" in name):
                rows.append([name, str(threads), duration(a), duration(b), f"**{b / a:.1f}×**"])
    return table(["a training step", "threads", "Hindsight", "PyTorch", "ratio"], rows)


def bandwidth(stream, threads):
    """Bytes a second of a large copy, the fastest way it can be done."""
    speeds = [
        line["gigabytes_per_second"] * 1e9
        for line in stream
        if line.get("threads") == threads and line.get("pages") == "huge"
        and "copy" in line["variant"] and line.get("bytes", 0) >= 1 << 28
    ]
    return max(speeds) if speeds else None


def operations(seconds, stream):
    rows = []
    for name, ours, peer, moved in OPERATIONS:
        for threads in (1, 2):
            a, b = seconds.get(f"hindsight/{ours}/{threads}"), seconds.get(f"torch/{peer or ours}/{threads}")
            speed = bandwidth(stream, threads)
            if not a or not b:
                continue
            floor = moved / speed if speed else None
            rows.append([
                name, str(threads), duration(a), duration(b), f"**{b / a:.1f}×**",
                f"{duration(floor)} ({a / floor:.2f}×)" if floor else "–",
            ])
    return table(["operation", "threads", "Hindsight", "PyTorch", "ratio", "floor (ours / floor)"], rows)


def matmul(lines):
    peers = [p for p in dict.fromkeys(line["peer"] for line in lines) if p != "hindsight"]
    keys = list(dict.fromkeys((l["shape"], l["layout"], l["threads"]) for l in lines))
    speeds = {(l["shape"], l["layout"], l["threads"], l["peer"]): l["gflops"] for l in lines}
    rows = []
    for key in keys:
        ours = speeds.get((*key, "hindsight"))
        others = {peer: speeds.get((*key, peer)) for peer in peers}
        best = max((v for v in others.values() if v), default=None)
        rows.append([
            key[0].replace("x", "×"), key[1], str(key[2]), f"{ours:.4g}" if ours else "–",
            *(f"{others[p]:.4g}" if others[p] else "–" for p in peers),
            f"**{ours / best:.2f}**" if ours and best else "–",
        ])
    return table(["M×K×N", "layout", "threads", "Hindsight", *peers, "ours / best"], rows)


def peaks(results):
    rows = [
        [line["variant"], str(line["threads"]), f"{line['best_gflops']:.0f} GFLOP/s"]
        for line in results["peak"]
    ]
    for threads in (1, 2):
        speed = bandwidth(results["stream"], threads)
        if speed:
            rows.append(["copy beyond the caches", str(threads), f"{speed / 1e9:.0f} GB/s"])
    return table(["ceiling", "threads", "measured"], rows)


def markdown(results):
    here = results["machine"]
    again = ""
    if results.get("again"):
        again = f"Measured again afterwards, since other work disturbed the first run: {', '.join(results['again'])}.\n"
    memory = ", ".join(f"{line['mode']} {line['system_requests']}" for line in results["memory"])
    return f"""# Benchmarks

Fine-tuning and inference of a pretrained model: [Benchmarks/FINE-TUNING.md](Benchmarks/FINE-TUNING.md). Control:
[Benchmarks/CONTROL.md](Benchmarks/CONTROL.md). Transferability scores, beside NumPy:
[Benchmarks/TRANSFERABILITY.md](Benchmarks/TRANSFERABILITY.md).

Written by `{COMMAND}` on {here['date']}; don't edit by hand. Everything below is one run on one
machine: {here['processor']}, {here['cores']} cores, {here['system']}. PyTorch is the CPU build that
`Tools/requirements-bench.txt` names. Ours and the peer's process take turns, {results['rounds']}
rounds, each pinned to as many cores as it has threads; a figure is the median over the rounds of
medians of seven or more runs. Compare ratios: absolute figures belong to the machine.
{again}
## Training steps

{networks(results['seconds'])}

“Captured” is `TrainingStep` as it comes; “eager” has `capturing: false`. PyTorch runs eagerly
(`torch.compile` is slower on these networks; `Benchmarks/torch/mlp_10_64_1.py --compile` shows it).
“Loaders on both sides” is `TensorLoader` against `DataLoader`, both shuffling.

## Operations that memory bounds

{operations(results['seconds'], results['stream'])}

The floor is the bytes that have to be read and written once, over the best large-copy speed measured
in the same run. Operands that stay in the processor's cache can beat it.

## Matrix products

GFLOP/s, packing counted on all sides, operands in cache where they fit; layouts are those of the two
operands (N as stored, T transposed).

{matmul(results['matmul'])}

## What the machine allows

{peaks(results)}

## Process

- From the start of a process to the end of its first captured training step: {duration(results['first_step'])} (median of 21).
- System memory requests in 1,000 warm steps (dropout, clipping, Adam): {memory}.
- The regression example, statically linked with the Swift runtime (`-Xlinker --icf=all`) and stripped: {results['stripped_size'] / 1e6:.2f} MB.
"""
