"""Runs an exported model.onnx with onnxruntime and compares its logits with those of Python's transformers.

Usage: python Tools/reference/check_onnx.py FOLDER [PREDICTIONS.csv]
FOLDER was written by `hindsight export --format onnx`. Texts come from the predictions, or are made up; they
go in batches of many sizes and lengths, padded, and each for itself. With PREDICTIONS.csv, written by
`hindsight predict --output` with the same run, probabilities are compared with Hindsight's too.
"""

import csv
import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
import transformers

TOLERANCE = 1e-4
SAMPLES = ["a warm, funny film", "bad", "the plot is thin; the actors are not to blame for it " * 12, "é 中文 🙂"]


def softmax(logits):
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def batches(texts):
    start, sizes = 0, [1, 2, 7, 16]
    while start < len(texts):
        size = sizes[start % len(sizes)]
        yield texts[start:start + size]
        start += size


def main(folder, predictions=None):
    transformers.logging.set_verbosity_error()
    path = f"{folder}/model.onnx"
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = {value.name for value in session.get_inputs()}
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    rows = []
    if predictions:
        with open(predictions, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows] or SAMPLES
    worst, ours = 0.0, []
    for batch in batches(texts):
        encoded = tokenizer(batch, return_tensors="np", truncation=True, max_length=256, padding=True,
                            return_token_type_ids="token_type_ids" in names)
        given = {name: value.astype(np.int64) for name, value in encoded.items() if name in names}
        logits = session.run(["logits"], given)[0]
        with torch.no_grad():
            expected = model(**{name: torch.from_numpy(value) for name, value in given.items()}).logits.numpy()
        worst = max(worst, float(np.abs(logits - expected).max()))
        ours.extend(logits)
    print(f"{path}: {len(texts)} texts, logits differ by at most {worst:.1e} from transformers'")
    if not worst <= TOLERANCE:
        sys.exit(f"more than {TOLERANCE:.0e}")
    if rows:
        entries = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
        labels = json.loads(entries["labels"])
        hindsight = np.array([[float(row[label]) for label in labels] for row in rows])
        worst = float(np.abs(softmax(np.array(ours, dtype=np.float64)) - hindsight).max())
        print(f"{path}: probabilities differ by at most {worst:.1e} from Hindsight's")
        if not worst <= TOLERANCE:
            sys.exit(f"more than {TOLERANCE:.0e}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
