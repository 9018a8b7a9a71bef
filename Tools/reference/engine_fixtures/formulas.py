"""Optimizers that PyTorch does not have, from their papers' formulas."""

import torch
from torch.optim import Optimizer


class Lion(Optimizer):
    """Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2."""

    def __init__(self, params, lr, betas, weight_decay):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.sign(beta1 * m + (1 - beta1) * p.grad)
                p.sub_(group["lr"] * (update + group["weight_decay"] * p))
                m.copy_(beta2 * m + (1 - beta2) * p.grad)


class ScheduleFreeAdamW(Optimizer):
    """Defazio et al. 2024, "The Road Less Scheduled", algorithm 1, kept as y, z and x apart.

    Weight decay is taken at y. Each z counts in the average as the square of the largest learning rate.
    """

    def __init__(self, params, lr, betas, weight_decay, eps=1e-8):
        super().__init__(
            params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "eps": eps})
        self.count, self.weights = 0, 0.0

    @torch.no_grad()
    def step(self):
        self.count += 1
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            weight = group["lr"] ** 2
            self.weights += weight
            c = weight / self.weights
            for y in group["params"]:
                state = self.state[y]
                if not state:
                    state |= {"x": y.clone(), "z": y.clone(), "v": torch.zeros_like(y)}
                x, z, v = state["x"], state["z"], state["v"]
                v.copy_(beta2 * v + (1 - beta2) * y.grad * y.grad)
                denominator = (v / (1 - beta2**self.count)).sqrt() + group["eps"]
                z.sub_(group["lr"] * (y.grad / denominator + group["weight_decay"] * y))
                x.copy_((1 - c) * x + c * z)
                y.copy_((1 - beta1) * z + beta1 * x)

    def averages(self):
        """What is to predict."""
        return [self.state[p]["x"] for group in self.param_groups for p in group["params"]]
