"""Writes a safetensors file: 8-byte little-endian header length, JSON header, data."""

import json
import struct

import torch

DTYPES = {
    torch.float32: "F32",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.bool: "BOOL",
}


def write(path, tensors, metadata):
    """Writes `tensors` (name to tensor, in order) and `metadata` (strings); returns the bytes."""
    header = {"__metadata__": metadata}
    data = bytearray()
    # 8-byte elements first, so that every tensor lies aligned to its element size.
    ordered = sorted(tensors.items(), key=lambda item: -item[1].element_size())
    for name, tensor in ordered:
        begin = len(data)
        data += tensor.detach().contiguous().numpy().tobytes()
        header[name] = {
            "dtype": DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    content = struct.pack("<Q", len(text)) + text + bytes(data)
    path.write_bytes(content)
    return len(content)
