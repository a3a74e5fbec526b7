"""Fitted estimators from files."""

import os
from copy import deepcopy
from pathlib import Path
from typing import Any

from skdense._estimators.base import BaseDenseNet
from skdense._estimators.classifier import DenseNetClassifier
from skdense._estimators.regressor import DenseNetRegressor
from skdense._files.codec import Decoder
from skdense._files.consistency import check_sound
from skdense._files.container import WRONG, damaged, read
from skdense._files.upgrade import upgraded_attributes
from skdense._settings.rules import check_parameters
from skdense._training.fitting import become

ESTIMATORS: dict[str, type[BaseDenseNet]] = {
    "DenseNetClassifier": DenseNetClassifier,
    "DenseNetRegressor": DenseNetRegressor,
}


def load(path: str | os.PathLike[str]) -> Any:
    """Read an estimator that `save` wrote.

    Nothing in a file is run: it names classes of skdense, and holds numbers and text. All of
    it is under a checksum, and shapes and sizes are checked before memory is taken.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    estimator : DenseNetClassifier or DenseNetRegressor
        Fitted. Without a training state in the file, more training begins with fresh moments
        and, where `random_state` is None, another random stream.

    Raises
    ------
    ValueError
        If the file is damaged, none of skdense's, or of a format that this release does not
        know.
    """
    path = Path(path)
    header, arrays = read(path)
    try:
        return _estimator(header, arrays)
    except WRONG as error:
        raise damaged(path, f"its content does not fit together ({error})") from error


load.__module__ = "skdense"


def _estimator(header: dict[str, Any], arrays: list[Any]) -> BaseDenseNet:
    state = upgraded_attributes(Decoder(header["objects"], arrays).attributes(header["state"]))
    estimator = ESTIMATORS[header["estimator"]]()
    estimator.__dict__.update(state)
    check_parameters(estimator, estimator._rules)
    if "_fit_state" in state:
        become(estimator, estimator._fit_state.as_if_ended())
    check_sound(estimator)
    estimator._trainer.renew_sources(deepcopy(estimator.random_state))
    return estimator
