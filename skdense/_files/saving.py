"""Fitted estimators into files."""

import os
from pathlib import Path
from typing import Any

from skdense._files.codec import Encoder
from skdense._files.container import write
from skdense._files.skops_state import described
from skdense._training.attributes import check_is_predictor
from skdense._version import __version__

# What a fit says of the table before it trains.
SEEN = ("n_features_in_", "feature_names_in_")


def save(estimator: Any, path: str | os.PathLike[str], *, training_state: bool) -> None:
    """Write a fitted estimator; `PersistenceMixin.save` says what of it."""
    check_is_predictor(estimator)
    state = vars(estimator).copy()
    if not training_state:
        state["_trainer"] = estimator._trainer.without_training()
    write_state(estimator, state, path)


def save_fit_state(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write an estimator in the middle of a fit."""
    names = [*estimator.get_params(deep=False), *SEEN, "_fit_state"]
    write_state(estimator, {n: v for n, v in vars(estimator).items() if n in names}, path)


def write_state(estimator: Any, state: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Write an estimator with other attributes than it has."""
    kind, encoder = type(estimator), Encoder()
    if kind.__module__ != "skdense":
        raise TypeError(
            f"save takes the estimators of skdense, got {kind.__name__} of {kind.__module__}: a "
            "file holds no code; use pickle."
        )
    about = {"skdense": __version__, "estimator": kind.__name__}
    write(Path(path), about | described(encoder, state), encoder.arrays)
