"""Loads an exported model with Python's transformers and compares its outputs with Hindsight's.

Usage: python Tools/reference/check_export.py FOLDER PREDICTIONS.csv
FOLDER was written by `hindsight export`, PREDICTIONS.csv by `hindsight predict --output` with the
same run. Logits agree where probabilities do, up to a constant that no softmax sees: so these are
compared, and differences of logits as far as the probabilities' last places tell them.
"""

import csv
import sys

import torch
import transformers

TOLERANCE = 1e-5


def main(folder, predictions):
    transformers.logging.set_verbosity_error()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model, loading = transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, output_loading_info=True)
    model.eval()
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if loading.get(kind):
            sys.exit(f"{folder}: {kind}: {sorted(loading[kind])[:5]}")
    labels = [model.config.id2label[index] for index in range(model.config.num_labels)]
    with open(predictions, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        sys.exit(f"{predictions} has no predictions")

    worst_probability = worst_logit = 0.0
    with torch.no_grad():
        for row in rows:
            encoded = tokenizer(row["text"], return_tensors="pt", truncation=True, max_length=256)
            logits = model(**encoded).logits[0].double()
            ours = torch.tensor([float(row[label]) for label in labels], dtype=torch.float64)
            worst_probability = max(
                worst_probability, float((logits.softmax(-1) - ours).abs().max()))
            margins = logits - logits.max()
            given = ours.log() - ours.max().log()
            worst_logit = max(worst_logit, float((margins - given).abs().max()))
            if labels[int(logits.argmax())] != row["prediction"]:
                if float(logits.topk(2).values.diff().abs()) > TOLERANCE:
                    sys.exit(f"{row['text']!r}: transformers says {labels[int(logits.argmax())]}, "
                             f"Hindsight {row['prediction']}")
    print(f"{folder}: {len(rows)} texts, probabilities differ by at most {worst_probability:.1e}, "
          f"logit margins by at most {worst_logit:.1e}")
    if worst_probability > TOLERANCE:
        sys.exit(f"more than {TOLERANCE:.0e} of difference in probability")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
