"""How a fitted estimator leaves the process: as a file, a pickle, or for skops."""

from copyreg import __newobj__  # type: ignore[attr-defined]
from os import PathLike
from typing import Any

from skdense._files.consistency import check_sound
from skdense._files.saving import save
from skdense._files.skops_state import from_plain, to_plain


class PersistenceMixin:
    """Files, pickles and copies."""

    def save(self, path: str | PathLike[str], *, training_state: bool = False) -> None:
        """Write the fitted estimator to a file that holds no code, for `skdense.load`.

        All is in it that predictions need, under a checksum: parameters, settings, columns,
        categories, classes and names. An older file at `path` stays whole until the new one
        is. Callbacks are not saved.

        Parameters
        ----------
        path : str or path-like
        training_state : bool, default=False
            Whether to keep the optimizer's moments and the random streams as well, so that
            `partial_fit` and `warm_start` go on exactly. About three times as large.

        Raises
        ------
        NotFittedError
            If there is nothing to save yet.
        TypeError
            If the estimator holds code: a function, or a class that is not skdense's. Use
            pickle for these.
        """
        save(self, path, training_state=training_state)

    # Pickle and copy take the attributes as they are. skops asks for the state, and would have
    # each class in it trusted by name: there it is plain.

    def __reduce_ex__(self, protocol: Any) -> Any:
        return __newobj__, (type(self),), vars(self).copy()

    def __getstate__(self) -> dict[str, Any]:
        return to_plain(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        is_plain = "skdense" in state
        self.__dict__.update(from_plain(state) if is_plain else state)
        if is_plain and hasattr(self, "_predictor"):
            check_sound(self)
