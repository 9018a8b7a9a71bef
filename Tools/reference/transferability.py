"""Writes Tests/Fixtures/transferability/scores.json: transferability scores by NumPy and SciPy in float64.

    python3 -m venv /tmp/transferability && /tmp/transferability/bin/pip install numpy==2.4.6 scipy==1.17.1
    /tmp/transferability/bin/python Tools/reference/transferability.py

Every score is written from its paper's formula, the plain way (singular values, inverses, loops over
pairs), so that the library's shorter ways are compared with something else. The functions take features
F [N, D], labels y [N], source probabilities P [N, Z] or targets T [N, t]. Random parts follow the
library's generator. `Benchmarks/torch/transferability.py` measures these same functions.
"""

import json
import pathlib
import sys

import numpy as np
import scipy
from scipy import special, stats

MASK = (1 << 64) - 1


class Random:
    """SplitMix64 (Steele, Lea and Flood 2014)."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return (self.next() * bound) >> 64

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53


def singular(F):
    """U, s, Vᵀ without what is rounding."""
    U, s, Vt = np.linalg.svd(F, full_matrices=False)
    keep = s > max(F.shape) * np.finfo(float).eps * (s[0] if len(s) else 0)
    return U[:, keep], s[keep], Vt[keep]


def one_hot(y):
    return np.eye(y.max() + 1)[y]


# ---- LogME (You et al. 2021) -------------------------------------------------------------------


def evidence(U, s, y, tolerance=1e-8, steps=200):
    """Log evidence over N, in the paper's form, with k/2 ln α for k = rank."""
    n, sigma, k = len(y), s**2, len(s)
    total = y @ y
    z2 = (U.T @ y) ** 2
    rest = max(0.0, total - z2.sum())
    unit = sigma.mean() if k else 1.0
    t = unit
    for _ in range(steps):
        gamma = (sigma / (sigma + t)).sum()
        m2 = (sigma * z2 / (t + sigma) ** 2).sum()
        e2 = max((z2 / (1 + sigma / t) ** 2).sum() + rest, 1e-15 * total)
        beta = ((n - k) + (t / (sigma + t)).sum()) / e2
        alpha = gamma / m2 if m2 > 0 else np.inf
        before, t = t, min(max(alpha / beta, 1e-12 * unit), 1e12 * unit)
        if abs(t - before) <= tolerance * before:
            break
    alpha = t * beta
    return (k / 2 * np.log(alpha) + n / 2 * np.log(beta) - 0.5 * np.log(alpha + beta * sigma).sum()
            - n / 2 - n / 2 * np.log(2 * np.pi)) / n


def logme(F, Y):
    U, s, _ = singular(F)
    return np.mean([evidence(U, s, Y[:, c]) for c in range(Y.shape[1])])


# ---- LEEP, NCE (Nguyen et al. 2020; Tran et al. 2019) -------------------------------------------


def leep(P, y):
    joint = one_hot(y).T @ P
    mass = joint.sum(0)
    conditional = np.divide(joint, mass, out=np.zeros_like(joint), where=mass > 0)
    return np.log((conditional[y] * P).sum(1)).mean()


def nce(P, y):
    z = P.argmax(1)
    joint = np.zeros((y.max() + 1, P.shape[1]))
    np.add.at(joint, (y, z), 1 / len(y))
    inside = joint > 0
    return (joint[inside] * np.log((joint / np.where(joint.sum(0) > 0, joint.sum(0), 1))[inside])).sum()


# ---- H-score (Bao et al. 2019; Ibrahim et al. 2022) ----------------------------------------------


def class_means(F, y):
    return np.stack([F[y == c].mean(0) for c in range(y.max() + 1)])


def h_score(F, y):
    F = F - F.mean(0)
    F = F - F.mean(0)
    # tr(pinv(FᵀF/N) MᵀM/N), M the class means row by row, by singular vectors.
    _, s, Vt = singular(F)
    M = class_means(F, y)[y]
    return (((M @ Vt.T) / s) ** 2).sum()


def ledoit_wolf(F):
    """F centred: shrinkage and the mean variance (Ledoit and Wolf 2004)."""
    n, d = F.shape
    S = F.T @ F / n
    mean = np.trace(S) / d
    dispersion = ((S - mean * np.eye(d)) ** 2).sum() / d
    noise = sum(((np.outer(x, x) - S) ** 2).sum() for x in F) / n**2 / d if n * d < 1e5 else (
        (((F**2).sum(1) ** 2).sum() / n - (S**2).sum()) / n / d)
    return min(noise, dispersion) / dispersion, mean, S


