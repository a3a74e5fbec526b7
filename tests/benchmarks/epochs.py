"""Milliseconds an epoch of training, beside scikit-learn's MLP: the table in docs/performance.md.

    python tests/benchmarks/epochs.py [--rounds 3] [--share 1.0]

Same network, batch size and Adam; no scaling, penalty or stopping. The smallest of the rounds
counts; share < 1 takes so much of the rows. Run it with nothing else running.
"""

import argparse
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from skdense import DenseNetClassifier, DenseNetRegressor

WORK = {  # rows, features, hidden layers, batch size, epochs timed, classifier or regressor
    "tiny": (1_000, 10, (32,), 100, 100, MLPClassifier),
    "small": (5_000, 20, (100,), 200, 40, MLPClassifier),
    "tabular": (40_000, 50, (256, 256), 256, 3, MLPClassifier),
    "wide": (20_000, 784, (512, 512), 256, 2, MLPClassifier),
    "deep": (20_000, 50, (128,) * 6, 256, 4, MLPRegressor),
    "bigbatch": (100_000, 100, (256, 256), 4096, 3, MLPRegressor),
}


def make(mlp_class, hidden, batch, epochs):
    mlp = mlp_class(
        hidden_layer_sizes=hidden,
        batch_size=batch,
        max_iter=epochs,
        n_iter_no_change=10**6,
        tol=0,
        alpha=0.0,
        random_state=0,
    )
    dense = DenseNetClassifier if mlp_class is MLPClassifier else DenseNetRegressor
    return mlp, dense.from_sklearn(mlp)


def measure(work, share, rounds):
    """Milliseconds an epoch: skdense in float32, the MLP in float32 and in float64."""
    n_rows, n_features, hidden, batch, epochs, mlp_class = WORK[work]
    n_rows = int(share * n_rows)
    X = np.random.default_rng(0).standard_normal((n_rows, n_features), np.float32)
    y = X[:, :5].sum(axis=1)
    y = (y > 0).astype(int) if mlp_class is MLPClassifier else y
    mlp, dense = make(mlp_class, hidden, min(batch, n_rows), epochs)
    times = []
    for _ in range(rounds):
        times.append([])
        for model, table in ((dense, X), (mlp, X), (mlp, X.astype(np.float64))):
            start = time.perf_counter()
            model.fit(table, y)
            times[-1].append((time.perf_counter() - start) / epochs * 1e3)
    return np.min(times, axis=0)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0)
    args = parser.parse_args(arguments)
    print(f"{'':10s}{'skdense':>10s}{'MLP f32':>10s}{'MLP f64':>10s}{'ratio':>8s}{'ratio':>8s}")
    ratios = []
    for work in WORK:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            mine, *theirs = measure(work, args.share, args.rounds)
        ratios.append([mine / its for its in theirs])
        row = [f"{value:10.2f}" for value in (mine, *theirs)]
        print(f"{work:10s}", *row, *(f"{ratio:8.2f}" for ratio in ratios[-1]), sep="")
    means = np.exp(np.log(ratios).mean(axis=0))
    print(f"{'geometric mean':40s}", *(f"{mean:8.2f}" for mean in means), sep="")


if __name__ == "__main__":
    main()
