"""What "auto" stands for: the recipe of docs/guide/defaults.md, and its rules by size."""

from math import ceil
from typing import Any

import numpy as np

from skdense.engine import SCHEDULES, Schedule
from skdense.engine.typing import Array

# Fewer held-out rows say nothing of a network.
LEAST_ROWS = 20


def leaves_enough(n_rows: int, fraction: float, strata: Array | None) -> bool:
    """Whether so many rows can spare some, and those still say something."""
    n_strata = 1 if strata is None else len(np.unique(strata))
    return bool(fraction * n_rows >= max(LEAST_ROWS, n_strata))


# Adam with steps over batches of a table: what the study chose.
RECIPE = {
    "n_estimators": 4,
    "learning_rate": "coslog4",
    "dropout": 0.15,
    "dropout_schedule": "flat_cosine",
    "weight_decay": 0.02,
    "weight_decay_schedule": "flat_cosine",
    "early_stopping": True,
    "feature_scaling": "robust",
}


# A stream has no known end, so nothing can follow a plan, and no batch can spare rows.
STREAM = RECIPE | {
    "learning_rate": "constant",
    "dropout_schedule": "constant",
    "weight_decay_schedule": "constant",
    "early_stopping": False,
    "feature_scaling": "standard",
}


# So few rows say little of how to start or what to leave out: what they are worth is what is
# asked of them, and a row of weight 2 is exactly two rows.
TINY_ROWS = 100


TINY = {"initialization": "random", "dropout": 0.0}


# L-BFGS has one smooth loss of all rows, and needs neither steps nor a plan.
LBFGS = STREAM | {
    "n_estimators": 1,
    "dropout": 0.0,
    "weight_decay": 0.0,
    "feature_scaling": "robust",
    "learning_rate_init": 0.001,
    "max_iter": 200,
    "batch_size": 200,
}


# Without a plan that leads the rate to zero, the network ends as noisy as its steps are; and SGD
# takes steps as long as its gradients.
SLOW = 0.1


# What decides on layers stays as the first call had it.
LASTING = ("n_estimators", "dropout")


def resolve(
    parameters: dict[str, Any],
    peak_rate: float,
    initialization: str,
    n_rows: int,
    *,
    is_stream: bool,
    has_validation: bool,
    before: dict[str, Any],
) -> dict[str, Any]:
    """The parameters with what "auto" stands for, when fitting so many rows.

    `peak_rate` and `initialization` are what suits the loss; `before` is what "auto" stood for
    in the call that this one goes on from.
    """
    fraction = 0 if has_validation else parameters["validation_fraction"]
    recipe = STREAM if is_stream else RECIPE
    if is_a_name(parameters["solver"], "lbfgs"):
        recipe = LBFGS
    recipe = recipe | {"initialization": initialization}
    if n_rows < TINY_ROWS:
        recipe = recipe | TINY
    if not (has_validation or leaves_enough(n_rows, fraction, None)):
        recipe = recipe | {"early_stopping": False}
    recipe = recipe | {name: before[name] for name in LASTING if name in before}
    resolved = parameters | _meant(parameters, recipe)
    n_held_out = int(fraction * n_rows) if resolved["early_stopping"] else 0
    sizes = {"max_iter": n_epochs(n_rows), "batch_size": n_batch_rows(n_rows, n_rows - n_held_out)}
    return resolved | _meant(resolved, sizes | _rate(resolved, peak_rate))


def _meant(parameters: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values whose parameter is "auto"."""
    return {name: value for name, value in values.items() if is_auto(parameters.get(name))}


def _rate(parameters: dict[str, Any], peak_rate: float) -> dict[str, Any]:
    slow = not has_end(parameters["learning_rate"]) or is_a_name(parameters["solver"], "sgd")
    return {"learning_rate_init": peak_rate * (SLOW if slow else 1)}


def is_auto(value: Any) -> bool:
    return is_a_name(value, "auto")


def is_a_name(value: Any, name: str) -> bool:
    # an array does not compare to a single truth value
    return isinstance(value, str) and value == name


def has_end(learning_rate: Any) -> bool:
    """Whether a learning rate follows a plan to the end."""
    if isinstance(learning_rate, str):
        return bool(SCHEDULES[learning_rate]().needs_end)
    return not isinstance(learning_rate, Schedule) or bool(learning_rate.needs_end)


def n_epochs(n_rows: int) -> int:
    """Epochs for a table of so many rows: fewer, the more steps each of them has."""
    return max(8, round(48 * min(1, 8_000 / max(1, n_rows)) ** 0.5))


def n_batch_rows(n_rows: int, n_trained: int) -> int:
    """Rows a step: about a sixteenth of a table, from 64 to 256, in batches of equal size."""
    size = min(256, max(64, n_rows / 16))
    return ceil(n_trained / max(1, round(n_trained / size)))