def h_score_regularized(F, y):
    F = F - F.mean(0)
    alpha, mean, S = ledoit_wolf(F)
    shrunk = (1 - alpha) * S + alpha * mean * np.eye(len(S))
    M = class_means(F, y)[y]
    return (1 - alpha) * np.trace(np.linalg.solve(shrunk, M.T @ M / len(y)))


# ---- nearest neighbours, linear probe ------------------------------------------------------------


def knn(F, y, k=5):
    right = 0
    for i in range(len(y)):
        distance = ((F - F[i]) ** 2).sum(1)
        distance[i] = np.inf
        nearest = y[np.lexsort((np.arange(len(y)), distance))[: min(k, len(y) - 1)]]
        votes = np.bincount(nearest)
        right += next(label for label in nearest if votes[label] == votes.max()) == y[i]
    return right / len(y)


def knn_cosine(F, y, k=5):
    length = np.linalg.norm(F, axis=1, keepdims=True)
    return knn(F / np.where(length > 0, length, 1), y, k)


def folds(y, count, seed):
    random, result, following = Random(seed), np.zeros(len(y), int), 0
    for c in range(y.max() + 1):
        members = list(np.flatnonzero(y == c))
        for i in range(len(members) - 1, 0, -1):
            j = random.below(i + 1)
            members[i], members[j] = members[j], members[i]
        for member in members:
            result[member] = following % count
            following += 1
    return result


def newton_softmax(X, y, l2):
    """Weights [D + 1, C] at the minimum of Σ -ln p + l2/2 |W|², by Newton's method."""
    n, d = X.shape
    classes = y.max() + 1
    X1 = np.hstack([X, np.ones((n, 1))])
    W = np.zeros((d + 1, classes))
    penalty = np.repeat(np.append(np.full(d, l2), 0.0), classes)

    def objective(W):
        return -special.log_softmax(X1 @ W, axis=1)[np.arange(n), y].sum() + l2 / 2 * (W[:d] ** 2).sum()

    for _ in range(100):
        p = special.softmax(X1 @ W, axis=1)
        gradient = (X1.T @ (p - one_hot_of(y, classes))).ravel() + penalty * W.ravel()
        H = np.zeros((d + 1, classes, d + 1, classes))
        for a in range(classes):
            for b in range(classes):
                weight = p[:, a] * ((a == b) - p[:, b])
                H[:, a, :, b] = X1.T @ (X1 * weight[:, None])
        H = H.reshape(len(penalty), -1) + np.diag(penalty)
        step = np.linalg.lstsq(H, gradient, rcond=1e-12)[0].reshape(W.shape)
        size = 1.0
        while objective(W - size * step) > objective(W) * (1 + 1e-14) and size > 1e-6:
            size /= 2
        W = W - size * step
        if np.abs(step).max() < 1e-13 * max(1, np.abs(W).max()):
            break
    return W, objective(W)


def one_hot_of(y, classes):
    return np.eye(classes)[y]


def probe(F, y, count=5, l2=1.0, seed=0):
    X = F - F.mean(0)
    X = X / np.sqrt((X**2).sum() / X.size) if X.any() else X
    count = min(count, len(y))
    fold = folds(y, count, seed)
    right, objectives, values = 0, [], []
    for f in range(count):
        train, test = fold != f, np.flatnonzero(fold == f)
        present, dense = np.unique(y[train], return_inverse=True)
        W, objective = newton_softmax(X[train], dense, l2)
        objectives.append(objective)
        logits = np.hstack([X[test], np.ones((len(test), 1))]) @ W
        right += (present[logits.argmax(1)] == y[test]).sum()
        for row, logit in zip(test, special.log_softmax(logits, axis=1)):
            if y[row] in present:
                values.append(logit[np.searchsorted(present, y[row])])
    return right / len(y), sum(objectives), np.mean(values)


# ---- NLEEP (Li et al. 2021) ----------------------------------------------------------------------


def principal(F):
    U, s, _ = singular(F - F.mean(0))
    return U * s, s


def leading(F, share=0.8):
    X, s = principal(F)
    cumulative = np.cumsum(s**2) / (s**2).sum()
    return X[:, : min(np.searchsorted(cumulative, share, side="right") + 1, len(s))]


def squared_distances(X, C):
    return ((X[:, None, :] - C[None]) ** 2).sum(2) if len(X) * len(C) < 1e5 else (
        (X**2).sum(1)[:, None] - 2 * X @ C.T + (C**2).sum(1))


