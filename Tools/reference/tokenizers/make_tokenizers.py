"""Trains the small tokenizers in Tests/Fixtures/tokenizers on this project's own documentation.

Usage: .bench/python/bin/python Tools/reference/tokenizers/make_tokenizers.py

Each has other components, so that together they use everything that can be read. Made with
tokenizers 0.23.3; the vocabularies are small, since only their use is tested.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from texts import WORDS

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Tests/Fixtures/tokenizers"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")


def corpus():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "Sources/Hindsight").rglob("*.md"))]
    lines = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    return lines + [" ".join(WORDS)] * 3


def save(name, tokenizer, trainer, added=()):
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.add_tokens(list(added))
    (FIXTURES / f"{name}.json").write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n",
        encoding="utf-8")


def bytes_trainer(size, special):
    return trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())


def template(cls, sep, ids):
    return processors.TemplateProcessing(
        single=f"{cls} $A {sep}", pair=f"{cls} $A {sep} $B:1 {sep}:1", special_tokens=[(cls, ids[0]), (sep, ids[1])])


def gpt2():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.post_processor = processors.ByteLevel(trim_offsets=False)
    made.decoder = decoders.ByteLevel()
    save("gpt2", made, bytes_trainer(900, ["<|endoftext|>"]))


def roberta():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    made.decoder = decoders.ByteLevel()
    mask = AddedToken("<mask>", lstrip=True, rstrip=False, special=True, normalized=False)
    save("roberta", made, bytes_trainer(700, ["<s>", "<pad>", "</s>", "<unk>", mask]))


def smollm():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    made.decoder = decoders.ByteLevel()
    save("smollm", made, bytes_trainer(800, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]), [
        AddedToken("<extra>", rstrip=True), AddedToken("<extra_2>", lstrip=True, rstrip=True)])


def split_by(name, pattern, **options):
    made = Tokenizer(models.BPE(**options))
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    made.post_processor = processors.Sequence(
        [processors.ByteLevel(trim_offsets=False), template("<s>", "</s>", (0, 1))])
    made.decoder = decoders.ByteLevel()
    save(name, made, bytes_trainer(800, ["<s>", "</s>"]))


def characters():
    """BPE over characters with unknown ones, and added tokens that are normalized."""
    made = Tokenizer(models.BPE(unk_token="[UNK]", fuse_unk=True))
    made.normalizer = normalizers.Sequence([
        normalizers.NFKC(), normalizers.Replace("``", '"'), normalizers.Replace(Regex(r" {2,}"), " "),
        normalizers.Strip(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("-", "merged_with_previous"),
        pre_tokenizers.Split("/", "merged_with_next"), pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Punctuation("contiguous")])
    save("characters", made, trainers.BpeTrainer(vocab_size=700, special_tokens=["[UNK]"], show_progress=False), [
        AddedToken("Näme", normalized=True), AddedToken("single", single_word=True),
        AddedToken("Name", normalized=False, single_word=True)])


def fallback():
    """BPE over characters that writes unknown ones by bytes."""
    made = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    made.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Prepend(" ")])
    made.pre_tokenizer = pre_tokenizers.Split(" ", "isolated")
    special = ["<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    save("fallback", made, trainers.BpeTrainer(vocab_size=700, special_tokens=special, show_progress=False))


def cased():
    """WordPiece with BERT's normalizer, but cased, and with BERT's own post-processor."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    made.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    made.decoder = decoders.WordPiece(cleanup=True)
    save("cased", made, trainers.WordPieceTrainer(
        vocab_size=900, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))


def words():
    """WordPiece over `Whitespace`, lowercase with accents, decomposed."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.Sequence([
        normalizers.BertNormalizer(strip_accents=False, handle_chinese_chars=False), normalizers.NFD()])
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.decoder = decoders.WordPiece(cleanup=False)
    save("words", made, trainers.WordPieceTrainer(vocab_size=900, special_tokens=["[UNK]"], show_progress=False))


def charsmap():
    """A normalization of our own, compiled by SentencePiece 0.2.3 (pip install sentencepiece)."""
    import io
    import tempfile
    import unicodedata

    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as messages

    rules = {"\t": " ", "\n": " ", "\r": " ", "\u200b": "", "\u00ad": "", "\u0001": "", "\u2028": " "}
    for block in (range(0xA0, 0x180), range(0x2000, 0x2150), range(0x2460, 0x249C), range(0x3000, 0x3001),
                  range(0xFB00, 0xFB07), range(0xFDFA, 0xFDFB), range(0xFF01, 0xFFEF)):
        for c in map(chr, block):
            for form in (c, unicodedata.normalize("NFD", c)):
                if unicodedata.normalize("NFKC", c) != form:
                    rules[form] = unicodedata.normalize("NFKC", c)
    hexadecimal = lambda text: " ".join(f"{ord(c):X}" for c in text)
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(f"{hexadecimal(a)}\t{hexadecimal(b)}\n" for a, b in sorted(rules.items()))
        file.flush()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(corpus()), model_writer=model, vocab_size=400,
            normalization_rule_tsv=file.name, hard_vocab_limit=False, minloglevel=2)
    return messages.ModelProto.FromString(model.getvalue()).normalizer_spec.precompiled_charsmap


def unigram():
    """Unigram as XLM-RoBERTa and the multilingual MiniLM have it."""
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    made.decoder = decoders.Metaspace()
    mask = AddedToken("<mask>", lstrip=True, special=True, normalized=False)
    save("unigram", made, trainers.UnigramTrainer(
        vocab_size=900, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False),
        [mask])


def unigram_bytes():
    """Unigram that writes what it does not know by bytes, with a space in front of the beginning alone."""
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
    made.decoder = decoders.Sequence([
        decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="never"), decoders.Fuse(),
        decoders.Strip(" ", 1, 0)])
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    save("unigram-bytes", made, trainers.UnigramTrainer(
        vocab_size=1000, special_tokens=special, unk_token="<unk>", show_progress=False))
    path = FIXTURES / "unigram-bytes.json"
    parts = json.loads(path.read_text(encoding="utf-8"))
    parts["model"]["byte_fallback"] = True
    parts["added_tokens"] = parts["added_tokens"][:3]
    path.write_text(json.dumps(parts, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    gpt2(), roberta(), smollm(), characters(), fallback(), cased(), words()
    split_by("llama3", LLAMA3, ignore_merges=True)
    split_by("qwen2", QWEN2)
    unigram(), unigram_bytes()


if __name__ == "__main__":
    main()
