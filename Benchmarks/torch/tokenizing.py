"""The peer of Benchmarks/Sources/Tokenizing: Hugging Face's tokenizers on one thread.

Usage: .bench/python/bin/python Benchmarks/torch/tokenizing.py TEXTS NAME=TOKENIZER.json ...
       .bench/python/bin/python Benchmarks/torch/tokenizing.py --prepare FOLDER

--prepare writes FOLDER/texts.txt, the texts of data/movies.csv one a line, and FOLDER/bpe.json, a
byte-level BPE of 12,000 tokens trained on them; MiniLM's tokenizer is that of models/.
"""

import csv
import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import tokenizers  # noqa: E402: reads the environment
from tokenizers import decoders, models, pre_tokenizers, trainers  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def prepare(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(ROOT / "data/movies.csv", encoding="utf-8", newline="") as file:
        texts = [" ".join(row["text"].splitlines()) for row in csv.DictReader(file)]
    (folder / "texts.txt").write_text("".join(text + "\n" for text in texts if text), encoding="utf-8")
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=12000, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    made.save(str(folder / "bpe.json"))


def median(runs, work):
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def main():
    if sys.argv[1] == "--prepare":
        return prepare(Path(sys.argv[2]))
    texts = [line for line in Path(sys.argv[1]).read_text(encoding="utf-8").split("\n") if line]
    for argument in sys.argv[2:]:
        name, path = argument.split("=", 1)
        load, made = median(9, lambda: tokenizers.Tokenizer.from_file(path))
        made.no_padding()
        made.no_truncation()
        for variant, encode in (("", made.encode_batch), ("-fast", made.encode_batch_fast)):
            seconds, encoded = median(9, lambda: encode(texts))
            print(json.dumps({
                "benchmark": "tokenizing", "variant": name + variant, "threads": 1, "seconds": seconds,
                "load_seconds": load, "ids": sum(len(e.ids) for e in encoded), "runs": 9,
                "tokenizers": tokenizers.__version__}), flush=True)


if __name__ == "__main__":
    main()
