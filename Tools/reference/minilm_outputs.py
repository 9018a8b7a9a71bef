"""Writes Tests/Fixtures/models/minilm.json: what transformers computes for some texts with the demo's
encoder, so that Hindsight's tokens, embeddings and head can be compared.

Usage: python Tools/reference/minilm_outputs.py      (needs `Tools/fetch-demo.sh`)
"""

import json
import pathlib

import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "all-MiniLM-L6-v2"
TEXTS = [
    "A warm, funny, engaging film.",
    "Effective but too-tepid biopic",
    "",
    "The battery died after two days; I want my money back!!!",
    "naïve café – ünïcödé 你好 мир 🙂",
    "word " * 120,
]

PAIRS = [
    ("A warm, funny, engaging film.", "I liked it."),
    ("Is the battery good?", "It died after two days; I want my money back!!!"),
    ("word " * 20, "?"),
    ("", "naïve café"),
]


def main():
    tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
    model = transformers.AutoModel.from_pretrained(MODEL).eval()
    cases = []
    with torch.no_grad():
        for text in TEXTS:
            encoded = tokenizer(text, return_tensors="pt", truncation=True, max_length=256)
            output = model(**encoded)
            hidden = output.last_hidden_state[0]
            cases.append({
                "text": text,
                "ids": encoded["input_ids"][0].tolist(),
                "mean": [round(x, 8) for x in hidden.mean(0).tolist()],
                "pooled": [round(x, 8) for x in output.pooler_output[0].tolist()],
            })
        pairs = []
        for text, pair in PAIRS:
            encoded = tokenizer(text, pair, return_tensors="pt", truncation=True, max_length=256)
            hidden = model(**encoded).last_hidden_state[0]
            pairs.append({
                "text": text,
                "pair": pair,
                "ids": encoded["input_ids"][0].tolist(),
                "segments": encoded["token_type_ids"][0].tolist(),
                "mean": [round(x, 8) for x in hidden.mean(0).tolist()],
            })
    target = ROOT / "Tests" / "Fixtures" / "models" / "minilm.json"
    target.write_text(json.dumps({
        "torch": torch.__version__, "transformers": transformers.__version__, "cases": cases,
        "pairs": pairs,
    }, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
