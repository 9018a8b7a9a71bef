"""Groups `reduction` and `matmul`."""

from itertools import combinations

import numpy
import torch

from .group import Group, dimensions


def prod(x, axes, keepdim):
    """torch.prod takes one axis: go through them from the last to the first."""
    for axis in sorted(axes, reverse=True):
        x = torch.prod(x, axis, keepdim=keepdim)
    return x


REDUCTIONS = {
    "sum": lambda x, axes, keepdim: torch.sum(x, axes, keepdim=keepdim),
    "mean": lambda x, axes, keepdim: torch.mean(x, axes, keepdim=keepdim),
    "max": lambda x, axes, keepdim: torch.amax(x, axes, keepdim=keepdim),
    "min": lambda x, axes, keepdim: torch.amin(x, axes, keepdim=keepdim),
    "prod": prod,
    "logsumexp": lambda x, axes, keepdim: torch.logsumexp(x, axes, keepdim=keepdim),
}
SHAPES = [[4], [3, 5], [2, 3, 4], [1, 17, 3]]


def variance(correction):
    return lambda x, axes, keepdim: torch.var(x, axes, correction=correction, keepdim=keepdim)


def reduce(group, op, function, x, axes, keepdim, label="", **attributes):
    """One reduction case; `function` takes (x, axes, keepdim)."""
    kept = "-keepdim" if keepdim else ""
    listed = "".join(map(str, axes))
    case = f"{op}{label}-{dimensions(x.shape)}-axes{listed}{kept}"
    attributes = {"axes": axes, "keepdim": keepdim, **attributes}
    group.add(case, op, [x], lambda x: function(x, axes, keepdim), **attributes)


def axis_sets(rank):
    """Every single axis, every pair, and all axes."""
    sizes = sorted({1, min(2, rank), rank})
    return [list(axes) for size in sizes for axes in combinations(range(rank), size)]


def over_shapes(group):
    for shape in SHAPES:
        x = torch.randn(shape, generator=group.generator(dimensions(shape)))
        for axes in axis_sets(len(shape)):
            count = int(numpy.prod([shape[axis] for axis in axes]))
            for keepdim in (False, True):
                for op, function in REDUCTIONS.items():
                    reduce(group, op, function, x, axes, keepdim)
                for correction in (0, 1):
                    if count > correction:
                        label = "" if correction else "-population"
                        attributes = {"label": label, "correction": correction}
                        function = variance(correction)
                        reduce(group, "var", function, x, axes, keepdim, **attributes)


def ties_and_zeros(group):
    """Shared gradients of equal extremes, zeros in a product, and empty axes."""
    ties = torch.tensor([[1.0, 3.0, 3.0, -2.0], [3.0, 1.0, -2.0, -2.0]])
    zeros = torch.tensor([[1.5, 0.0, 2.0], [0.0, 3.0, 0.0], [2.0, -1.0, 0.5]])
    for axes in ([0], [1], [0, 1]):
        reduce(group, "max", REDUCTIONS["max"], ties, axes, False, label="-ties")
        reduce(group, "min", REDUCTIONS["min"], ties, axes, False, label="-ties")
    for axes in ([0], [1]):
        reduce(group, "prod", prod, zeros, axes, False, label="-zeros")
        for op in ("sum", "prod"):
            reduce(group, op, REDUCTIONS[op], torch.zeros(0, 3), axes, False)


def positions(group):
    """argmax and argmin; among equals the first, which NumPy promises."""
    for shape in SHAPES:
        for op in ("argmax", "argmin"):
            for axis in range(len(shape)):
                for label in ("", "-ties"):
                    for keepdim in (False, True):
                        position(group, op, shape, axis, label, keepdim)


def position(group, op, shape, axis, label, keepdim):
    case = f"{op}{label}-{dimensions(shape)}-axis{axis}" + ("-keepdim" if keepdim else "")
    generator = group.generator(case)
    x = torch.randint(0, 3, shape, generator=generator).float()
    x = x if label else torch.randn(shape, generator=generator)
    first = torch.as_tensor(getattr(numpy, op)(x.numpy(), axis, keepdims=keepdim))
    function = getattr(torch, op)
    assert torch.equal(function(x, axis, keepdim=keepdim), first), case
    group.add(case, op, [x], lambda x: function(x.detach(), axis, keepdim=keepdim),
              axis=axis, keepdim=keepdim)


def reduction():
    group = Group("reduction")
    over_shapes(group)
    ties_and_zeros(group)
    positions(group)
    return group


# (M, K, N): one, odd, skinny, longer than a register block, longer than a vector.
SIZES = [
    (1, 1, 1),
    (3, 5, 7),
    (5, 1, 3),
    (1, 7, 5),
    (17, 33, 9),
    (2, 64, 3),
    (9, 70, 11),
    (13, 4, 37),
]
EMPTY = [(3, 0, 4), (0, 3, 4), (3, 4, 0), (1, 0, 1)]
BATCHES = [
    ([2, 3, 4, 5], [2, 3, 5, 6]),
    ([4, 5, 6], [6, 7]),
    ([5, 6], [4, 6, 7]),
    ([1, 3, 4, 5], [2, 1, 5, 6]),
    ([3, 4, 5], [1, 5, 2]),
    ([0, 4, 5], [5, 2]),
    ([5], [5, 3]),
    ([3, 5], [5]),
    ([5], [5]),
    ([5], [2, 5, 3]),
    ([2, 3, 5], [5]),
]


def multiply(group, case, a, b, transpose_a, transpose_b):
    """One case: `a` and `b` are stored as they are given, transposed where the flag says so."""
    generator = group.generator(case)
    inputs = [torch.randn(a, generator=generator), torch.randn(b, generator=generator)]

    def function(a, b):
        return torch.matmul(a.mT if transpose_a else a, b.mT if transpose_b else b)

    group.add(case, "matmul", inputs, function, transpose_a=transpose_a, transpose_b=transpose_b)


def matmul():
    group = Group("matmul")
    for m, k, n in SIZES + EMPTY:
        for layout in ("nn", "nt", "tn", "tt"):
            a = [k, m] if layout[0] == "t" else [m, k]
            b = [n, k] if layout[1] == "t" else [k, n]
            multiply(group, f"{m}x{k}x{n}-{layout}", a, b, layout[0] == "t", layout[1] == "t")
    for a, b in BATCHES:
        multiply(group, f"{dimensions(a)}-{dimensions(b)}", a, b, False, False)
    multiply(group, "batched-nt", [2, 3, 4, 5], [2, 3, 6, 5], False, True)
    multiply(group, "batched-tn", [2, 3, 5, 4], [2, 3, 5, 6], True, False)
    multiply(group, "shared-nt", [4, 5, 6], [7, 6], False, True)
    return group
