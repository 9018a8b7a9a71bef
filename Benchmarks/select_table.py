"""How well the scores of `hindsight select` foretell fine-tuning, over models of known quality.

Makes copies of all-MiniLM-L6-v2 that are partly damaged or random, crosses them with numbers of layers
(0 is a bag of words) and poolings, scores and fine-tunes all of them on three tasks by cross-validation, and
writes the table.

Usage: .bench/python/bin/python Benchmarks/select_table.py [--rows 500] [--work FOLDER] [--only TASK]
       [--only-report]

Tasks whose results the folder holds already are not run again.
"""

import argparse
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("HINDSIGHT", ROOT / ".build/release/hindsight"))
MODEL = ROOT / "models/all-MiniLM-L6-v2"
TASKS = {"films": "data/movies.csv", "products": "data/amazon.csv", "tweets": "data/tweets.csv"}


def damaged(folder: Path) -> list[Path]:
    """The model itself, and copies with other weights."""
    random = np.random.default_rng(0)
    weights = load_file(MODEL / "model.safetensors")

    def noise(name, value, share):
        if value.dtype != np.float32 or value.ndim != 2:
            return value
        return (value + share * value.std() * random.standard_normal(value.shape)).astype(np.float32)

    def low(name, value):
        return noise(name, value, 3) if "encoder.layer.0." in name or "encoder.layer.1." in name else value

    copies = {
        "whole": lambda name, value: value,
        "noisy": lambda name, value: noise(name, value, 0.7),
        "broken": low,
        "random": lambda name, value: (
            (0.02 * random.standard_normal(value.shape)).astype(np.float32)
            if value.dtype == np.float32 and value.ndim == 2 else value),
    }
    places = []
    for name, change in copies.items():
        place = folder / name
        places.append(place)
        if (place / "model.safetensors").exists():
            continue
        place.mkdir(parents=True, exist_ok=True)
        for file in ["config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt",
                     "special_tokens_map.json"]:
            shutil.copy(MODEL / file, place)
        save_file({key: change(key, value) for key, value in weights.items()},
                  place / "model.safetensors")
    return places


def select(task: str, models: list[Path], options) -> list[dict]:
    """The events of a choice among all candidates."""
    results = options.work / f"{task}.jsonl"
    if not results.exists():
        command = [
            PROGRAM, "select", "Examples/tweets-classes.yaml", "--models", *models,
            "--over", "layers=[0, 2, 6]", "--over", "pooling=[cls, mean]", "--confirm", "all",
            "--minutes", "600", "--json", "--store", options.work / "runs",
            "--set", f"data.train={TASKS[task]}", "--set", "optimizer.learning_rate=1.5e-4",
            "--set", "epochs=3", "--set", "stop.metric=accuracy", "--set", "class_weights=none",
            "--set", "search.strategy=grid", "--set", "search.folds=3", "--set", "report=false",
            "--set", f"search.rows={options.rows}",
        ]
        print(" ".join(map(str, command)), flush=True)
        # One candidate's first token alone is the same for every text without layers.
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        results.write_text(done.stdout)
    return [json.loads(line) for line in results.read_text().splitlines()]


def table(found: dict[str, list[dict]]) -> str:
    """What each score foretold, and what was reached."""
    agreement = {
        task: next(event for event in events if event["event"] == "agreement")
        for task, events in found.items()
    }
    names = {name for entry in agreement.values() for name in entry if name != "event"}

    def mean(name, key):
        values = [entry[name][key] for entry in agreement.values() if name in entry]
        return sum(values) / len(values)

    head = "| score | " + " | ".join(f"{task}: τ | regret" for task in found)
    lines = [head + " | mean τ | mean regret |", "|---" * (2 * len(found) + 3) + "|"]
    for name in sorted(names, key=lambda name: (mean(name, "regret"), -mean(name, "tau"))):
        cells = []
        for task in found:
            entry = agreement[task].get(name)
            cells += [f"{entry['tau']:.2f}", f"{100 * entry['regret']:.1f}"] if entry else ["–", "–"]
        cells += [f"{mean(name, 'tau'):.2f}", f"{100 * mean(name, 'regret'):.1f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    reached = {}
    for task, events in found.items():
        for event in events:
            if event["event"] == "trial":
                reached.setdefault(event["candidate"], {}).setdefault(task, []).append(event["score"])
    lines += ["", "| candidate | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    first = next(iter(found))
    for name, scores in sorted(reached.items(), key=lambda item: -np.mean(item[1][first])):
        cells = [f"{np.mean(scores[task]):.3f}" if task in scores else "–" for task in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--work", type=Path, default=ROOT / ".bench/select")
    parser.add_argument("--only", default="")
    parser.add_argument("--only-report", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    tasks = [task for task in TASKS if options.only in task]
    if options.only_report:
        tasks = [task for task in tasks if (options.work / f"{task}.jsonl").exists()]
    models = damaged(options.work / "models")
    print(table({task: select(task, models, options) for task in tasks}))


if __name__ == "__main__":
    main()
