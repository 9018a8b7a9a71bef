"""The peer of Benchmarks/Sources/Transferability: the same scores by NumPy and SciPy in float64.

Usage: python Benchmarks/torch/transferability.py --prepare FOLDER
       python Benchmarks/torch/transferability.py FOLDER [RUNS]

--prepare writes features.f32 [10000, 384], labels.i32 (10 classes) and source.f32 [10000, 100] with a
variance that falls from direction to direction as that of text embeddings does. Needs numpy and scipy
(OPENBLAS_NUM_THREADS is what the library's threads are). Written as one writes it in NumPy when it
should be fast: Gram matrices and `eigh` instead of singular values, products instead of loops,
neighbours by products and `argpartition`, SciPy's L-BFGS-B for the linear probe.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np  # noqa: E402: reads the environment
import scipy.linalg  # noqa: E402
from scipy import optimize, special  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tools/reference"))
import transferability as reference  # noqa: E402

ROWS, COLUMNS, CLASSES, SOURCE = 10_000, 384, 10, 100


def prepare(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    y = rng.integers(0, CLASSES, ROWS)
    scale = 1 / np.sqrt(1 + np.arange(COLUMNS) / 4)
    turn = np.linalg.qr(rng.normal(size=(COLUMNS, COLUMNS)))[0]
    centres = 0.16 * rng.normal(size=(CLASSES, COLUMNS))
    F = (rng.normal(size=(ROWS, COLUMNS)) + centres[y]) * scale @ turn
    likings = 2 * rng.normal(size=(CLASSES, SOURCE))
    P = special.softmax(2 * rng.normal(size=(ROWS, SOURCE)) + likings[y], axis=1)
    (F + 0.1).astype("<f4").tofile(folder / "features.f32")
    y.astype("<i4").tofile(folder / "labels.i32")
    P.astype("<f4").tofile(folder / "source.f32")


def gram_eigen(F):
    values, V = np.linalg.eigh(F.T @ F)
    return np.maximum(values[::-1], 0), V[:, ::-1]


def logme(F, y, P):
    sigma, V = gram_eigen(F)
    Y = reference.one_hot(y)
    U = F @ (V / np.sqrt(sigma))
    return np.mean([reference.evidence(U, np.sqrt(sigma), Y[:, c]) for c in range(CLASSES)])


def knn_accuracy(F, y, P, k=5):
    F = F - F.mean(0)
    squares = (F**2).sum(1)
    right = 0
    for first in range(0, len(F), 1000):
        rows = np.arange(first, min(first + 1000, len(F)))
        distance = squares - 2 * F[rows] @ F.T
        distance[rows - first, rows] = np.inf
        nearest = np.argpartition(distance, k, axis=1)[:, :k]
        order = np.take_along_axis(distance, nearest, 1).argsort(1)
        nearest = y[np.take_along_axis(nearest, order, 1)]
        votes = (nearest[:, :, None] == nearest[:, None]).sum(2)
        right += (nearest[np.arange(len(rows)), votes.argmax(1)] == y[rows]).sum()
    return right / len(y)


def linear_probe_accuracy(F, y, P):
    X = F - F.mean(0)
    X /= np.sqrt((X**2).sum() / X.size)
    fold, right = reference.folds(y, 5, 0), 0
    for f in range(5):
        A, b = X[fold != f], y[fold != f]
        rows = np.arange(len(A))

        def objective(w):
            W = w.reshape(COLUMNS + 1, CLASSES)
            logits = A @ W[:-1] + W[-1]
            logits -= logits.max(1, keepdims=True)
            p = np.exp(logits)
            total = p.sum(1, keepdims=True)
            value = np.log(total).sum() - logits[rows, b].sum() + 0.5 * (W[:-1] ** 2).sum()
            p /= total
            p[rows, b] -= 1
            return value, np.vstack([A.T @ p + W[:-1], p.sum(0)]).ravel()

        w = optimize.minimize(objective, np.zeros((COLUMNS + 1) * CLASSES), jac=True, method="L-BFGS-B",
                              options={"maxiter": 1000, "maxcor": 12, "ftol": 1e-10, "gtol": 1e-6}).x
        W = w.reshape(COLUMNS + 1, CLASSES)
        right += ((X[fold == f] @ W[:-1] + W[-1]).argmax(1) == y[fold == f]).sum()
    return right / len(y)


def h_score(F, y, P):
    F = F - F.mean(0)
    M = reference.class_means(F, y)[y]
    return np.trace(np.linalg.pinv(F.T @ F, hermitian=True) @ (M.T @ M))


def principal(F):
    F = F - F.mean(0)
    sigma, V = gram_eigen(F)
    return F @ V, sigma


def nleep(F, y, P):
    X, sigma = principal(F)
    width = np.searchsorted(np.cumsum(sigma) / sigma.sum(), 0.8, side="right") + 1
    return reference.leep(mixture(np.ascontiguousarray(X[:, :width]), 5 * CLASSES), y)


def mixture(X, k, steps=100, tolerance=1e-3):
    n, d = X.shape
    R = np.eye(k)[reference.k_means(X, k, reference.Random(0))]
    floor, before = 1e-6 * (X**2).sum() / n / d, -np.inf
    for _ in range(steps):
        mass = R.sum(0)
        means = R.T @ X / mass[:, None]
        logs = np.empty((n, k))
        for c in range(k):
            S = (X * R[:, c : c + 1]).T @ X / mass[c] - np.outer(means[c], means[c]) + floor * np.eye(d)
            L = np.linalg.cholesky(S)
            inverse = scipy.linalg.solve_triangular(L, np.eye(d), lower=True)
            Y = X @ inverse.T - inverse @ means[c]
            logs[:, c] = np.log(mass[c] / n) - np.log(np.diag(L)).sum() - 0.5 * np.einsum("ij,ij->i", Y, Y)
        density = special.logsumexp(logs, axis=1)
        R = np.exp(logs - density[:, None])
        if abs(density.mean() - before) < tolerance:
            break
        before = density.mean()
    return R


def gbc(F, y, P):
    X = principal(F)[0][:, :64]
    floor = 1e-6 * (X**2).sum() / X.size
    means = reference.class_means(X, y)
    variance = np.array([max(X[y == c].var(0).mean(), floor) for c in range(CLASSES)])
    middle = (variance[:, None] + variance) / 2
    distance = ((means[:, None] - means) ** 2).sum(2) / middle / 8 + 32 * (
        np.log(middle) - 0.5 * (np.log(variance)[:, None] + np.log(variance)))
    return -(np.exp(-distance).sum() - CLASSES)


SCORES = {
    "logme": logme, "knn_accuracy": knn_accuracy, "linear_probe_accuracy": linear_probe_accuracy,
    "sfda": lambda F, y, P: reference.sfda(F, y), "nleep": nleep,
    "h_score_regularized": lambda F, y, P: reference.h_score_regularized(F, y), "h_score": h_score,
    "transrate": lambda F, y, P: reference.transrate(F, y), "gbc": gbc,
    "leep": lambda F, y, P: reference.leep(P, y), "nce": lambda F, y, P: reference.nce(P, y),
}
# As the papers' programs do it.
BY_SINGULAR_VALUES = {
    "logme by singular values": lambda F, y, P: reference.logme(F, reference.one_hot(y)),
    "h_score by singular values": lambda F, y, P: reference.h_score(F, y),
    "gbc by singular values": lambda F, y, P: reference.gbc(F, y, spherical=True),
}


def main():
    if sys.argv[1] == "--prepare":
        return prepare(Path(sys.argv[2]))
    folder, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    y = np.fromfile(folder / "labels.i32", "<i4").astype(int)
    features = np.fromfile(folder / "features.f32", "<f4").reshape(len(y), -1)
    source = np.fromfile(folder / "source.f32", "<f4").reshape(len(y), -1)
    total = 0
    features.astype(np.float64).T @ features  # starts the threads
    for name, score in {**SCORES, **BY_SINGULAR_VALUES}.items():
        seconds = []
        for _ in range(runs):
            start = time.perf_counter()
            value = score(features.astype(np.float64), y, source.astype(np.float64))
            seconds.append(time.perf_counter() - start)
        total += statistics.median(seconds) if name in SCORES else 0
        print(json.dumps({
            "benchmark": "transferability", "variant": name, "value": float(value),
            "seconds": statistics.median(seconds), "runs": runs, "numpy": np.__version__}), flush=True)
    print(json.dumps({"benchmark": "transferability", "variant": "all", "seconds": total}), flush=True)


if __name__ == "__main__":
    main()
