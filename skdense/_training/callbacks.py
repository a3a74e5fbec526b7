"""scikit-learn's callbacks, new in its version 1.9."""

from collections.abc import Callable
from typing import Any

import sklearn
from sklearn.base import BaseEstimator

from skdense.engine import Epoch, Monitor

try:
    from sklearn.callback import CallbackSupportMixin as CallbackSupportMixin
    from sklearn.callback import with_callbacks as with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Says that this scikit-learn has no callbacks."""

        def set_callbacks(self, *callbacks: Any) -> Any:
            """Raise ImportError: callbacks need scikit-learn 1.9."""
            raise ImportError(
                "set_callbacks needs scikit-learn 1.9 or newer, and this is "
                f"{sklearn.__version__}; upgrade it by `pip install -U scikit-learn`."
            )

    def with_callbacks(method: Any) -> Any:
        """Leave the method as it is."""
        return method


class Reporter(Monitor):
    """Reports the epochs to `report`."""

    def __init__(self, report: Callable[[Epoch], None]) -> None:
        self._report = report

    def epoch_ends(self, epoch: Epoch) -> bool:
        self._report(epoch)
        return False


class FitMonitor(Reporter):
    """Reports the epochs of one fit, to `report` and to the estimator's callbacks.

    Parameters
    ----------
    estimator : BaseEstimator
    report : callable
        Gets each Epoch.
    max_iter : int
        Epochs at most.
    X, y, sample_weight
        As the caller gave them.
    fitted : callable
        Makes the fitted attributes, copies all, from the epochs so far.
    epochs : list of Epoch
        Those that are done; each one that ends is added.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        report: Callable[[Epoch], None],
        max_iter: int,
        X: Any,
        y: Any,
        sample_weight: Any,
        fitted: Callable[[list[Epoch]], dict[str, Any]],
        epochs: list[Epoch],
    ) -> None:
        super().__init__(report)
        self.epochs = epochs
        self.fitted = fitted
        self._context: Any = None
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self._data = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        if getattr(estimator, "_skl_callbacks", None):
            # scikit-learn documents this one as its interface for estimators of others
            self._context = estimator._init_callback_context(max_subtasks=max_iter)
            self._context.call_on_fit_task_begin(**self._data)

    def epoch_begins(self, number: int) -> None:
        if self._context is not None:
            self._task = self._context.subcontext(task_name="epoch")
            self._task.call_on_fit_task_begin(**self._data, **self._so_far())

    def epoch_ends(self, epoch: Epoch) -> bool:
        super().epoch_ends(epoch)
        self.epochs.append(epoch)
        return self._context is not None and bool(
            self._task.call_on_fit_task_end(**self._data, **self._so_far())
        )

    def fit_ends(self) -> None:
        """Tell the callbacks that all is done."""
        if self._context is not None:
            self._context.call_on_fit_task_end(**self._data, **self._so_far())

    def _so_far(self) -> dict[str, Any]:
        # made only if a callback asks for it
        return {"reconstruction_attributes": lambda: self.fitted(self.epochs)}
