"""A group of cases: runs each in float32, checks it against float64, and collects its tensors."""

import zlib

import torch

from . import container

# The tests ask for 1e-5 of the largest reference value; the reference itself must be well inside.
REFERENCE_TOLERANCE = 4e-6


def attribute(value):
    """Encodes an attribute: true/false, a decimal number, or numbers joined by commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(attribute(item) for item in value)
    return str(value)


def relative_error(value, reference):
    """max|value - reference| / max|reference|; infinities and NaN must agree in place."""
    value, reference = value.double(), reference.double()
    finite = torch.isfinite(reference)
    assert torch.equal(torch.isfinite(value), finite)
    assert torch.equal(value[~finite].nan_to_num(0), reference[~finite].nan_to_num(0))
    if not finite.any():
        return 0.0
    difference = (value - reference)[finite].abs().max().item()
    scale = reference[finite].abs().max().item()
    return difference / scale if scale > 0 else difference


class Group:
    """Cases that go into one file."""

    def __init__(self, name):
        self.name = name
        self.cases = {}
        self.tensors = {}
        self.worst = (0.0, "-")

    def generator(self, case):
        """The random generator of one case: adding a case leaves the others as they are."""
        return torch.Generator().manual_seed(zlib.crc32(f"{self.name}/{case}".encode()))

    def note(self, error, where):
        """Keeps the largest deviation from float64, and refuses one that is too large."""
        assert error <= REFERENCE_TOLERANCE, f"{self.name}/{where}: float32 is off by {error:.1e}"
        self.worst = max(self.worst, (error, where))

    def record(self, case, op, attributes, tensors):
        """Adds a case made elsewhere: its operation, attributes and tensors by name."""
        assert case not in self.cases and "/" not in case, case
        pairs = [("op", op), *attributes.items()]
        self.cases[case] = " ".join(f"{key}={attribute(value)}" for key, value in pairs)
        self.tensors.update({f"{case}/{name}": tensor for name, tensor in tensors.items()})

    def add(self, case, op, inputs, function, gradients=True, **attributes):
        """Runs `function` on `inputs`; records inputs, outputs, weights and gradients.

        A function with several outputs returns a tuple. A floating output gets a random weight
        tensor of its shape; the gradients are those of the sum of output * weight over outputs.
        With `gradients` false only the forward is recorded.
        """
        generator = self.generator(case + "/weight")
        single = evaluate(function, inputs, torch.float32, generator, gradients)
        generator = self.generator(case + "/weight")
        double = evaluate(function, inputs, torch.float64, generator, gradients)
        for name, tensor in single.items():
            if tensor.is_floating_point():
                self.note(relative_error(tensor, double[name]), f"{case}/{name}")
            else:
                assert torch.equal(tensor, double[name]), f"{self.name}/{case}/{name}"
        named = {f"input{index}": tensor for index, tensor in enumerate(inputs)}
        self.record(case, op, attributes, named | single)

    def write(self, folder, common):
        """Writes the group's file and prints its line; returns the bytes."""
        metadata = {**common, "@group": self.name, "@cases": str(len(self.cases)), **self.cases}
        size = container.write(folder / f"{self.name}.safetensors", self.tensors, metadata)
        error, where = self.worst
        print(
            f"{self.name:12} {len(self.cases):4} cases {len(self.tensors):5} tensors "
            f"{size:8} bytes   float32 against float64: {error:.1e} ({where})"
        )
        return size


def leaf(tensor, dtype, gradients):
    if not tensor.is_floating_point():
        return tensor
    return tensor.detach().to(dtype).clone().requires_grad_(gradients)


def evaluate(function, inputs, dtype, generator, gradients):
    """Outputs, weights and gradients of one run, by name, float tensors of `dtype`."""
    leaves = [leaf(tensor, dtype, gradients) for tensor in inputs]
    outputs = function(*leaves)
    several = isinstance(outputs, tuple)
    result, objective = {}, None
    for index, output in enumerate(outputs if several else (outputs,)):
        suffix = str(index) if several else ""
        result["output" + suffix] = output.detach()
        if output.requires_grad:
            weight = torch.randn(output.shape, generator=generator)
            result["weight" + suffix] = weight
            term = (output * weight.to(dtype)).sum()
            objective = term if objective is None else objective + term
    if objective is not None:
        objective.backward()
        for index, tensor in enumerate(leaves):
            if tensor.is_floating_point():
                zero = torch.zeros_like(tensor)
                result[f"grad{index}"] = zero if tensor.grad is None else tensor.grad
    return result


def dimensions(shape):
    """A shape as part of a case's name: 2x3x7, or scalar."""
    return "x".join(map(str, shape)) if shape else "scalar"
