"""Makes Tests/Fixtures/modelfiles: small files written by the format's own Python library.

Usage: .bench/python/bin/python Tools/reference/make_modelfiles_fixtures.py
Made with Python 3.11.7, safetensors 0.8.0, torch 2.13.0. Two runs give the same bytes.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "modelfiles"


def every_type():
    """A tensor of each type that can be computed with, and some that cannot."""
    halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 6.1e-5, 5.96e-8, float("inf"), float("-inf")]
    brains = [0.0, -0.0, 1.0, -2.5, 3.0e38, 1.2e-38, 9.2e-41, float("inf"), float("-inf")]
    return {
        "float32": torch.tensor([[1.5, -2.25, 3.0e-42], [float("inf"), -0.0, 3.4e38]]),
        "float64": torch.tensor([0.1, -1.0e300], dtype=torch.float64),
        "float16": torch.tensor(halves, dtype=torch.float16),
        "bfloat16": torch.tensor(brains, dtype=torch.bfloat16),
        "int64": torch.tensor([[-(2**63), 2**63 - 1]]),
        "int32": torch.tensor([-(2**31), 0, 2**31 - 1], dtype=torch.int32),
        "int16": torch.tensor([-7, 7], dtype=torch.int16),
        "uint8": torch.tensor([0, 1, 255], dtype=torch.uint8),
        "bool": torch.tensor([[True], [False], [True]]),
        "scalar": torch.tensor(4.5),
        "empty": torch.zeros(3, 0, 2),
        "name with \"quotes\" and é": torch.tensor([1.0]),
    }


def write_shards():
    parts = [
        {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.tensor([1.0, 2.0])},
        {"b.weight": torch.arange(4.0).to(torch.bfloat16)},
    ]
    map = {}
    for number, part in enumerate(parts, 1):
        name = f"model-{number:05}-of-{len(parts):05}.safetensors"
        save_file(part, FOLDER / "sharded" / name, metadata={"format": "pt"})
        map |= {key: name for key in part}
    index = {"metadata": {"total_size": 40}, "weight_map": dict(sorted(map.items()))}
    (FOLDER / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index, indent=2))
    (FOLDER / "sharded" / "config.json").write_text('{"model_type": "tiny", "hidden_size": "abc"}\n')


def main():
    (FOLDER / "sharded").mkdir(parents=True, exist_ok=True)
    tensors = every_type()
    save_file(tensors, FOLDER / "every-type.safetensors", metadata={"format": "pt"})
    del tensors["int16"]
    save_file(tensors, FOLDER / "writable.safetensors", metadata={"format": "pt"})
    write_shards()


main()
