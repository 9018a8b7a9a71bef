"""Makes Tests/Fixtures/engine/*.safetensors: forwards and gradients of the engine's operations.

Usage: .bench/python/bin/python Tools/reference/make_engine_fixtures.py [folder]
Tools/reference/README.md describes the files. Float32, one thread, fixed seeds; every case is
checked against float64 while it is made.
"""

import platform
import sys
from pathlib import Path

import numpy
import torch

from engine_fixtures import elementwise, networks, reductions, shapes, training, transformers

GROUPS = [
    elementwise.unary,
    elementwise.edges,
    elementwise.binary,
    elementwise.comparison,
    reductions.reduction,
    reductions.matmul,
    networks.softmax,
    networks.layer_norm,
    networks.linear,
    networks.loss,
    shapes.shape,
    training.training,
    transformers.attention,
    transformers.rms_norm,
    transformers.rotary,
]
LARGEST_TOTAL = 1_600_000


def main():
    root = Path(__file__).resolve().parents[2]
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "Tests/Fixtures/engine"
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    common = {
        "@format": "hindsight-fixtures-1",
        "@torch": torch.__version__,
        "@numpy": numpy.__version__,
        "@python": platform.python_version(),
    }
    total = sum(make().write(folder, common) for make in GROUPS)
    print(f"{'total':12} {total} bytes in {folder}, torch {torch.__version__}")
    if total > LARGEST_TOTAL:
        sys.exit(f"the fixtures exceed {LARGEST_TOTAL} bytes")


if __name__ == "__main__":
    main()
