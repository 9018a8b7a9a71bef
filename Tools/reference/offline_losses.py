"""Writes Tests/Fixtures/offline/losses.json: losses of learning from logged data by PyTorch in float64.

    .bench/python/bin/python Tools/reference/offline_losses.py

Every loss is written from its paper's formula with torch.distributions where there is one, so that the
library's closed forms are compared with something else: the expectile loss of IQL (Kostrikov et al. 2022,
equation 5), the weights of advantage-weighted imitation (exp(A/λ), cut off), the squashed normal
log-likelihood of behaviour cloning, the conservative gap with Cal-QL's lower bound (Nakamoto et al. 2023),
and KL(start || policy) of categorical and normal policies. Gradients come from autograd.
"""

import json
import pathlib

import torch
from torch import distributions as D

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    """A tensor as nested lists of what float32 holds."""
    return tensor.detach().to(torch.float32).tolist()


def single(*shape, scale=1.0):
    """Random numbers that float32 holds exactly."""
    return (torch.randn(*shape) * scale).to(torch.float32).to(torch.float64)


def expectile():
    u = single(9, 1, scale=2).requires_grad_()
    tau = 0.8
    loss = (torch.where(u < 0, 1 - tau, tau) * u**2).mean()
    loss.backward()
    return {"differences": numbers(u), "expectile": tau, "loss": loss.item(), "gradient": numbers(u.grad)}


def weights():
    a = single(8, 1, scale=3)
    scale, largest = 0.5, 20.0
    return {
        "advantages": numbers(a), "scale": scale, "largest": largest,
        "weights": numbers(torch.exp(a / scale).clamp(max=largest)),
    }


def squashed():
    mean, log_deviation = single(6, 2).requires_grad_(), (single(6, 2) * 0.5).detach().requires_grad_()
    actions = torch.tanh(single(6, 2)).to(torch.float32).to(torch.float64)
    actions[0, 0], actions[1, 1] = 1.0, -1.0
    inner = actions.clamp(-0.999, 0.999)
    law = D.TransformedDistribution(
        D.Normal(mean, log_deviation.exp()), [D.transforms.TanhTransform()])
    rows = law.log_prob(inner).sum(1)
    rows.mean().neg().backward()
    return {
        "mean": numbers(mean), "log_deviation": numbers(log_deviation), "actions": numbers(actions),
        "log_probabilities": numbers(rows), "loss": -rows.mean().item(),
        "mean_gradient": numbers(mean.grad), "deviation_gradient": numbers(log_deviation.grad),
    }


def conservative(calibrated):
    logged, chance, own = (
        single(5, 1).requires_grad_(), single(5, 3).requires_grad_(), single(5, 4).requires_grad_())
    log_probabilities, bounds = single(5, 4), single(5, 1)
    values = torch.maximum(own, bounds) if calibrated else own
    every = torch.cat([chance, values - log_probabilities], 1)
    gap = torch.logsumexp(every, 1, keepdim=True) - logged
    gap.mean().backward()
    return {
        "logged": numbers(logged), "chance": numbers(chance), "own": numbers(own),
        "own_log_probabilities": numbers(log_probabilities), "bounds": numbers(bounds),
        "gap": numbers(gap), "loss": gap.mean().item(), "logged_gradient": numbers(logged.grad),
        "chance_gradient": numbers(chance.grad), "own_gradient": numbers(own.grad),
    }


def divergence():
    start, now = single(4, 3), single(4, 3)
    rows = D.kl_divergence(D.Categorical(logits=start), D.Categorical(logits=now))
    s0, s1 = single(3) * 0.3, single(3) * 0.3
    normal = D.kl_divergence(D.Normal(start, s0.exp()), D.Normal(now, s1.exp())).sum(1)
    return {
        "start": numbers(start), "now": numbers(now), "categorical": numbers(rows),
        "start_log_deviation": numbers(s0), "now_log_deviation": numbers(s1), "normal": numbers(normal),
    }


if __name__ == "__main__":
    path = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/offline/losses.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "torch": torch.__version__, "expectile": expectile(), "weights": weights(),
        "squashed": squashed(), "conservative": conservative(False),
        "calibrated": conservative(True), "divergence": divergence(),
    }
    path.write_text(json.dumps(document, indent=1) + "\n")
