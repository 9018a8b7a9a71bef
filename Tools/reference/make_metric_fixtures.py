"""Writes Tests/Fixtures/metrics/metrics.json: what scikit-learn and SciPy measure.

    python3 -m venv /tmp/metrics && /tmp/metrics/bin/pip install scikit-learn==1.9.1 scipy==1.17.1
    /tmp/metrics/bin/python Tools/reference/make_metric_fixtures.py

Probabilities are multiples of 1/1024, so that they are exact in float32 and ties occur. The seeds are
fixed, one a case; two runs on one machine give the same bytes.
"""

import json
import pathlib
import sys

import numpy as np
import scipy
import sklearn
from scipy import optimize, special, stats
from sklearn import metrics

BINS = 15


def bins_error(confidence, outcome):
    """Expected calibration error over 15 equal bins, open below (Guo et al. 2017)."""
    confidence = np.asarray(confidence, np.float64)
    error = 0.0
    for m in range(BINS):
        inside = (confidence > m / BINS) & (confidence <= (m + 1) / BINS)
        if m == 0:
            inside |= confidence == 0
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - np.mean(outcome[inside]))
    return error


def draw(seed, n, classes, sharpness, absent=()):
    """Probabilities in 1024ths and labels drawn so that they are related."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, sharpness, (n, classes))
    p = special.softmax(logits, axis=1)
    labels = np.array([rng.choice(classes, p=row) for row in p])
    for label in absent:
        labels[labels == label] = (label + 1) % classes
    return np.array([rng.multinomial(1024, row) for row in p]) / 1024, labels


def classification(name, p, labels):
    n, classes = p.shape
    predicted = p.argmax(1)
    everything = list(range(classes))
    present = [c for c in everything if (labels == c).any() or (predicted == c).any()]
    areas = {}
    for c in everything:
        if 0 < (labels == c).sum() < n:
            areas[c] = metrics.roc_auc_score(labels == c, p[:, c])
    auc = areas.get(1) if classes == 2 else (np.mean(list(areas.values())) if areas else None)
    if classes > 2 and len(areas) == classes:
        ovr = metrics.roc_auc_score(labels, p, multi_class="ovr", average="macro")
        assert abs(auc - ovr) < 1e-12
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=everything, zero_division=0)
    one_hot = np.eye(classes)[labels]
    f1_of = lambda average: metrics.f1_score(
        labels, predicted, labels=present, average=average, zero_division=0)
    expected = {
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balanced_accuracy": np.mean([recall[c] for c in everything if support[c]]),
        "f1_macro": f1_of("macro"), "f1_micro": f1_of("micro"), "f1_weighted": f1_of("weighted"),
        "mcc": metrics.matthews_corrcoef(labels, predicted),
        "log_loss": metrics.log_loss(
            labels, np.clip(p, 2.0**-23, 1 - 2.0**-23), labels=everything),
        "ece": bins_error(p.max(1), predicted == labels),
        "brier": np.mean(((p - one_hot) ** 2).sum(1)),
    }
    if auc is not None:
        expected["auc"] = auc
    if classes == 2:
        expected["brier_binary"] = metrics.brier_score_loss(labels, p[:, 1], pos_label=1)
    return {
        "name": name, "classes": classes, "probabilities": (p * 1024).astype(int).ravel().tolist(),
        "labels": labels.tolist(), "expected": expected,
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(),
        "support": support.tolist(), "areas": [areas.get(c) for c in everything],
        "confusion": metrics.confusion_matrix(labels, predicted, labels=everything).tolist(),
    }


def multi_label(name, seed, n, labels):
    rng = np.random.default_rng(seed)
    p = np.round(special.expit(rng.normal(-0.5, 1.5, (n, labels))) * 1024) / 1024
    y = rng.random((n, labels)) < p
    predicted = p >= 0.5
    q = np.clip(p, 2.0**-23, 1 - 2.0**-23)
    areas = [metrics.roc_auc_score(y[:, c], p[:, c]) for c in range(labels)]
    assert (y.any(0) | predicted.any(0)).all()
    expected = {
        "subset_accuracy": metrics.accuracy_score(y, predicted),
        "f1_micro": metrics.f1_score(y, predicted, average="micro"),
        "f1_macro": metrics.f1_score(y, predicted, average="macro", zero_division=0),
        "hamming_loss": metrics.hamming_loss(y, predicted),
        "auc": metrics.roc_auc_score(y, p, average="macro"),
        "log_loss": float(-np.mean(np.where(y, np.log(q), np.log1p(-q)))),
        "ece": bins_error(p.ravel(), y.ravel()),
        "brier": np.mean((p - y) ** 2),
    }
    f1 = metrics.f1_score(y, predicted, average=None, zero_division=0)
    return {
        "name": name, "labels": labels, "probabilities": (p * 1024).astype(int).ravel().tolist(),
        "targets": y.astype(int).ravel().tolist(), "expected": expected,
        "f1": f1.tolist(), "areas": areas,
    }


def regression(name, predictions, targets):
    predictions, targets = np.asarray(predictions, float), np.asarray(targets, float)
    expected = {
        "rmse": metrics.root_mean_squared_error(targets, predictions),
        "mae": metrics.mean_absolute_error(targets, predictions),
        "bias": np.mean(predictions - targets),
    }
    if np.ptp(targets) > 0:
        expected["r2"] = metrics.r2_score(targets, predictions)
        if np.ptp(predictions) > 0:
            expected["pearson"] = stats.pearsonr(predictions, targets)[0]
            expected["spearman"] = stats.spearmanr(predictions, targets)[0]
    return {"name": name, "predictions": predictions.tolist(), "targets": targets.tolist(),
            "expected": expected}


def regressions():
    rng = np.random.default_rng(40)
    x = rng.normal(0, 2, 60).round(3)
    y = (0.7 * x + rng.normal(0, 1, 60)).round(3)
    return [
        regression("plain", x, y), regression("ties", x.round(), y.round()),
        regression("two", [1, 2], [3, 2.5]), regression("far from zero", x + 1e6, y + 1e6),
        regression("constant prediction", np.full(60, 0.1), y),
        regression("constant target", x, np.full(60, 0.1)),
    ]


def temperature(name, seed, n, classes, scale):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, classes))
    labels = np.array([rng.choice(classes, p=row) for row in special.softmax(logits, axis=1)])
    logits = (logits * scale).round(3)
    loss = lambda t: -np.mean(special.log_softmax(logits / t, axis=1)[np.arange(n), labels])
    best = optimize.minimize_scalar(loss, bounds=(0.05, 20), method="bounded",
                                    options={"xatol": 1e-10})
    return {"name": name, "classes": classes, "logits": logits.ravel().tolist(),
            "labels": labels.tolist(), "temperature": best.x, "before": loss(1), "after": best.fun}


def bootstraps():
    """Intervals of a skewed statistic (RMSE of exponential errors), from 100,000 resamples."""
    errors = np.random.default_rng(50).exponential(1, 40).round(3)
    rmse = lambda e, axis=-1: np.sqrt(np.mean(e**2, axis=axis))
    result = {"errors": errors.tolist()}
    for method in ("percentile", "BCa"):
        interval = stats.bootstrap(
            (errors,), rmse, n_resamples=100_000, batch=1000, method=method,
            rng=np.random.default_rng(51)).confidence_interval
        result[method.lower()] = [interval.low, interval.high]
    return result


def main():
    sharp, sharp_labels = draw(14, 40, 4, 6.0)
    sharp[0], sharp_labels[0] = [1, 0, 0, 0], 1  # The truth was given no probability at all.
    p, labels = draw(16, 30, 3, 1.5)
    fixture = {
        "format": "hindsight-metrics-1", "sklearn": sklearn.__version__,
        "scipy": scipy.__version__, "numpy": np.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "classification": [
            classification("binary", *draw(10, 80, 2, 1.0)),
            classification("binary, sharp", *draw(11, 60, 2, 5.0)),
            classification("three classes", *draw(12, 90, 3, 1.5)),
            classification("ten classes", *draw(13, 60, 10, 1.5)),
            classification("sharp", sharp, sharp_labels),
            classification("class without examples", *draw(15, 50, 4, 2.0, absent=[2])),
            classification("always one class", np.tile([0.5, 0.25, 0.25], (30, 1)), labels),
            classification("one class only", p, np.zeros(30, int)),
            classification("one example", np.array([[0.25, 0.75]]), np.array([1])),
        ],
        "multi_label": [multi_label("four labels", 30, 70, 4), multi_label("two labels", 31, 40, 2)],
        "regression": regressions(),
        "temperature": [
            temperature("overconfident", 60, 200, 3, 2.5),
            temperature("underconfident", 61, 150, 5, 0.4),
            temperature("binary", 62, 100, 2, 1.0),
        ],
        "student": [
            {"df": df, "level": level, "t": stats.t.ppf((1 + level) / 2, df)}
            for df in (1, 2, 3, 4, 5, 9, 30, 101, 9_999, 10_000, 10_001, 1_000_000)
            for level in (0.5, 0.9, 0.95, 0.999)],
        "normal": [{"p": p, "z": stats.norm.ppf(p)}
                   for p in (1e-10, 0.001, 0.025, 0.3, 0.5, 0.841, 0.975, 0.9999)],
        "bootstrap": bootstraps(),
    }
    path = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/metrics/metrics.json"
    path.parent.mkdir(parents=True, exist_ok=True)

    def plain(value):
        assert isinstance(value, np.generic), type(value)
        return value.item()

    text = json.dumps(fixture, default=plain, allow_nan=False, separators=(",", ":"))
    path.write_text(text.replace('{"name"', '\n{"name"') + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
