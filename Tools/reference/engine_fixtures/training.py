"""Group `training`: twenty full-batch steps of one small network under several optimizers."""

import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD, Adafactor, Adam, AdamW, RMSprop

from .formulas import Lion, ScheduleFreeAdamW
from .group import Group, relative_error

STEPS = 20
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": "0.00000001"}
RUNS = {
    "sgd": (lambda p: SGD(p, lr=0.1), {"optimizer": "sgd", "learning_rate": 0.1}),
    "sgd-nesterov": (
        lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3),
        {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": True,
         "weight_decay": 0.001},
    ),
    "adam": (
        lambda p: Adam(p, lr=1e-2),
        {"optimizer": "adam", "learning_rate": 0.01, **ADAM, "weight_decay": 0.0},
    ),
    "adamw": (
        lambda p: AdamW(p, lr=1e-2, weight_decay=0.05),
        {"optimizer": "adamw", "learning_rate": 0.01, **ADAM, "weight_decay": 0.05},
    ),
    "rmsprop": (
        lambda p: RMSprop(p, lr=1e-2, weight_decay=1e-3),
        {"optimizer": "rmsprop", "learning_rate": 0.01, "momentum": 0.0, "weight_decay": 0.001},
    ),
    "rmsprop-momentum": (
        lambda p: RMSprop(p, lr=2e-3, alpha=0.9, momentum=0.8),
        {"optimizer": "rmsprop", "learning_rate": 0.002, "smoothing": 0.9, "momentum": 0.8,
         "weight_decay": 0.0},
    ),
    "adafactor": (
        lambda p: Adafactor(p, lr=5e-2, weight_decay=1e-2),
        {"optimizer": "adafactor", "learning_rate": 0.05, "weight_decay": 0.01},
    ),
    "lion": (
        lambda p: Lion(p, lr=3e-3, betas=(0.9, 0.99), weight_decay=0.1),
        {"optimizer": "lion", "learning_rate": 0.003, "weight_decay": 0.1},
    ),
    "schedule-free": (
        lambda p: ScheduleFreeAdamW(p, lr=1e-2, betas=(0.9, 0.999), weight_decay=0.05),
        {"optimizer": "schedule-free", "learning_rate": 0.01, "weight_decay": 0.05},
    ),
    "adamw-clipped": (
        lambda p: AdamW(p, lr=1e-2, weight_decay=0.05),
        {"optimizer": "adamw", "learning_rate": 0.01, **ADAM, "weight_decay": 0.05,
         "clip_norm": 0.5},
    ),
}


def network():
    """10-16-8-3, tanh then relu; weights twice the usual, so that some gradients need clipping."""
    torch.manual_seed(7)
    layers = nn.Linear(10, 16), nn.Tanh(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3)
    network = nn.Sequential(*layers)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(2)
    return network


def train(network, x, y, optimizer, clip_norm):
    """The loss before each step, the global gradient norm before clipping, the last weights."""
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(network(x), y)
        loss.backward()
        limit = float("inf") if clip_norm is None else clip_norm
        norms.append(nn.utils.clip_grad_norm_(network.parameters(), limit).detach())
        optimizer.step()
        losses.append(loss.detach())
    result = {"losses": torch.stack(losses), "norms": torch.stack(norms)}
    if hasattr(optimizer, "averages"):
        named = enumerate(optimizer.averages())
        result |= {f"average{index}": tensor.clone() for index, tensor in named}
    return result | parameters(network)


def parameters(network):
    named = enumerate(network.parameters())
    return {f"parameter{index}": tensor.detach().clone() for index, tensor in named}


def training():
    group = Group("training")
    generator = group.generator("data")
    x = torch.randn([12, 10], generator=generator)
    y = torch.randint(0, 3, [12], generator=generator)
    start = network()
    group.record("start", "mlp", {"layers": [10, 16, 8, 3], "activations": "tanh,relu"},
                 {"x": x, "y": y} | parameters(start))
    for case, (make, attributes) in RUNS.items():
        clip_norm = attributes.get("clip_norm")
        single, double = copy.deepcopy(start), copy.deepcopy(start).double()
        tensors = train(single, x, y, make(single.parameters()), clip_norm)
        reference = train(double, x.double(), y, make(double.parameters()), clip_norm)
        for name, tensor in tensors.items():
            group.note(relative_error(tensor, reference[name]), f"{case}/{name}")
        if clip_norm is not None:
            clipped = (tensors["norms"] > clip_norm).sum().item()
            assert 0 < clipped < STEPS, f"{clipped} of {STEPS} steps are clipped"
        group.record(case, "train", {**attributes, "steps": STEPS}, tensors)
    return group
