"""A loss of each kind, and targets for it."""

import numpy as np

from skdense.engine import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    Activation,
    LogisticLoss,
    Quantile,
    SoftmaxLoss,
    Tweedie,
)

LOSSES = {
    **REGRESSION_LOSSES,
    "three quantiles": Quantile((0.1, 0.5, 0.9)),
    "inverse gaussian": Tweedie(3.0),
}


for its_name, its_loss in CLASSIFICATION_LOSSES.items():
    LOSSES[f"logistic {its_name}"] = its_loss.logistic()
    LOSSES[f"logistic {its_name}, smooth"] = its_loss.logistic(0.1)
    LOSSES[f"softmax {its_name}"] = its_loss.softmax((3,))
    LOSSES[f"softmax {its_name}, smooth"] = its_loss.softmax((3,), 0.1)
    LOSSES[f"softmax {its_name} of two"] = its_loss.softmax((2, 3))


FOR_CLASSES = [name for name, loss in LOSSES.items() if hasattr(loss, "log_inverse_link")]
ELEMENTWISE = [name for name, layer in ACTIVATIONS.items() if isinstance(layer, Activation)]


def target_for(loss, n_rows, n_outputs, rng):
    if isinstance(loss, SoftmaxLoss):
        return np.column_stack([rng.randint(n, size=n_rows) for n in loss.n_classes])
    if isinstance(loss, LogisticLoss):
        return rng.randint(2, size=(n_rows, n_outputs)).astype(float)
    # zeros, where the loss takes them
    return rng.poisson(2.0, (n_rows, n_outputs)) + getattr(loss, "power", 0.0) // 2


def n_raw_for(loss):
    if isinstance(loss, SoftmaxLoss):
        return sum(loss.n_classes)
    return 3 if isinstance(loss, LogisticLoss) else loss.n_raw(3)


QUICK = {
    "max_iter": 60,
    "batch_size": 32,
    "learning_rate_init": 0.01,
    "learning_rate": "cosine",
    "random_state": 0,
}


def mean_loss(loss, raw, y):
    return loss.value_and_gradient(raw, y, None, np.empty_like(raw)) / len(y)
