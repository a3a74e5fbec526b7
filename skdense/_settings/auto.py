"""Resolve "auto": the recipe of docs/guide/defaults.md, and its rules by number of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import ceil, inf
from typing import Any

import numpy as np

from skdense._settings.embeddings import EMBEDDED_COLUMNS, EMBEDDINGS, few_embeddings
from skdense._settings.parameters import (
    EmbeddingLike,
    Parameters,
    ScheduleLike,
    is_a_name,
    is_auto,
)
from skdense._target.base import Target
from skdense.engine import SCHEDULES, Schedule
from skdense.engine.typing import Array, DType

# The number of networks times that of rows, within limits: few rows train fast, and gain most from
# more networks.
NETWORK_ROWS, FEWEST_NETWORKS, MOST_NETWORKS = 6_000, 4, 12


@dataclass(frozen=True)
class Resolved:
    """The values of the parameters that may be "auto".

    The defaults are those that the study chose for Adam with mini-batches of a table.
    """

    n_estimators: int = FEWEST_NETWORKS
    feature_scaling: str | None = "robust"
    numeric_embedding: EmbeddingLike | Sequence[EmbeddingLike] = EMBEDDINGS
    target_encoding: bool = True
    initialization: str = "data"
    dropout: float | Sequence[float] = 0.15
    dropout_schedule: ScheduleLike = "flat_cosine"
    weight_decay: float = 0.02
    weight_decay_schedule: ScheduleLike = "flat_cosine"
    batch_size: int = 256
    learning_rate: ScheduleLike = "coslog4"
    learning_rate_init: float = 0.04
    max_iter: int = 48
    early_stopping: bool = True


RECIPE = Resolved()
# A stream has no known end, so schedules that need one are out; no rows of a batch are held out.
STREAM = replace(
    RECIPE,
    learning_rate="constant",
    dropout_schedule="constant",
    weight_decay_schedule="constant",
    early_stopping=False,
    feature_scaling="standard",
    target_encoding=False,
)
# L-BFGS minimizes one smooth loss of all rows, without batches or schedules.
LBFGS = replace(
    STREAM,
    n_estimators=1,
    dropout=0.0,
    weight_decay=0.0,
    feature_scaling="robust",
    target_encoding=True,
    learning_rate_init=0.001,
    max_iter=200,
    batch_size=200,
)
# Below 100 rows neither data-driven initialization nor dropout helped in the study, and either
# would break "a row of weight 2 equals two rows".
TINY_ROWS = 100
# Fewer held-out rows say too little about a network.
MIN_HELD_OUT_ROWS = 20
# Fewer steps leave the networks far from done, whatever the number of rows.
MIN_STEPS = 150
# With fewer steps, a regressor does not come back from where the peak rate takes it.
FULL_RATE_STEPS = 100
# Output activations saturate or overflow at the peak rate that suits the identity.
PLAIN_RATE, LINK_RATE = 0.2, 0.04
# Schedules that do not end at zero, and SGD, need a tenth of Adam's peak rate.
SLOW = 0.1
# Parameters that decide on layers keep the values of the first call.
LASTING = ("n_estimators", "numeric_embedding", "dropout", "target_encoding")
# For a target of more classes or outputs, statistics would outnumber the columns of most tables.
MOST_MEANS = 30


@dataclass(frozen=True)
class Call:
    """The properties of a call that "auto" depends on, besides the parameters.

    Attributes
    ----------
    n_rows : int
    x_dtype : dtype
    n_numeric : int
        Number of numeric columns that an embedding may take.
    is_sparse : bool
    strata : ndarray of shape (n_rows,) or None
        Strata for a stratified split of the rows.
    has_validation : bool
        Whether validation data are given.
    is_stream : bool
        Whether the rows are one batch of a stream.
    before : dict
        The resolved parameters of the call that this one continues.
    max_epochs : float, default=infinity
        Number of epochs that there is time for.
    """

    n_rows: int
    x_dtype: DType
    n_numeric: int
    is_sparse: bool
    strata: Array | None
    has_validation: bool
    is_stream: bool
    before: Mapping[str, Any]
    max_epochs: float = inf


def resolve_auto(parameters: Parameters, target: Target, call: Call) -> Resolved:
    """Return the parameters that may be "auto", as given or from the recipe."""
    recipe = _with_given(parameters, _recipe(parameters, target, call))
    if is_a_name(parameters.solver, "lbfgs"):
        return recipe
    n_rows = call.n_rows
    n_held_out = int(_fraction(parameters, call) * n_rows) if recipe.early_stopping else 0
    n_trained = n_rows - n_held_out
    batch_size = _given_or(parameters.batch_size, n_batch_rows(n_rows, n_trained))
    # an MLP's fit is adopted without rows
    n_steps = max(1, ceil(n_trained / batch_size))
    max_iter = _given_or(parameters.max_iter, n_epochs(n_rows, n_steps))
    max_iter = int(min(max_iter, call.max_epochs))
    rate = _peak_rate(parameters, target, recipe, n_steps * max_iter)
    sized = replace(recipe, batch_size=batch_size, learning_rate_init=rate)
    return replace(_with_given(parameters, sized), max_iter=max_iter)


def _given_or(value: Any, auto: int) -> int:
    """Return the value that the user has set, or that of "auto"."""
    return auto if is_auto(value) else int(value)


def _recipe(parameters: Parameters, target: Target, call: Call) -> Resolved:
    """Return the recipe for this solver, loss and number of rows."""
    recipe = STREAM if call.is_stream else RECIPE
    if is_a_name(parameters.solver, "lbfgs"):
        recipe = LBFGS
    if recipe is RECIPE:
        recipe = replace(recipe, n_estimators=n_networks(call.n_rows))
    if target.loss.learns_std:
        # data-driven outputs of deviation 1 would start with standard deviations far too small,
        # which few steps cannot correct
        recipe = replace(recipe, initialization="random")
    if call.n_numeric > EMBEDDED_COLUMNS:
        recipe = replace(recipe, numeric_embedding=few_embeddings(call.n_numeric))
    if call.n_rows < TINY_ROWS:
        recipe = replace(recipe, initialization="random", dropout=0.0, target_encoding=False)
    if target.n_statistics > MOST_MEANS:
        recipe = replace(recipe, target_encoding=False)
    fraction = _fraction(parameters, call)
    if not (call.has_validation or leaves_enough(call.n_rows, fraction, call.strata)):
        recipe = replace(recipe, early_stopping=False)
    return replace(recipe, **{n: call.before[n] for n in LASTING if n in call.before})


def _with_given(parameters: Parameters, recipe: Resolved) -> Resolved:
    """Return the recipe, with the parameters that the user has set replaced."""
    given = {field.name: getattr(parameters, field.name) for field in fields(recipe)}
    return replace(recipe, **{name: v for name, v in given.items() if not is_auto(v)})


def _fraction(parameters: Parameters, call: Call) -> float:
    return 0.0 if call.has_validation else parameters.validation_fraction


def _peak_rate(parameters: Parameters, target: Target, recipe: Resolved, n_steps: int) -> float:
    """Return the peak learning rate."""
    is_plain = target.out_activation == "identity"
    rate = PLAIN_RATE if is_plain else LINK_RATE
    if not has_end(recipe.learning_rate) or is_a_name(parameters.solver, "sgd"):
        return rate * SLOW
    return rate * min(1.0, n_steps / FULL_RATE_STEPS) if is_plain else rate


def has_end(learning_rate: ScheduleLike) -> bool:
    """Whether the schedule of a learning rate needs a known end."""
    if isinstance(learning_rate, str):
        return bool(SCHEDULES[learning_rate]().needs_end)
    return not isinstance(learning_rate, Schedule) or bool(learning_rate.needs_end)


def leaves_enough(n_rows: int, fraction: float, strata: Array | None) -> bool:
    """Whether a fraction of the rows is enough to validate on."""
    n_strata = 1 if strata is None else len(np.unique(strata))
    return bool(fraction * n_rows >= max(MIN_HELD_OUT_ROWS, n_strata))


def n_networks(n_rows: int) -> int:
    """Return the number of networks."""
    # tiny tables are mostly those of tests, which should take no time
    if n_rows < TINY_ROWS:
        return FEWEST_NETWORKS
    return min(MOST_NETWORKS, max(FEWEST_NETWORKS, NETWORK_ROWS // max(1, n_rows)))


def n_epochs(n_rows: int, n_steps: int) -> int:
    """Return the number of epochs of `n_steps` steps: fewer for more rows."""
    n = max(8, round(48 * min(1, 8_000 / max(1, n_rows)) ** 0.5))
    return max(n, ceil(MIN_STEPS / n_steps))


def n_batch_rows(n_rows: int, n_trained: int) -> int:
    """Return the batch size: about n_rows / 16, 64 to 256, such that batches are equal."""
    size = min(256, max(64, n_rows / 16))
    return ceil(n_trained / max(1, round(n_trained / size)))
