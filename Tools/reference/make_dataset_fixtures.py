"""Writes Tests/Fixtures/datasets/csv_tables.txt: random delimited tables and how Python reads them.

Every line is a table: four words, separated by spaces, of lower-case hexadecimal UTF-8, `-` where
empty: the delimiter, the text, the outcome (`ok` or `error`), and the records that Python's csv module
(strict=True) reads, fields joined by U+001F and records by U+001E. Records without a field (blank
lines) are left out, as Hindsight does. Needs Python 3.11 or later and nothing else.

Usage: python Tools/reference/make_dataset_fixtures.py
"""

import csv
import io
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "Tests" / "Fixtures" / "datasets" / "csv_tables.txt"
PIECES = ["a", "bc", "xyzzyx pqr", "", " ", "é", "漢字", "😀", '"', '""', ",", "\t", ";", "\n", "\r",
          "\r\n", "0", "-1.5", "'", "\u2028", "end of a longer piece of text"]


def written(generator, delimiter):
    """A table that csv.writer wrote."""
    columns = generator.randrange(1, 5)
    rows = [["".join(generator.choices(PIECES, k=generator.randrange(0, 4))) for _ in range(columns)]
            for _ in range(generator.randrange(1, 5))]
    output = io.StringIO()
    csv.writer(
        output, delimiter=delimiter, lineterminator=generator.choice(["\n", "\r\n", "\r"]),
        quoting=generator.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ).writerows(rows)
    text = output.getvalue()
    return text if generator.random() < 0.7 else text.rstrip("\r\n")


def wild(generator, delimiter):
    """Any characters, most of which mean something."""
    return "".join(generator.choices(["a", "é", '"', '"', delimiter, "\n", "\r", " "],
                                     k=generator.randrange(0, 24)))


def encoded(text):
    return text.encode().hex() or "-"


def line(generator):
    delimiter = generator.choice([",", "\t", ";"])
    text = generator.choice([written, written, wild])(generator, delimiter)
    try:
        lines = io.StringIO(text, newline="")
        rows = [row for row in csv.reader(lines, delimiter=delimiter, strict=True) if row]
        outcome = "ok"
    except csv.Error:
        rows, outcome = [], "error"
    result = "\x1e".join("\x1f".join(row) for row in rows)
    return " ".join([encoded(delimiter), encoded(text), outcome, encoded(result)])


def main():
    generator = random.Random(20240607)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join(line(generator) for _ in range(3000)) + "\n")


if __name__ == "__main__":
    main()
