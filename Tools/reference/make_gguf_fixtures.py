"""Makes Tests/Fixtures/gguf: files that gguf-py wrote, and what it reads of them as safetensors.

Usage: python Tools/reference/make_gguf_fixtures.py     (pip install gguf==0.19.0 safetensors==0.8.0)
Made with Python 3.11.7, gguf 0.19.0, safetensors 0.8.0, NumPy 2.4.6.
With the path of a GGUF file and one to write: what gguf-py reads of that file's tensors, as safetensors.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from safetensors.numpy import save_file

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "gguf"
PLAIN = {"f32": "<f4", "f64": "<f8", "f16": "<f2", "i32": "<i4", "i64": "<i8", "i16": "<i2", "i8": "i1"}


def read(path):
    """Every tensor of a file as float32 or, for plain types, as it is; types that are not read are left out."""
    known = {Kind.Q8_0, Kind.Q4_0, Kind.Q4_1, Kind.BF16}
    found = {}
    for tensor in gguf.GGUFReader(path).tensors:
        shape = tuple(int(size) for size in reversed(tensor.shape))
        kind = tensor.tensor_type
        if kind in known:
            found[tensor.name] = gguf.dequantize(tensor.data, kind).reshape(shape)
        elif kind.name.lower() in PLAIN:
            found[tensor.name] = np.ascontiguousarray(tensor.data).view(PLAIN[kind.name.lower()]).reshape(shape)
    return {name: np.ascontiguousarray(value) for name, value in found.items()}


def values(writer):
    writer.add_uint8("test.uint8", 255)
    writer.add_int8("test.int8", -128)
    writer.add_uint16("test.uint16", 65535)
    writer.add_int16("test.int16", -32768)
    writer.add_uint32("test.uint32", 2**32 - 1)
    writer.add_int32("test.int32", -(2**31))
    writer.add_uint64("test.uint64", 2**64 - 1)
    writer.add_int64("test.int64", -(2**63))
    writer.add_float32("test.float32", 1.5)
    writer.add_float64("test.float64", 0.1)
    writer.add_bool("test.bool", True)
    writer.add_string("test.text", "a text: é 中")
    writer.add_array("tokenizer.ggml.tokens", ["<s>", "é", "", "中文"])
    writer.add_array("test.integers", [1, -2, 3])
    writer.add_array("test.numbers", [0.5, -1.25])
    writer.add_array("test.flags", [True, False])


def write(name, alignment=None):
    generator = np.random.default_rng(7)
    writer = gguf.GGUFWriter(FOLDER / name, "llama")
    if alignment:
        writer.add_custom_alignment(alignment)
    values(writer)
    data = generator.normal(size=(3, 64)).astype(np.float32)
    data[0, :4] = [0.0, -0.0, 3.0e-5, 70000.0]
    data[1, 32:] = 1.0e-7
    writer.add_tensor("f32", data)
    writer.add_tensor("f16", data[:, :7].astype(np.float16))
    for kind in (Kind.BF16, Kind.Q8_0, Kind.Q4_0, Kind.Q4_1):
        writer.add_tensor(kind.name.lower(), gguf.quantize(data, kind), raw_dtype=kind)
    # Every scale that a half can be, with bytes of any kind: also what no quantiser would write.
    for kind, size in ((Kind.Q8_0, 34), (Kind.Q4_0, 18), (Kind.Q4_1, 20)):
        raw = generator.integers(0, 256, (6, size), dtype=np.uint8)
        scales = np.array([0x0001, 0x83FF, 0x7BFF, 0x0400, 0x3C00, 0x8000], dtype=np.uint16)
        raw[:, :2] = scales.view(np.uint8).reshape(6, 2)
        if kind == Kind.Q4_1:
            raw[:, 2:4] = scales[::-1].copy().view(np.uint8).reshape(6, 2)
        writer.add_tensor("any " + kind.name.lower(), raw, raw_dtype=kind)
    writer.add_tensor("i8", np.array([-128, 127], dtype=np.int8))
    writer.add_tensor("i16", np.array([-7, 7], dtype=np.int16))
    writer.add_tensor("i32", np.array([[1], [2]], dtype=np.int32))
    writer.add_tensor("i64", np.array([2**63 - 1], dtype=np.int64))
    writer.add_tensor("f64", np.array([0.1, -1e300]))
    writer.add_tensor("four", np.arange(16, dtype=np.float32).reshape(2, 1, 2, 4))
    writer.add_tensor("q6_k", np.zeros((1, 210), dtype=np.uint8), raw_dtype=Kind.Q6_K)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    if len(sys.argv) == 3:
        save_file(read(sys.argv[1]), sys.argv[2])
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    write("every-type.gguf")
    write("aligned.gguf", alignment=128)
    whole = bytearray((FOLDER / "every-type.gguf").read_bytes())
    whole[4] = 2
    (FOLDER / "version-2.gguf").write_bytes(whole)
    save_file(read(FOLDER / "every-type.gguf"), FOLDER / "every-type.safetensors")


main()
