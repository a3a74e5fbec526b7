"""What "auto" stands for: the recipe of docs/guide/defaults.md, and its rules by size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import ceil
from typing import Any

import numpy as np

from skdense._settings.parameters import Parameters, ScheduleLike, is_a_name, is_auto
from skdense._target.base import Target
from skdense.engine import SCHEDULES, Schedule
from skdense.engine.typing import Array, DType


@dataclass(frozen=True)
class Resolved:
    """The parameters that may be "auto", with nothing left to it.

    The defaults are what the study chose for Adam with steps over batches of a table.
    """

    n_estimators: int = 4
    feature_scaling: str | None = "robust"
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
# A stream has no known end, so nothing can follow a plan, and no batch can spare rows.
STREAM = replace(
    RECIPE,
    learning_rate="constant",
    dropout_schedule="constant",
    weight_decay_schedule="constant",
    early_stopping=False,
    feature_scaling="standard",
)
# L-BFGS has one smooth loss of all rows, and needs neither steps nor a plan.
LBFGS = replace(
    STREAM,
    n_estimators=1,
    dropout=0.0,
    weight_decay=0.0,
    feature_scaling="robust",
    learning_rate_init=0.001,
    max_iter=200,
    batch_size=200,
)
# Below 100 rows neither data-driven initialization nor dropout helped in the study, and either
# would break "a row of weight 2 equals two rows".
TINY_ROWS = 100
# Fewer held-out rows say nothing of a network.
MIN_HELD_OUT_ROWS = 20
# What follows the last layer saturates, or overflows, at a rate that suits plain numbers.
PLAIN_RATE, LINK_RATE = 0.2, 0.04
# Schedules that do not end at zero, and SGD, need a tenth of Adam's peak rate.
SLOW = 0.1
# What decides on layers stays as the first call had it.
LASTING = ("n_estimators", "dropout")


@dataclass(frozen=True)
class Call:
    """What "auto" goes by, besides the parameters.

    Attributes
    ----------
    n_rows : int
    x_dtype : dtype
    n_numeric : int
        Numeric columns that an embedding may take.
    is_sparse : bool
    strata : ndarray of shape (n_rows,) or None
        What a split of the rows keeps in the same proportions.
    has_validation : bool
        Whether validation data are given.
    is_stream : bool
        Whether the rows are one batch of a stream.
    before : dict
        What "auto" stood for in the call that this one continues.
    """

    n_rows: int
    x_dtype: DType
    n_numeric: int
    is_sparse: bool
    strata: Array | None
    has_validation: bool
    is_stream: bool
    before: Mapping[str, Any]


def resolve_auto(parameters: Parameters, target: Target, call: Call) -> Resolved:
    """Return the parameters that may be "auto" as given, or as the recipe has them."""
    recipe = _with_given(parameters, _recipe(parameters, target, call))
    if is_a_name(parameters.solver, "lbfgs"):
        return recipe
    n_rows = call.n_rows
    n_held_out = int(_fraction(parameters, call) * n_rows) if recipe.early_stopping else 0
    sized = replace(
        recipe,
        max_iter=n_epochs(n_rows),
        batch_size=n_batch_rows(n_rows, n_rows - n_held_out),
        learning_rate_init=_peak_rate(parameters, target, recipe),
    )
    return _with_given(parameters, sized)


def _recipe(parameters: Parameters, target: Target, call: Call) -> Resolved:
    """Return the recipe for such a solver, loss and number of rows."""
    recipe = STREAM if call.is_stream else RECIPE
    if is_a_name(parameters.solver, "lbfgs"):
        recipe = LBFGS
    if target.loss.learns_std:
        # outputs of deviation 1 would hold standard deviations far too small for their errors,
        # which few steps do not mend
        recipe = replace(recipe, initialization="random")
    if call.n_rows < TINY_ROWS:
        recipe = replace(recipe, initialization="random", dropout=0.0)
    fraction = _fraction(parameters, call)
    if not (call.has_validation or leaves_enough(call.n_rows, fraction, call.strata)):
        recipe = replace(recipe, early_stopping=False)
    return replace(recipe, **{n: call.before[n] for n in LASTING if n in call.before})


def _with_given(parameters: Parameters, recipe: Resolved) -> Resolved:
    """Return the recipe with all that a user has set."""
    given = {field.name: getattr(parameters, field.name) for field in fields(recipe)}
    return replace(recipe, **{name: v for name, v in given.items() if not is_auto(v)})


def _fraction(parameters: Parameters, call: Call) -> float:
    return 0.0 if call.has_validation else parameters.validation_fraction


def _peak_rate(parameters: Parameters, target: Target, recipe: Resolved) -> float:
    """Return the learning rate at its highest."""
    rate = PLAIN_RATE if target.out_activation == "identity" else LINK_RATE
    is_slow = not has_end(recipe.learning_rate) or is_a_name(parameters.solver, "sgd")
    return rate * (SLOW if is_slow else 1)


def has_end(learning_rate: ScheduleLike) -> bool:
    """Whether a learning rate follows a plan to the end."""
    if isinstance(learning_rate, str):
        return bool(SCHEDULES[learning_rate]().needs_end)
    return not isinstance(learning_rate, Schedule) or bool(learning_rate.needs_end)


def leaves_enough(n_rows: int, fraction: float, strata: Array | None) -> bool:
    """Whether so many rows can be held out, and still say something."""
    n_strata = 1 if strata is None else len(np.unique(strata))
    return bool(fraction * n_rows >= max(MIN_HELD_OUT_ROWS, n_strata))


def n_epochs(n_rows: int) -> int:
    """Return the epochs for so many rows: fewer, the more steps each of them has."""
    return max(8, round(48 * min(1, 8_000 / max(1, n_rows)) ** 0.5))


def n_batch_rows(n_rows: int, n_trained: int) -> int:
    """Return the rows a step: about a sixteenth of a table, 64 to 256, in equal batches."""
    size = min(256, max(64, n_rows / 16))
    return ceil(n_trained / max(1, round(n_trained / size)))
