"""Writes Sources/Tokenizers/Unicode/UnicodeData.swift with the `tokenizers` package as the oracle.

Usage: .bench/python/bin/python Tools/reference/tokenizers/make_unicode_tables.py

The reference mixes Unicode tables of several versions: Rust's own, those of the regex engines and
those of three crates. So no version's tables are trusted: every code point goes through the
reference's normalizers and pre-tokenizers, and what it did is written down. Made with
tokenizers 0.23.3. The layout of the bytes is described in UnicodeTables.swift.
"""

import base64
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

ROOT = Path(__file__).resolve().parents[3]
OUTPUT = ROOT / "Sources/Tokenizers/Unicode/UnicodeData.swift"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xAC00 + 11172)

# The bits of UnicodeTables.Property, in order.
PROPERTIES = [
    "dropped", "whitespace", "ideograph", "nonspacing", "punctuation", "numeric", "word", "mark",
    "letter", "number", "space", "reordered", "decomposes", "lowercases", "compatibility", "second",
]


def bert(**options):
    off = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**{**off, **options}).normalize_str


def pieces(pre_tokenizer):
    return lambda text: [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)]


class Oracle:
    def __init__(self):
        self.clean = bert(clean_text=True)
        self.ideographs = bert(handle_chinese_chars=True)
        self.strip = bert(strip_accents=True)
        self.nfc, self.nfd, self.nfkd = (
            getattr(normalizers, form)().normalize_str for form in ("NFC", "NFD", "NFKD"))
        self.lower = normalizers.Lowercase().normalize_str
        self.marks = normalizers.StripAccents().normalize_str
        self.whitespace = pieces(pre_tokenizers.WhitespaceSplit())
        self.punctuation = pieces(pre_tokenizers.Punctuation())
        self.bert_pieces = pieces(pre_tokenizers.BertPreTokenizer())
        self.digits = pieces(pre_tokenizers.Digits(individual_digits=True))
        self.words = pieces(pre_tokenizers.Whitespace())
        self.regex = {name: pieces(pre_tokenizers.Split(Regex(pattern), "isolated"))
                      for name, pattern in (("letter", r"\p{L}"), ("number", r"\p{N}"), ("space", r"\s"))}

    def reordered(self, c):
        """Whether it stays as it is in NFD and its canonical combining class is not zero."""
        return self.nfd(c) == c and (
            self.nfd("\u0345" + c) != "\u0345" + c or self.nfd(c + "\u0334") != c + "\u0334")

    def properties(self, c):
        isolated = ["a", c, "a"]
        cleaned = self.clean("a" + c + "a")
        split = self.whitespace("a" + c + "a") == ["a", "a"]
        punctuation = self.punctuation("a" + c + "a") == isolated
        words = self.words("a" + c + "a")
        assert (cleaned == "a a") == split or cleaned == "aa" and not split or cleaned == "aa", hex(ord(c))
        assert (words == ["a", "a"]) == split, hex(ord(c))
        assert (self.bert_pieces("a" + c + "a") == isolated) == (punctuation and not split), hex(ord(c))
        found = {
            "dropped": cleaned == "aa",
            "whitespace": split,
            "ideograph": self.ideographs(c) == f" {c} ",
            "nonspacing": self.nfd(c) == c and self.strip(c) == "",
            "punctuation": punctuation,
            "numeric": self.digits("a" + c + "a") == isolated,
            "word": len(words) == 1,
            "mark": self.marks(c) == "",
            "letter": self.regex["letter"]("!" + c + "!") == ["!", c, "!"],
            "number": self.regex["number"]("!" + c + "!") == ["!", c, "!"],
            "space": self.regex["space"]("!" + c + "!") == ["!", c, "!"],
            "reordered": self.reordered(c),
            "decomposes": self.nfd(c) != c,
            "lowercases": self.lower(c) != c,
            "compatibility": self.nfkd(c) != self.nfd(c),
        }
        return {name for name, holds in found.items() if holds}


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value):
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def runs(values):
    """Runs over all code points: length and value."""
    out, count, start = bytearray(), 0, 0
    for c in range(1, 0x110001):
        if c == 0x110000 or values[c] != values[start]:
            out += varint(c - start) + varint(values[start])
            count, start = count + 1, c
    return varint(count) + bytes(out)


