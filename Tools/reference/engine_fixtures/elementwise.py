"""Groups `unary`, `edges`, `binary` and `comparison`."""

import torch
import torch.nn.functional as F

from .group import Group, dimensions

UNARY = {
    "abs": torch.abs,
    "sign": torch.sign,
    "square": torch.square,
    "sqrt": torch.sqrt,
    "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "silu": F.silu,
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.01),
    "elu": lambda x: F.elu(x, 1.0),
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "softplus": F.softplus,
    "erf": torch.erf,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "round": torch.round,
    "clamp": lambda x: torch.clamp(x, -0.5, 0.7),
    "neg": torch.neg,
}
ATTRIBUTES = {
    "leaky_relu": {"slope": 0.01},
    "elu": {"alpha": 1.0},
    "clamp": {"low": -0.5, "high": 0.7},
}
SHAPES = [[0], [1], [5], [17], [3, 33], [2, 3, 7]]

POSITIVE = {"sqrt", "rsqrt", "log"}
EDGES = [0.0, -0.0, 0.5, -0.5, 0.7, 1.0, -1.0, 1.5, -1.5, 2.5, -2.5, 3.5, 6.0, -6.0]
WIDE = [-1000.0, -100.0, -30.0, -10.0, -5.0, -0.5, 0.5, 5.0, 10.0, 30.0, 100.0, 1000.0]
SATURATING = "tanh sigmoid silu relu leaky_relu elu gelu gelu_tanh softplus erf".split()


def away_from_zero(tensor):
    """Moves values at least 0.3 from zero, each to its own side."""
    return tensor + torch.where(tensor < 0, -0.3, 0.3)


def unary_input(name, shape, generator):
    """Normal values, twice as wide as usual, mapped into the function's domain."""
    x = torch.randn(shape, generator=generator) * 2
    if name in POSITIVE:
        return x.abs() + 0.1
    if name == "log1p":
        return x.abs() - 0.7
    return away_from_zero(x) if name == "reciprocal" else x


def unary():
    group = Group("unary")
    for name, function in UNARY.items():
        for shape in SHAPES:
            case = f"{name}-{dimensions(shape)}"
            x = unary_input(name, shape, group.generator(case))
            group.add(case, name, [x], function, **ATTRIBUTES.get(name, {}))
    return group


def in_domain(name, values):
    """The values at which the function and its derivative are finite."""
    if name in POSITIVE:
        return [value for value in values if value > 0]
    if name == "log1p":
        return [value for value in values if value > -1]
    return [value for value in values if value != 0] if name == "reciprocal" else values


def edges():
    """Kinks, halves and signed zeros; saturation; ties of max and min."""
    group = Group("edges")
    for name, function in UNARY.items():
        x = torch.tensor(in_domain(name, EDGES))
        group.add(f"{name}-edges", name, [x], function, **ATTRIBUTES.get(name, {}))
    for name in SATURATING:
        x = torch.tensor(WIDE)
        group.add(f"{name}-wide", name, [x], UNARY[name], **ATTRIBUTES.get(name, {}))
    a = torch.tensor([1.0, 2.0, 3.0, -1.0, 0.0])
    b = torch.tensor([1.0, 3.0, 2.0, -1.0, -0.0])
    group.add("max-ties", "max", [a, b], torch.maximum)
    group.add("min-ties", "min", [a, b], torch.minimum)
    return group


BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "max": torch.maximum,
    "min": torch.minimum,
    "pow": torch.pow,
}
PAIRS = [
    ([7], [7]),
    ([3, 5], [5]),
    ([3, 1], [1, 4]),
    ([2, 3, 4], [3, 1]),
    ([], [5]),
    ([0, 3], [3]),
    ([33], [1]),
]


def binary():
    group = Group("binary")
    for name, function in BINARY.items():
        for left, right in PAIRS:
            case = f"{name}-{dimensions(left)}-{dimensions(right)}"
            generator = group.generator(case)
            a = torch.randn(left, generator=generator)
            b = torch.randn(right, generator=generator)
            if name == "div":
                b = away_from_zero(b)
            if name == "pow":
                a = a.abs() + 0.2
            group.add(case, name, [a, b], function)
    return group


COMPARISONS = {
    "eq": torch.eq,
    "ne": torch.ne,
    "lt": torch.lt,
    "le": torch.le,
    "gt": torch.gt,
    "ge": torch.ge,
}
TRIPLES = [
    ([7], [7], [7]),
    ([3, 1], [1, 4], []),
    ([2, 3, 4], [3, 1], [4]),
    ([33], [1], [33]),
    ([0, 3], [3], [0, 3]),
    ([3, 5], [], []),
]


def comparison():
    """Small integers, so that equality occurs; a case with NaN; `where` over broadcasts."""
    group = Group("comparison")
    special = torch.tensor([float("nan"), 1.0, float("nan"), 0.0, -0.0, float("inf")])
    other = torch.tensor([float("nan"), float("nan"), 1.0, -0.0, 0.0, float("inf")])
    for name, function in COMPARISONS.items():
        for left, right in PAIRS:
            case = f"{name}-{dimensions(left)}-{dimensions(right)}"
            generator = group.generator(case)
            a = torch.randint(-1, 2, left, generator=generator).float()
            b = torch.randint(-1, 2, right, generator=generator).float()
            group.add(case, name, [a, b], function)
        group.add(f"{name}-special", name, [special, other], function)
    for shapes in TRIPLES:
        case = "where-" + "-".join(dimensions(shape) for shape in shapes)
        generator = group.generator(case)
        condition = torch.rand(shapes[0], generator=generator) < 0.5
        a = torch.randn(shapes[1], generator=generator)
        b = torch.randn(shapes[2], generator=generator)
        group.add(case, "where", [condition, a, b], torch.where)
    return group
