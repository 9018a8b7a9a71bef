"""A 30-256-256-15 network with ReLU, batch 256, cross-entropy: forward, backward, Adam."""

import torch
from torch import nn

from common import arguments, median_seconds, report


def main():
    arguments(__doc__)
    x, y = torch.randn(256, 30), torch.randint(0, 15, (256,))
    for variant, settings in (("adam", {}), ("adam-fused", {"fused": True})):
        layers = nn.Linear(30, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 15)
        model = nn.Sequential(*layers)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **settings)
        criterion = nn.CrossEntropyLoss()

        def step():
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()

        report("mlp_30_256_256_15", variant, median_seconds(step))


if __name__ == "__main__":
    main()