def k_means(X, k, random, steps=100):
    centres = [random.below(len(X))]
    nearest = ((X - X[centres[0]]) ** 2).sum(1)
    while len(centres) < k:
        total = np.cumsum(nearest)
        if total[-1] > 0:
            chosen = min(int(np.searchsorted(total, random.uniform() * total[-1], side="right")), len(X) - 1)
        else:
            chosen = random.below(len(X))
        centres.append(chosen)
        nearest = np.minimum(nearest, ((X - X[chosen]) ** 2).sum(1))
    C = X[centres].copy()
    labels = None
    for _ in range(steps):
        before, labels = labels, squared_distances(X, C).argmin(1)
        if before is not None and (before == labels).all():
            break
        for c in range(k):
            if (labels == c).any():
                C[c] = X[labels == c].mean(0)
    return labels


def mixture(X, k, seed=0, steps=100, tolerance=1e-3):
    """Responsibilities of a Gaussian mixture with full covariances, by EM from k-means++."""
    n, d = X.shape
    R = np.eye(k)[k_means(X, k, Random(seed))]
    floor = 1e-6 * (X**2).sum() / n / d
    before = -np.inf
    for _ in range(steps):
        mass = R.sum(0)
        logs = np.full((n, k), -np.inf)
        for c in range(k):
            if mass[c] == 0:
                continue
            mean = R[:, c] @ X / mass[c]
            D = X - mean
            S = (D * R[:, c : c + 1]).T @ D / mass[c] + floor * np.eye(d)
            L = np.linalg.cholesky(S)
            Y = scipy.linalg.solve_triangular(L, D.T, lower=True)
            logs[:, c] = (np.log(mass[c] / n) - np.log(np.diag(L)).sum() - d / 2 * np.log(2 * np.pi)
                          - 0.5 * (Y**2).sum(0))
        density = special.logsumexp(logs, axis=1)
        R = np.exp(logs - density[:, None])
        if abs(density.mean() - before) < tolerance:
            break
        before = density.mean()
    return R


def nleep(F, y):
    X = leading(F)
    return leep(mixture(X, min(5 * (y.max() + 1), len(y))), y)


# ---- TransRate (Huang et al. 2022) ----------------------------------------------------------------


def coding_rate(Z, epsilon=1e-4):
    n, d = Z.shape
    return 0.5 * np.linalg.slogdet(np.eye(d) + Z.T @ Z / (n * epsilon))[1]


def transrate(F, y):
    Z = F - F.mean(0)
    Z = Z / np.sqrt((Z**2).sum() / len(Z))
    return coding_rate(Z) - sum((y == c).mean() * coding_rate(Z[y == c]) for c in range(y.max() + 1))


# ---- GBC (Pándy et al. 2022) ------------------------------------------------------------------------


def gbc(F, y, spherical=False, dimensions=64):
    X, s = principal(F)
    X = X[:, : min(dimensions, len(s))]
    floor = 1e-6 * (X**2).sum() / X.size
    means = class_means(X, y)
    variances = []
    for c in range(y.max() + 1):
        variance = X[y == c].var(0)
        if spherical:
            variance = np.full_like(variance, variance.mean())
        variances.append(np.maximum(variance, floor))
    total = 0.0
    for a in range(len(means)):
        for b in range(len(means)):
            if a != b:
                middle = (variances[a] + variances[b]) / 2
                distance = ((means[a] - means[b]) ** 2 / middle).sum() / 8 + 0.5 * (
                    np.log(middle).sum() - 0.5 * (np.log(variances[a]).sum() + np.log(variances[b]).sum()))
                total -= np.exp(-distance)
    return total


# ---- SFDA (Shao et al. 2022) --------------------------------------------------------------------------


def shrunk_discriminant(X, y, shrinkage):
    """Log-posteriors of Fisher's discriminant with a shrunk within-class covariance."""
    means = class_means(X, y)
    W = X - means[y]
    S = W.T @ W / len(X)
    if shrinkage is None:
        shrinkage = max(np.exp(-10 * np.linalg.eigvalsh(S)[-1]), 1e-10)
    S = (1 - shrinkage) * S + shrinkage * np.trace(S) / len(S) * np.eye(len(S))
    A = np.linalg.solve(S, means.T)
    logits = X @ A - 0.5 * (means.T * A).sum(0) + np.log(np.bincount(y) / len(y))
    return special.log_softmax(logits, axis=1), shrinkage


def sfda(F, y):
    X = F - F.mean(0)
    logs, shrinkage = shrunk_discriminant(X, y, None)
    rows = np.arange(len(y))
    confidence = special.softmax(np.exp(logs), axis=1)[rows, y]
    others = np.stack([X[y != c].mean(0) for c in range(y.max() + 1)])
    mixed = confidence[:, None] * X + (1 - confidence)[:, None] * others[y]
    logs, _ = shrunk_discriminant(mixed, y, shrinkage)
    return logs[rows, y].mean()


# ---- the fixture -----------------------------------------------------------------------------------------


def bootstrap(values, level, resamples, seed):
    random = Random(seed)
    means = []
    for _ in range(resamples):
        means.append(np.mean([values[random.below(len(values))] for _ in values]))
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return {"low": low, "high": high, "deviation": np.std(means, ddof=1)}


