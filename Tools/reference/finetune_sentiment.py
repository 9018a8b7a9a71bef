"""Fine-tunes the demo's encoder with PyTorch and transformers, the way their documentation does:
BertForSequenceClassification, AdamW, linear decay, gradients clipped to 1, dynamic padding.

The accuracies on the held-out movie snippets, one a seed, are what Hindsight's are compared with.
Every seed's result is written as soon as it is known, so that a run may be cut and taken up again.

Usage: python Tools/reference/finetune_sentiment.py OUTPUT.json [--seeds 5] [--epochs 3]
Needs torch and transformers (Tools/requirements-bench.txt) and `Tools/fetch-demo.sh`.
"""

import argparse
import csv
import json
import os
import pathlib
import time

import numpy as np
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "all-MiniLM-L6-v2"
LABELS = ["negative", "positive"]


def read(name):
    with open(ROOT / "data" / name, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [LABELS.index(row["label"]) for row in rows]


def batches(texts, labels, tokenizer, order, size):
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        encoded = tokenizer(
            [texts[i] for i in chosen], padding=True, truncation=True, max_length=256,
            return_tensors="pt",
        )
        yield encoded, torch.tensor([labels[i] for i in chosen])


@torch.no_grad()
def evaluate(model, texts, labels, tokenizer):
    model.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    correct = 0
    for encoded, target in batches(texts, labels, tokenizer, order, 64):
        correct += int((model(**encoded).logits.argmax(-1) == target).sum())
    return correct / len(texts)


def train(seed, options, data, tokenizer):
    (texts, labels), (test_texts, test_labels) = data
    torch.manual_seed(seed)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(MODEL, num_labels=2)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    steps = options.epochs * -(-len(texts) // options.batch)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, 0, steps)
    shuffler = np.random.default_rng(seed)
    begin = time.monotonic()
    losses, accuracies = [], []
    for _ in range(options.epochs):
        model.train()
        total = 0.0
        order = shuffler.permutation(len(texts))
        for encoded, target in batches(texts, labels, tokenizer, order, options.batch):
            loss = model(**encoded, labels=target).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += float(loss.detach()) * len(target)
        losses.append(total / len(texts))
        accuracies.append(evaluate(model, test_texts, test_labels, tokenizer))
    return {
        "seed": seed, "test_accuracy": accuracies[-1], "by_epoch": accuracies,
        "train_loss": losses, "seconds": round(time.monotonic() - begin, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=5e-5)
    options = parser.parse_args()

    tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
    data = read("movies.csv"), read("movies-test.csv")
    results = []
    if options.output.exists():
        results = json.loads(options.output.read_text())["runs"]
    for seed in range(options.seeds):
        if any(run["seed"] == seed for run in results):
            continue
        results.append(train(seed, options, data, tokenizer))
        document = {
            "torch": torch.__version__, "transformers": transformers.__version__,
            "learning_rate": options.rate, "epochs": options.epochs, "batch_size": options.batch,
            "runs": results,
        }
        scratch = options.output.with_suffix(".part")
        scratch.write_text(json.dumps(document, indent=1) + "\n")
        os.replace(scratch, options.output)
        print(json.dumps(results[-1]), flush=True)


if __name__ == "__main__":
    main()
