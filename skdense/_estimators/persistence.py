"""Persistence of fitted estimators: model files, pickles and skops."""

from copyreg import __newobj__  # type: ignore[attr-defined]
from os import PathLike
from typing import Any, SupportsIndex

from skdense._files.consistency import check_sound
from skdense._files.saving import save
from skdense._files.skops_state import from_plain, to_plain
from skdense._training.attributes import FittedAttributes


class PersistenceMixin(FittedAttributes):
    """Saving, pickling and copying of estimators."""

    def save(self, path: str | PathLike[str], *, training_state: bool = False) -> None:
        """Save the fitted estimator to a file without code, for `skdense.load`.

        The file contains everything that predictions need, protected by a checksum:
        parameters, settings, columns, categories, classes and names. An older file at `path`
        is replaced only when the new one is complete. Callbacks are not saved.

        Parameters
        ----------
        path : str or path-like
        training_state : bool, default=False
            Whether to save the optimizer's moments and the random number generators too, so
            that `partial_fit` and `warm_start` continue exactly. The file is then about three
            times as large.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator contains code: a function, or a class from outside skdense. Use
            pickle for these.
        """
        save(self, path, training_state=training_state)

    def __sklearn_validate_model__(self) -> None:
        """Raise ValueError unless a fitted estimator is sound, for scikit-learn 1.10."""
        if hasattr(self, "_predictor"):
            check_sound(self)

    # Pickle and copy use the attributes themselves. skops uses the state, and requires users to
    # trust each class in it by name, so the state contains plain values.

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return __newobj__, (type(self),), vars(self).copy()

    def __getstate__(self) -> dict[str, Any]:
        return to_plain(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        is_plain = "skdense" in state
        self.__dict__.update(from_plain(state) if is_plain else state)
        if is_plain and hasattr(self, "_predictor"):
            check_sound(self)