def blobs(seed, sizes, d, spread, correlation=0.6):
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(len(sizes)), sizes)
    rng.shuffle(y)
    mixing = correlation * rng.normal(size=(d, d)) / np.sqrt(d) + np.diag(rng.uniform(0.4, 1.2, d))
    F = (rng.normal(size=(len(y), d)) + spread * rng.normal(size=(len(sizes), d))[y]) @ mixing
    return np.round(F + rng.normal(size=d), 5), y


def source(seed, y, width):
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(len(y), width))
    return np.round(special.softmax(own + 1.5 * rng.normal(size=(y.max() + 1, width))[y], axis=1), 7)


def deficient(seed):
    """Rank 5 and exactly so: products of small integers, a constant and a doubled column."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(4), 12)
    base = rng.integers(-8, 9, (48, 4)) + 3 * rng.integers(-2, 3, (4, 4))[y]
    F = base @ rng.integers(-3, 4, (4, 11)) / 16
    return np.hstack([F, np.full((48, 1), 0.75), F[:, :1] * 2, rng.integers(-4, 5, (48, 1)) / 8]), y


def problems():
    F, y = blobs(1, [25, 20, 15], 12, 0.5)
    yield "generic", F, y
    yield "large", F * 1e6, y
    yield "small", F * 1e-6, y
    F, y = blobs(2, [9, 8, 7], 40, 0.3)
    yield "more features than examples", F, y
    F, y = deficient(3)
    yield "rank-deficient", F, y
    F, y = blobs(4, [24, 15, 1], 8, 0.6)
    yield "one example of a class", F, y
    F, y = blobs(5, [40, 30, 30, 20], 6, 2.0)
    yield "separable", F, y
    F, y = blobs(6, [30, 30], 5, 0.0)
    yield "uninformative", F, y


def case(name, F, y, index):
    P = source(100 + index, y, 5)
    accuracy, objective, likelihood = probe(F, y)
    expected = {
        "logme": logme(F, one_hot(y)), "leep": leep(P, y), "nce": nce(P, y), "h_score": h_score(F, y),
        "h_score_regularized": h_score_regularized(F, y), "knn_accuracy": knn(F, y),
        "knn_cosine": knn_cosine(F, y), "linear_probe_accuracy": accuracy, "probe_objective": objective,
        "probe_likelihood": likelihood, "nleep": nleep(F, y), "transrate": transrate(F, y),
        "gbc": gbc(F, y, spherical=True), "gbc_diagonal": gbc(F, y), "sfda": sfda(F, y)}
    return {"name": name, "columns": F.shape[1], "features": F.ravel().tolist(), "labels": y.tolist(),
            "sourceColumns": P.shape[1], "source": P.ravel().tolist(),
            "expected": {key: float(value) for key, value in expected.items()}}


def regression(name, seed, n, d, t):
    rng = np.random.default_rng(seed)
    F = np.round(rng.normal(size=(n, d)) + 0.3, 5)
    T = np.round(F[:, :t] * 2 - F[:, 1 : t + 1] + 0.5 * rng.normal(size=(n, t)), 5)
    return {"name": name, "columns": d, "features": F.ravel().tolist(), "targetColumns": t,
            "targets": T.ravel().tolist(), "logme": float(logme(F, T))}


def agreements():
    rng = np.random.default_rng(7)
    for n in (2, 3, 11, 40):
        for ties in (False, True):
            x = rng.integers(0, 5, n) if ties else np.round(rng.normal(size=n), 4)
            y = rng.integers(0, 4, n) if ties else np.round(x + rng.normal(size=n), 4)
            if len(set(x.tolist())) > 1 and len(set(y.tolist())) > 1:
                yield {"x": x.tolist(), "y": y.tolist(), "tau": float(stats.weightedtau(x, y).statistic)}


def main():
    values = np.round(np.random.default_rng(8).exponential(size=30), 5).tolist()
    fixture = {
        "numpy": np.__version__, "scipy": scipy.__version__,
        "cases": [case(name, F, y, index) for index, (name, F, y) in enumerate(problems())],
        "regression": [regression("targets", 9, 50, 6, 2), regression("wide targets", 10, 15, 24, 3)],
        "agreements": list(agreements()),
        "interval": {"values": values, "level": 0.9, "resamples": 500, "seed": 42,
                     **bootstrap(values, 0.9, 500, 42)},
    }
    path = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/transferability/scores.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
    for made in fixture["cases"]:
        rounded = {key: round(value, 6) for key, value in made["expected"].items()}
        print(made["name"], rounded, file=sys.stderr)


if __name__ == "__main__":
    main()
