"""Writes what the reference answers for 21,000 texts and for every code point.

Usage: .bench/python/bin/python Tools/reference/tokenizers/make_fixtures.py [NAME ...]

texts.bin       the texts: for each its length as LEB128 and its bytes, not always valid UTF-8
NAME.texts      for each text the hash of its ids; then for every eighth, joined with the next text,
                the hash of: the decoded ids, without and with special tokens; the ids cut to 7; the
                ids and segments of the pair, cut to 12
NAME.scalars    for every 128 code points the hash of the ids of their texts, see `around`

A hash is FNV-1a with 32 bits, little-endian; numbers are hashed as 4 bytes, lists after their
length. The files are small, and a difference is found by running this script's functions. NAME is
that of a tokenizer here, or minilm for models/all-MiniLM-L6-v2. Made with tokenizers 0.23.3.
"""

import struct
import sys
from pathlib import Path

from tokenizers import Tokenizer

from texts import texts

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Tests/Fixtures/tokenizers"
WITH_SCALARS = ["minilm", "words", "characters", "fallback", "llama3", "unigram", "unigram-bytes"]


def fnv(data, value=0x811C9DC5):
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def numbers(values):
    return struct.pack(f"<{len(values) + 1}i", len(values), *values)


def load(name):
    path = ROOT / "models/all-MiniLM-L6-v2/tokenizer.json" if name == "minilm" else FIXTURES / f"{name}.json"
    made = Tokenizer.from_file(str(path))
    made.no_truncation()
    made.no_padding()
    return made


def more(tokenizer, text, pair):
    ids = tokenizer.encode(text).ids
    data = b""
    for skip in (True, False):
        decoded = tokenizer.decode(ids, skip_special_tokens=skip).encode()
        data += struct.pack("<i", len(decoded)) + decoded
    tokenizer.enable_truncation(7)
    data += numbers(tokenizer.encode(text).ids)
    tokenizer.enable_truncation(12)
    both = tokenizer.encode(text, pair)
    tokenizer.no_truncation()
    return data + numbers(both.ids) + numbers(both.type_ids)


def around(c):
    """A text in which a code point meets letters, digits, space and marks of both orders."""
    return f"x{c}y {c}\u0323\u0300{c}1 \u0345{c}"


def main():
    made = texts()
    FIXTURES.joinpath("texts.bin").write_bytes(
        b"".join((struct.pack("B", len(t)) if len(t) < 128 else struct.pack("BB", len(t) & 127 | 128, len(t) >> 7)) + t
                 for t in made))
    decoded = [t.decode("utf-8", "replace") for t in made]
    names = sys.argv[1:] or ["minilm", *sorted(path.stem for path in FIXTURES.glob("*.json"))]
    for name in names:
        tokenizer = load(name)
        hashes = [fnv(numbers(e.ids)) for e in tokenizer.encode_batch(decoded)]
        hashes += [fnv(more(tokenizer, decoded[i], decoded[i + 1])) for i in range(0, len(decoded) - 1, 8)]
        FIXTURES.joinpath(f"{name}.texts").write_bytes(struct.pack(f"<{len(hashes)}I", *hashes))
        if name in WITH_SCALARS:
            blocks = []
            for start in range(0, 0x110000, 128):
                block = [around(chr(c)) for c in range(start, start + 128) if not 0xD800 <= c < 0xE000]
                blocks.append(fnv(b"".join(numbers(e.ids) for e in tokenizer.encode_batch(block))))
            FIXTURES.joinpath(f"{name}.scalars").write_bytes(struct.pack(f"<{len(blocks)}I", *blocks))
        print(name, flush=True)


if __name__ == "__main__":
    main()
