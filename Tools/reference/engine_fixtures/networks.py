"""Groups `softmax`, `layer_norm`, `linear` and `loss`."""

import torch
import torch.nn.functional as F

from .group import Group, dimensions

SOFTMAX = {
    "softmax": lambda x, axis: torch.softmax(x, axis),
    "log_softmax": lambda x, axis: torch.log_softmax(x, axis),
    "logsumexp": lambda x, axis: torch.logsumexp(x, axis),
}
AXES = [
    ([7], 0),
    ([3, 7], 1),
    ([3, 7], 0),
    ([4, 33], 1),
    ([2, 5, 3], 1),
    ([2, 5, 3], 2),
    ([2, 3, 4, 5], 2),
    ([3, 1], 1),
    ([0, 4], 1),
    ([2, 130], 1),
]
# Values are normal * scale + offset; with a label, the two largest of a slice lie 0.5 apart, since
# the gradient of a saturated softmax is lost in rounding and would compare noise.
MAGNITUDES = {"": (1, 0), "-wide": (50, 0), "-large": (5, 1000), "-negative": (5, -1000)}


def softmax_input(shape, axis, label, generator):
    scale, offset = MAGNITUDES[label]
    x = torch.randn(shape, generator=generator) * scale + offset
    if not label or shape[axis] < 2:
        return x
    largest = x.topk(2, axis)
    second = largest.indices.narrow(axis, 1, 1)
    return x.scatter(axis, second, largest.values.narrow(axis, 0, 1) - 0.5)


def attributes(op, label, axis):
    """logsumexp is a reduction; far from zero its result has no digits left for a gradient."""
    if op != "logsumexp":
        return {"axis": axis}
    return {"gradients": not label, "axes": [axis], "keepdim": False}


def softmax():
    group = Group("softmax")
    for op, function in SOFTMAX.items():
        for shape, axis in AXES:
            for label in MAGNITUDES:
                case = f"{op}-{dimensions(shape)}-axis{axis}{label}"
                x = softmax_input(shape, axis, label, group.generator(case))
                group.add(case, op, [x], lambda x: function(x, axis), **attributes(op, label, axis))
    masked = torch.randn([3, 9], generator=group.generator("masked"))
    masked[0, 2:] = -float("inf")
    masked[1, ::2] = -float("inf")
    group.add("softmax-masked", "softmax", [masked], lambda x: torch.softmax(x, 1), axis=1)
    return group


def layer_norm():
    """input0 [..., width], with affine input1 (scale) and input2 (shift), both [width]."""
    group = Group("layer_norm")
    for width in (5, 16, 33, 384):
        for lead in ([3], [2, 2])[: 1 if width > 100 else 2]:
            for label, offset in (("", 0), ("-offset", 4)):
                shape = lead + [width]
                generator = group.generator(f"{dimensions(shape)}{label}")
                x = torch.randn(shape, generator=generator) + offset
                scale = torch.randn([width], generator=generator) + 1
                shift = torch.randn([width], generator=generator)
                for affine in (False, True):
                    case = f"{dimensions(shape)}{label}" + ("-affine" if affine else "")
                    inputs = [x, scale, shift] if affine else [x]
                    group.add(case, "layer_norm", inputs,
                              lambda x, *affine: F.layer_norm(x, [width], *affine, eps=1e-5),
                              epsilon="0.00001", affine=affine)
    return group


ACTIVATIONS = {
    "none": lambda x: x,
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "silu": F.silu,
}


def linear():
    """input0 x [..., in], input1 weight [out, in], input2 bias [out] where there is one."""
    group = Group("linear")
    for activation, function in ACTIVATIONS.items():
        for shape, width in (([5, 7], 3), ([2, 3, 17], 33), ([1, 10], 64), ([0, 4], 5)):
            for bias in (True, False)[: 2 if activation in ("none", "gelu") else 1]:
                case = f"{activation}-{dimensions(shape)}-{width}" + ("" if bias else "-unbiased")
                generator = group.generator(case)
                inputs = [
                    torch.randn(shape, generator=generator),
                    torch.randn([width, shape[-1]], generator=generator) / shape[-1] ** 0.5,
                    torch.randn([width], generator=generator),
                ]
                group.add(case, "linear", inputs if bias else inputs[:2],
                          lambda *tensors: function(F.linear(*tensors)),
                          activation=activation, bias=bias)
    return group


