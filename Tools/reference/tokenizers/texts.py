"""The texts that tokenizers are compared on: every script, emoji, controls, marks, broken UTF-8."""

import random
import unicodedata

WORDS = (
    "the movie was don't it's I'LL we've THEY'RE he'd Hindsight tokenization unbelievable 3.14159 2026 "
    "1234567 café naïve Ångström İstanbul ΣΊΣΥΦΟΣ ὈΔΥΣΣΕΎΣ straße ﬁne Ⅷ ½ １２３ привет мир "
    "Ещё 日本語 中文字符 한국어 ภาษาไทย हिन्दी العَرَبِيَّة עִבְרִית ქართული አማርኛ ខ្មែร বাংলা தமிழ் 👍🏽 👩‍👩‍👧‍👦 🇩🇪 ☃️ e-mail@x.org "
    "https://a.b/c?d=e&f=%20 #tag $9.99 (yes) [no] {x} <y> a_b __init__ foo.bar() != === -> … — “quoted” ‘s 'ſ 'S "
    "\u212b \u2126 \ufb03 \u0344 \u1e9b\u0323 \u0958 x\u0315\u0300\u05ae\u0062 \U0001d15e \u302a\u302e"
).split()
SPACES = [" "] * 12 + ["  ", "   ", "\n", "\r\n", "\t", "\n\n", " \n ", "\u00a0", "\u3000", "\u2028", "\u0085", "", "\u200b", "\x1c"]
ADDED = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "<s>", "</s>", "<mask>", "<|endoftext|>", "<|im_start|>",
         "<|im_end|>", "<pad>", "[mask]", "<extra>", "<extra_2>", "Näme", "single", "Name"]
BLOCKS = 0x110000 // 0x80


def scalar(generator):
    """A code point of any kind but a surrogate; more often one of the first planes."""
    top = generator.choice([0x250, 0x3100, 0x11000, 0x20000, 0x110000])
    while True:
        c = generator.randrange(top)
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def mixed(generator):
    """Words, spaces, added tokens and lone characters."""
    parts = []
    for _ in range(generator.randrange(1, 9)):
        kind = generator.randrange(10)
        if kind < 6:
            word = generator.choice(WORDS)
            parts.append(generator.choice([word, word, word.upper(), word.title(), unicodedata.normalize("NFD", word)]))
        elif kind == 6:
            parts.append(generator.choice(ADDED))
        elif kind == 7:
            parts.append("".join(scalar(generator) for _ in range(generator.randrange(1, 4))))
        elif kind == 8:
            parts.append(generator.choice("aZ9.'") * generator.choice([1, 2, 3, 30, 120]))
        else:
            parts.append(generator.choice("aeoAEO") + "".join(
                chr(generator.choice([0x300, 0x323, 0x315, 0x334, 0x345, 0x5B0, 0x64B, 0x302E, 0x1D165, 0x1D16D, 0xF71]))
                for _ in range(generator.randrange(1, 5))))
        parts.append(generator.choice(SPACES))
    return "".join(parts).encode()


def broken(generator):
    """Bytes that are no valid UTF-8, most of the time."""
    text = bytearray(mixed(generator))
    for _ in range(generator.randrange(1, 4)):
        at = generator.randrange(len(text) + 1)
        text[at:at + generator.randrange(2)] = bytes(
            generator.randrange(256) for _ in range(generator.randrange(4)))
    return bytes(text)


def texts(seed=1, count=21000):
    """Every block of 128 code points, then mixtures, then broken ones."""
    generator = random.Random(seed)
    found = []
    for block in range(BLOCKS):
        if 0xD800 <= block * 128 < 0xE000:
            continue
        drawn = generator.sample(range(128), 2)
        found.append("".join(generator.choice(["", "a", " ", "1", "."]) + chr(block * 128 + c) for c in drawn).encode())
    found += [bytes([b]) for b in range(256)] + [b"a" + bytes([b]) + b"b" for b in range(256)] + [b"", b" ", b"\n"]
    while len(found) < count:
        found.append(broken(generator) if generator.random() < 0.2 else mixed(generator))
    return found
