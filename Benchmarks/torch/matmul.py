"""Float32 matrix products, M x K x N, with the right operand stored [K, N] (nn) or [N, K] (nt).

The plain variants are torch.mm, which is MKL on x86; MKL takes its AVX2 kernels on AMD processors
even where they have AVX-512. The onednn variants are the oneDNN inside PyTorch, which torch.mm does
not use for float32; "packed" has the right operand reordered beforehand. Operands are reused, so
those that fit a cache stay in it.
"""

import torch

from common import arguments, median_seconds, report

SHAPES = [
    (32, 64, 64),
    (256, 256, 256),
    (1024, 1024, 1024),
    (2048, 384, 384),
    (2048, 384, 1536),
    (1024, 768, 3072),
]
SKINNY = [(rows, *weight) for weight in ((576, 1536), (768, 3072)) for rows in (1, 2, 4, 8, 16, 32)]


def onednn(a, weight):
    """a times the transpose of `weight` through oneDNN; an operation PyTorch keeps for itself."""
    return torch.ops.mkldnn._linear_pointwise(a, weight, None, "none", [], "")


def has_onednn():
    try:
        onednn(torch.ones(1, 1), torch.ones(1, 1))
    except (AttributeError, NotImplementedError, RuntimeError):
        return False
    return True


def measure(shape, variant, work):
    m, k, n = shape
    seconds = median_seconds(work)
    gflops = round(2e-9 * m * k * n / seconds, 1)
    report("matmul", f"{m}x{k}x{n}-{variant}", seconds, gflops=gflops)


def main():
    arguments(__doc__)
    with_onednn = has_onednn()
    for shape in SHAPES + SKINNY:
        m, k, n = shape
        a, out = torch.randn(m, k), torch.empty(m, n)
        for layout in ("nn", "nt"):
            b = torch.randn(k, n) if layout == "nn" else torch.randn(n, k).t()
            measure(shape, layout, lambda: torch.mm(a, b, out=out))
            if with_onednn:
                measure(shape, f"{layout}-onednn", lambda: onednn(a, b.t()))
        if with_onednn:
            packed = torch.ops.mkldnn._reorder_linear_weight(torch.randn(n, k), m)
            measure(shape, "packed-onednn", lambda: onednn(a, packed))


if __name__ == "__main__":
    main()
