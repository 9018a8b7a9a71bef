"""The 10-64-1 example: Linear, ReLU, Linear; mean squared error; SGD; 1,000 samples.

Prints the seconds of one training step, with batches of 32 and of 1, ready-made and from a
shuffling DataLoader. --compile puts the model through torch.compile first.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from common import arguments, median_seconds, report

SAMPLES = 1000


def main():
    options = arguments(__doc__, compile="measure torch.compile instead of eager")
    x, y = torch.randn(SAMPLES, 10), torch.randn(SAMPLES, 1)
    mode = "compiled" if options.compile else "eager"
    for batch in (32, 1):
        ready = list(zip(x.split(batch), y.split(batch)))
        loader = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)
        for source, batches in (("ready", ready), ("loader", loader)):
            model = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 1))
            seconds = median_seconds(epoch(model, batches, options.compile), steps=len(ready))
            report("mlp_10_64_1", f"batch{batch}-{source}-{mode}", seconds)


def epoch(model, batches, compiled):
    """One pass over the batches, as a function."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    criterion = nn.MSELoss()
    forward = torch.compile(model) if compiled else model

    def run():
        for x, y in batches:
            optimizer.zero_grad()
            criterion(forward(x), y).backward()
            optimizer.step()

    return run


if __name__ == "__main__":
    main()
