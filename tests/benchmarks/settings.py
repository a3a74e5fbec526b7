"""What a setting adds to an epoch of training: the table in docs/performance.md.

    python tests/benchmarks/settings.py [--rounds 5] [--share 1.0]

20,000 rows x 50 columns in float32, hidden layers of 128 and 128, batches of 256, Adam. The
smallest of the rounds counts; share < 1 takes so much of the rows. Run it with nothing else
running.
"""

import argparse
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skdense import DenseNetClassifier, DenseNetRegressor

EPOCHS = 5
COMMON = {
    "hidden_layer_sizes": (128, 128),
    "batch_size": 256,
    "max_iter": EPOCHS,
    "n_iter_no_change": np.inf,
    "feature_scaling": None,
    "random_state": 0,
}
REGRESSOR = {
    "squared_error": {},
    "absolute_error": {"loss": "absolute_error"},
    "huber": {"loss": "huber"},
    "quantile, 1": {"loss": "quantile"},
    "quantile, 5": {"loss": "quantile", "quantile": [0.05, 0.25, 0.5, 0.75, 0.95]},
    "gaussian": {"loss": "gaussian"},
    "dropout": {"dropout": 0.1},
    "batch norm": {"normalization": "batch"},
    "layer norm": {"normalization": "layer"},
    "max_grad_norm": {"max_grad_norm": 1.0},
    "weight_decay": {"weight_decay": 0.1},
    "ema_decay": {"ema_decay": 0.99},
    "early_stopping": {"early_stopping": True},
}
CLASSIFIER = {
    "log_loss": {},
    "label_smoothing": {"label_smoothing": 0.1},
    "focal": {"loss": "focal"},
}


def measure(make, settings, X, y, rounds):
    """Milliseconds an epoch for each setting."""
    make(**COMMON).fit(X, y)  # what is imported or allocated once
    times = {name: [] for name in settings}
    for _ in range(rounds):
        for name, changed in settings.items():
            start = time.perf_counter()
            make(**COMMON, **changed).fit(X, y)
            times[name].append((time.perf_counter() - start) / EPOCHS * 1e3)
    return {name: min(measured) for name, measured in times.items()}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--share", type=float, default=1.0)
    args = parser.parse_args(arguments)
    X = np.random.default_rng(0).standard_normal((int(args.share * 20_000), 50), np.float32)
    y = X[:, 0] * X[:, 1]
    print(f"{'':16s}{'ms':>8s}{'ratio':>8s}")
    for make, settings, target in (
        (DenseNetRegressor, REGRESSOR, y),
        (DenseNetClassifier, CLASSIFIER, y > 0),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            times = measure(make, settings, X, target, args.rounds)
        plain = next(iter(times.values()))
        for name, value in times.items():
            print(f"{name:16s}{value:8.1f}{value / plain:8.2f}")


if __name__ == "__main__":
    main()
