"""Save fitted estimators to files."""

import os
from collections.abc import Mapping
from pathlib import Path

from sklearn.base import BaseEstimator

from skdense._files.codec import Encoder
from skdense._files.container import write
from skdense._files.skops_state import described
from skdense._training.attributes import FittedAttributes, check_is_predictor
from skdense._version import __version__

# Fitted attributes that are known before training.
SEEN = ("n_features_in_", "feature_names_in_")


def save(
    estimator: FittedAttributes, path: str | os.PathLike[str], *, training_state: bool
) -> None:
    """Write a fitted estimator to a file, as `PersistenceMixin.save` documents."""
    check_is_predictor(estimator)
    state = vars(estimator).copy()
    if not training_state:
        state["_trainer"] = estimator._trainer.without_training()
        state.pop("_fit_state", None)
    write_state(estimator, state, path)


def save_fit_state(estimator: BaseEstimator, path: str | os.PathLike[str]) -> None:
    """Write an estimator during a fit, so that the fit can be resumed."""
    names = [*estimator.get_params(deep=False), *SEEN, "_fit_state"]
    write_state(estimator, {n: v for n, v in vars(estimator).items() if n in names}, path)


def write_state(
    estimator: FittedAttributes, state: Mapping[str, object], path: str | os.PathLike[str]
) -> None:
    """Write an estimator with the given attributes; TypeError unless it is of skdense."""
    kind, encoder = type(estimator), Encoder()
    if kind.__module__ != "skdense":
        raise TypeError(
            f"save supports only the estimators of skdense, got {kind.__name__} of "
            f"{kind.__module__}; use pickle, as a model file contains no code."
        )
    about = {"skdense": __version__, "estimator": kind.__name__}
    write(Path(path), about | described(encoder, state), encoder.arrays)
