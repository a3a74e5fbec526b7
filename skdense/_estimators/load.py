"""Load fitted estimators from files."""

import os
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar, overload

from skdense._estimators.base import BaseDenseNet
from skdense._estimators.classifier import DenseNetClassifier
from skdense._estimators.regressor import DenseNetRegressor
from skdense._files.codec import Decoder
from skdense._files.consistency import check_sound
from skdense._files.container import WRONG, damaged, read
from skdense._files.upgrade import check_is_supported, upgraded_attributes
from skdense._settings.rules import check_parameters
from skdense._training.fitting import become
from skdense.engine.typing import Array

ESTIMATORS: dict[str, type[BaseDenseNet]] = {
    "DenseNetClassifier": DenseNetClassifier,
    "DenseNetRegressor": DenseNetRegressor,
}
Kind = TypeVar("Kind", bound=BaseDenseNet)


@overload
def load(
    path: str | os.PathLike[str], kind: None = None
) -> DenseNetClassifier | DenseNetRegressor: ...
@overload
def load(path: str | os.PathLike[str], kind: type[Kind]) -> Kind: ...
def load(path: str | os.PathLike[str], kind: type[BaseDenseNet] | None = None) -> BaseDenseNet:
    """Load an estimator from a file written by `save`.

    No code in a file is ever run: a file contains names of skdense's classes, numbers and text.
    A checksum covers the whole file, and shapes and sizes are checked before memory is allocated.

    Parameters
    ----------
    path : str or path-like
    kind : {DenseNetClassifier, DenseNetRegressor} or None, default=None
        The class that the file must contain, which type checkers then know. None: either.

    Returns
    -------
    estimator : DenseNetClassifier or DenseNetRegressor
        Fitted estimator. If the file contains no training state, further training starts with
        new optimizer moments and, if `random_state` is None, a new random number generator.

    Raises
    ------
    ValueError
        If the file is damaged, is not a model file of skdense, or has a format that this
        release does not support, or contains an estimator that is not of `kind`.
    """
    path = Path(path)
    header, arrays = read(path)
    check_is_supported(path, header)
    try:
        estimator = _estimator(header, arrays)
    except WRONG as error:
        raise damaged(path, f"its contents are inconsistent ({error})") from error
    if kind not in (None, type(estimator)):
        raise ValueError(
            f"{path} contains a {type(estimator).__name__}, which is not of kind={kind!r}; leave "
            "kind out, or pass the path of another file."
        )
    return estimator


load.__module__ = "skdense"


def _estimator(header: dict[str, Any], arrays: list[Array]) -> BaseDenseNet:
    state = upgraded_attributes(Decoder(header["objects"], arrays).attributes(header["state"]))
    estimator = ESTIMATORS[header["estimator"]]()
    estimator.__dict__.update(state)
    check_parameters(estimator)
    if "_fit_state" in state:
        become(estimator, estimator._fit_state.as_if_ended())
    check_sound(estimator)
    estimator._trainer.renew_sources(deepcopy(estimator.random_state))
    return estimator
