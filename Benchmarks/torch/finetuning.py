"""The peers of `fine-tuning`: transformers' MiniLM classifier under PyTorch, peft's LoRA, onnxruntime.

Prints one JSON object a line: {"benchmark", "variant", "seconds", "memory_mb"}; seconds are those of one
step, or of one sentence for inference.

Usage: python Benchmarks/torch/finetuning.py MODE [--threads 2] [--steps 12] [--no-dropout] [--tuned]
MODE: full | lora | epoch | search | onnx. --tuned: fused AdamW, as an expert would (preload jemalloc from outside).
"""

import argparse
import csv
import json
import pathlib
import resource
import statistics
import time

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "all-MiniLM-L6-v2"


def model(options):
    import transformers

    torch.manual_seed(0)
    extra = {}
    if options.no_dropout:
        extra = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    return transformers.AutoModelForSequenceClassification.from_pretrained(
        MODEL, num_labels=2, **extra
    ).train()


def with_adapters(network):
    import peft

    return peft.get_peft_model(network, peft.LoraConfig(
        task_type="SEQ_CLS", r=8, lora_alpha=16, lora_dropout=0.0,
        target_modules=["query", "key", "value", "attention.output.dense", "intermediate.dense",
                        "output.dense"],
        modules_to_save=["classifier", "pooler"]))


def step(network, optimizer, batch, labels):
    loss = network(**batch, labels=labels).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def optimizer_for(network, options):
    parameters = [p for p in network.parameters() if p.requires_grad]
    return torch.optim.AdamW(parameters, lr=5e-5, fused=True if options.tuned else None)


def fixed_shape(options):
    network = model(options)
    if options.mode == "lora":
        network = with_adapters(network)
    optimizer = optimizer_for(network, options)
    generator = torch.Generator().manual_seed(1)
    batch = {
        "input_ids": torch.randint(1000, 30000, (32, 64), generator=generator),
        "attention_mask": torch.ones(32, 64, dtype=torch.long),
    }
    labels = torch.randint(0, 2, (32,), generator=generator)
    times = []
    for _ in range(options.steps + 3):
        begin = time.perf_counter()
        step(network, optimizer, batch, labels)
        times.append(time.perf_counter() - begin)
    report(options, options.mode, statistics.median(times[3:]))


def epoch(options):
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
    with open(ROOT / "data" / "movies.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows = rows[: options.texts]
    network = model(options)
    optimizer = optimizer_for(network, options)
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0)).tolist()
    begin = time.perf_counter()
    for start in range(0, len(order), 32):
        chosen = [rows[i] for i in order[start : start + 32]]
        batch = tokenizer([row["text"] for row in chosen], padding=True, truncation=True,
                          max_length=256, return_tensors="pt")
        labels = torch.tensor([int(row["label"] == "positive") for row in chosen])
        step(network, optimizer, batch, labels)
    report(options, "epoch", (time.perf_counter() - begin) / len(order))


def search(options):
    """Two rates on two folds, one pass each, and judging on the fold that is held out."""
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
    with open(ROOT / "data" / "movies.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))[: options.texts]
    rows = [rows[i] for i in chosen.tolist()]
    half = len(rows) // 2

    def batch(part):
        labels = torch.tensor([int(row["label"] == "positive") for row in part])
        return tokenizer([row["text"] for row in part], padding=True, truncation=True,
                         max_length=256, return_tensors="pt"), labels

    begin = time.perf_counter()
    for rate in (5e-5, 1e-4):
        for fold in range(2):
            held, learnt = (rows[:half], rows[half:]) if fold == 0 else (rows[half:], rows[:half])
            network = model(options)
            optimizer = optimizer_for(network, options)
            for group in optimizer.param_groups:
                group["lr"] = rate
            for start in range(0, len(learnt), 32):
                step(network, optimizer, *batch(learnt[start : start + 32]))
            network.eval()
            with torch.inference_mode():
                # Twice, as the search does: in the middle and at the end.
                for start in list(range(0, len(held), 32)) * 2:
                    network(**batch(held[start : start + 32])[0])
    report(options, "search", time.perf_counter() - begin)


def onnx(options):
    import onnxruntime

    path = ROOT / ".bench" / "minilm.onnx"
    if not path.exists():
        export(path)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    for rows, length in ((1, 16), (1, 64), (32, 64)):
        generator = torch.Generator().manual_seed(1)
        ids = torch.randint(1000, 30000, (rows, length), generator=generator).numpy()
        inputs = {"input_ids": ids, "attention_mask": (ids > 0).astype("int64")}
        times = []
        for _ in range(options.steps * (8 if rows == 1 else 1) + 3):
            begin = time.perf_counter()
            session.run(None, inputs)
            times.append(time.perf_counter() - begin)
        report(options, f"inference {rows}x{length}", statistics.median(times[3:]) / rows)


def export(path):
    import transformers

    network = transformers.AutoModel.from_pretrained(MODEL, attn_implementation="eager").eval()

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = network

        def forward(self, input_ids, attention_mask):
            return self.inner(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    ids = torch.ones(2, 16, dtype=torch.long)
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        Hidden(), (ids, ids), str(path), input_names=["input_ids", "attention_mask"],
        output_names=["hidden"], dynamic_axes={"input_ids": axes, "attention_mask": axes},
        opset_version=17, dynamo=False)


def report(options, name, seconds):
    variant = ("tuned" if options.tuned else "default") + (
        ", no dropout" if options.no_dropout else "")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({
        "benchmark": name, "variant": variant, "seconds": seconds, "memory_mb": memory,
    }), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=["full", "lora", "epoch", "search", "onnx"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--texts", type=int, default=3200)
    parser.add_argument("--no-dropout", action="store_true")
    parser.add_argument("--tuned", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.mode == "epoch":
        epoch(options)
    elif options.mode == "search":
        search(options)
    elif options.mode == "onnx":
        onnx(options)
    else:
        fixed_shape(options)


if __name__ == "__main__":
    main()