REDUCTIONS = ("mean", "sum", "none")


def pointwise(group):
    """mse, l1, huber and smooth_l1; one element has prediction = target."""
    losses = {
        "mse": (F.mse_loss, {}),
        "l1": (F.l1_loss, {}),
        "huber": (F.huber_loss, {"delta": 0.7}),
        "smooth_l1": (F.smooth_l1_loss, {"beta": 0.5}),
    }
    for op, (function, attributes) in losses.items():
        for shape in ([1], [5], [4, 3], [2, 3, 17]):
            for reduction in REDUCTIONS:
                case = f"{op}-{dimensions(shape)}-{reduction}"
                generator = group.generator(case)
                target = torch.randn(shape, generator=generator)
                prediction = torch.randn(shape, generator=generator)
                if prediction.numel() > 1:
                    prediction.view(-1)[1] = target.view(-1)[1]
                group.add(case, op, [prediction, target],
                          lambda p, t: function(p, t, reduction=reduction, **attributes),
                          reduction=reduction, **attributes)


def cross_entropy(group):
    """input0 logits [batch, classes], input1 class indices [batch]."""
    options = {
        "": {},
        "-smoothing": {"label_smoothing": 0.1},
        "-ignoring": {"ignore_index": -100},
        "-both": {"label_smoothing": 0.1, "ignore_index": 2},
    }
    for shape in ([1, 3], [6, 5], [7, 33], [3, 301]):
        for label, attributes in options.items():
            ignored = attributes.get("ignore_index")
            if ignored is not None and shape[0] < 6:
                continue
            for reduction in REDUCTIONS:
                case = f"cross_entropy-{dimensions(shape)}-{reduction}{label}"
                generator = group.generator(case)
                logits = torch.randn(shape, generator=generator) * (3 if shape[0] > 1 else 1)
                target = torch.randint(0, shape[1], shape[:1], generator=generator)
                if ignored is not None:
                    target[[1, 4]] = ignored
                group.add(case, "cross_entropy", [logits, target],
                          lambda x, t: F.cross_entropy(x, t, reduction=reduction, **attributes),
                          reduction=reduction, **attributes)
    logits = torch.tensor([[1000.0, 0.0, -1000.0], [-50.0, 80.0, 79.0]])
    group.add("cross_entropy-large", "cross_entropy", [logits, torch.tensor([1, 2])],
              F.cross_entropy, reduction="mean")


def binary_cross_entropy(group):
    """input0 logits, input1 targets in 0 ... 1 (the first two exactly 0 and 1)."""
    function = F.binary_cross_entropy_with_logits
    for shape in ([1], [5], [4, 3], [2, 3, 17]):
        for reduction in REDUCTIONS:
            case = f"binary_cross_entropy_with_logits-{dimensions(shape)}-{reduction}"
            generator = group.generator(case)
            logits = torch.randn(shape, generator=generator) * 3
            target = torch.rand(shape, generator=generator)
            target.view(-1)[:2] = torch.tensor([0.0, 1.0])[: target.numel()]
            group.add(case, "binary_cross_entropy_with_logits", [logits, target],
                      lambda x, t: function(x, t, reduction=reduction), reduction=reduction)
    logits = torch.tensor([200.0, -200.0, 200.0, -200.0, 0.0])
    target = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5])
    group.add("binary_cross_entropy_with_logits-large", "binary_cross_entropy_with_logits",
              [logits, target], function, reduction="mean")


def loss():
    group = Group("loss")
    pointwise(group)
    cross_entropy(group)
    binary_cross_entropy(group)
    return group
