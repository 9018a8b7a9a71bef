"""Operations that memory bandwidth bounds: dropout, GELU, softmax cross-entropy, AdamW."""

import torch
import torch.nn.functional as F

from common import arguments, median_seconds, report

ROWS = ((2048, 1536), (8192, 1536))
LOGITS = (4096, 50257)


def dropout(shape):
    """Training mode, p = 0.1, forward and backward."""
    x = torch.randn(shape, requires_grad=True)
    gradient = torch.randn(shape)

    def both():
        torch.autograd.grad(F.dropout(x, 0.1, training=True), x, gradient)

    report("dropout", f"{shape[0]}x{shape[1]}-forward-backward", median_seconds(both))


def gelu(shape):
    """The exact (erf) form: forward without a graph, and forward with backward."""
    x = torch.randn(shape)
    gradient = torch.randn(shape)
    seconds = median_seconds(lambda: F.gelu(x))
    report("gelu", f"{shape[0]}x{shape[1]}-forward", seconds)
    x.requires_grad_()
    seconds = median_seconds(lambda: torch.autograd.grad(F.gelu(x), x, gradient))
    report("gelu", f"{shape[0]}x{shape[1]}-forward-backward", seconds)


def cross_entropy():
    """Mean softmax cross-entropy over class indices."""
    logits = torch.randn(LOGITS)
    target = torch.randint(0, LOGITS[1], LOGITS[:1])
    seconds = median_seconds(lambda: F.cross_entropy(logits, target), runs=7)
    report("cross_entropy", f"{LOGITS[0]}x{LOGITS[1]}-forward", seconds, runs=7)
    logits.requires_grad_()

    def both():
        torch.autograd.grad(F.cross_entropy(logits, target), logits)

    seconds = median_seconds(both, runs=7)
    report("cross_entropy", f"{LOGITS[0]}x{LOGITS[1]}-forward-backward", seconds, runs=7)


def minilm_shapes():
    """The 103 tensors of a 6-layer, 384-wide MiniLM: 22.7 million parameters."""
    norm = [(384,), (384,)]
    attention = [(384, 384), (384,)] * 4 + norm
    feed_forward = [(1536, 384), (1536,), (384, 1536), (384,)] + norm
    embeddings = [(30522, 384), (512, 384), (2, 384)] + norm
    return embeddings + (attention + feed_forward) * 6 + [(384, 384), (384,)]


def adamw():
    """One optimizer step with gradients in place: PyTorch's choice, foreach, and fused."""
    choices = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    for variant, settings in choices.items():
        parameters = [torch.randn(shape).requires_grad_() for shape in minilm_shapes()]
        for parameter in parameters:
            parameter.grad = torch.randn_like(parameter)
        count = sum(parameter.numel() for parameter in parameters)
        optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01, **settings)
        report("adamw", f"minilm-{variant}", median_seconds(optimizer.step), parameters=count)


def main():
    arguments(__doc__)
    for shape in ROWS:
        dropout(shape)
        gelu(shape)
    adamw()
    cross_entropy()


if __name__ == "__main__":
    main()