def mappings(table):
    """Code points and what each becomes, as differences."""
    out, before = bytearray(varint(len(table))), 0
    for c, text in sorted(table.items()):
        out += varint(c - before) + varint(len(text))
        last = c
        for t in map(ord, text):
            out += zigzag(t - last)
            last = t
        before = c
    return bytes(out)


def combining_classes(oracle, characters):
    """The canonical combining class of each, found by what it changes places with."""
    known = {}
    for c in characters:  # those that the reference knows
        known.setdefault(unicodedata.combining(c), c)
    reference = sorted(known.items())
    classes = {}
    for c in characters:
        same = [k for k, r in reference if oracle.nfd(c + r) == c + r and oracle.nfd(r + c) == r + c]
        assert len(same) == 1, (hex(ord(c)), same)
        classes[ord(c)] = same[0]
    return classes


def compositions(oracle):
    """Triples (first, second, composite) of canonical composition, without Hangul."""
    found = []
    for c in map(chr, SCALARS):
        parts = oracle.nfd(c)
        if parts == c or ord(c) in HANGUL or oracle.nfc(parts) != c:
            continue
        first = oracle.nfc(parts[:-1])
        pairs = [(first, parts[-1])] if len(first) == 1 else []
        pairs = [p for p in pairs if oracle.nfc(p[0] + p[1]) == c]
        assert len(pairs) == 1, (hex(ord(c)), [hex(ord(p)) for p in parts])
        found.append((*map(ord, pairs[0]), ord(c)))
    return found


def main():
    oracle = Oracle()
    for c in HANGUL:
        assert oracle.nfd(chr(c)) == unicodedata.normalize("NFD", chr(c)) == oracle.nfkd(chr(c))
    properties = [0] * 0x110000
    triples = compositions(oracle)
    seconds = {second for _, second, _ in triples}
    for c in SCALARS:
        names = oracle.properties(chr(c)) | ({"second"} if c in seconds else set())
        properties[c] = sum(1 << PROPERTIES.index(name) for name in names)
    bit = {name: 1 << i for i, name in enumerate(PROPERTIES)}
    having = lambda name: [chr(c) for c in SCALARS if properties[c] & bit[name]]
    classes = combining_classes(oracle, having("reordered"))
    ccc = [classes.get(c, 0) for c in range(0x110000)]
    data = runs(properties) + runs(ccc)
    data += mappings({ord(c): oracle.nfd(c) for c in having("decomposes") if ord(c) not in HANGUL})
    data += mappings({ord(c): oracle.nfkd(c) for c in having("compatibility")})
    data += mappings({ord(c): oracle.lower(c) for c in having("lowercases")})
    data += varint(len(triples)) + b"".join(varint(v) for t in triples for v in t)
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 88] for i in range(0, len(text), 88)]
    OUTPUT.write_text(
        f"// Made by Tools/reference/tokenizers/make_unicode_tables.py with tokenizers "
        f"{tokenizers.__version__}; do not edit.\n\n"
        "/// What the reference does with every code point, packed; `UnicodeTables` unpacks it.\n"
        "enum UnicodeData {\n"
        f"    /// The number of packed bytes.\n    static let count = {len(data)}\n\n"
        "    /// The packed bytes in base 64.\n"
        '    static let packed: StaticString = """\n'
        + "".join(f"        {line}\\\n" for line in lines[:-1]) + f"        {lines[-1]}\n"
        + '        """\n}\n', encoding="utf-8")
    print(len(data), "bytes", {name: len(having(name)) for name in PROPERTIES}, len(triples))


if __name__ == "__main__":
    main()
