"""What a setting adds to an epoch of training.

    python -m tests.benchmarks --only settings --rounds 5

20,000 rows x 50 columns in float32, hidden layers of 128 and 128, batches of 256, Adam.
"""

import numpy as np

from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds
from tests.helpers.plain import PlainClassifier, PlainRegressor

N_ROWS, EPOCHS = 20_000, 5
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


def fit_of(estimator, X, y):
    return lambda: estimator.fit(X, y)


def compare(make, settings, X, y, rounds):
    """Milliseconds an epoch for each setting, and over those of the first."""
    make(**COMMON).fit(X, y)  # what is imported or allocated once
    calls = {name: fit_of(make(**COMMON, **own), X, y) for name, own in settings.items()}
    times = least_seconds(calls, rounds)
    plain = next(iter(times.values()))
    return {name: [time / EPOCHS * 1e3, time / plain] for name, time in times.items()}


def measure(toy, rounds, peers):
    X = np.random.default_rng(0).standard_normal((300 if toy else N_ROWS, 50), np.float32)
    y = X[:, 0] * X[:, 1]
    columns = ["ms an epoch", "ratio"]
    regressor = compare(PlainRegressor, REGRESSOR, X, y, rounds)
    yield Table("DenseNetRegressor with a setting, over without", columns, regressor)
    classifier = compare(PlainClassifier, CLASSIFIER, X, y > 0, rounds)
    yield Table("DenseNetClassifier with a setting, over without", columns, classifier)
