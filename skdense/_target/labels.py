"""Class targets: their encoding for the loss, and predictions from raw outputs."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from skdense._input.rows import Rows
from skdense._input.values import natural_columns, together
from skdense._target.base import Target, check_n_outputs
from skdense._target.class_weight import ClassWeight, ClassWeights
from skdense._target.classes import (
    are_equal,
    check_labels,
    is_indicator,
    known_classes,
    positions_in,
)
from skdense.engine import ClassificationLoss, LogisticLoss, LogLoss, ProbabilityLoss, SoftmaxLoss
from skdense.engine.typing import Array, DType

# The types of the argument `classes`: one sequence of labels, or one for each output.
Classes = Sequence[Any] | Array | None


class Labels(Target):
    """Classes of one or several outputs.

    Parameters
    ----------
    classes : sequence of ndarray
        Sorted classes of each output.
    loss : ProbabilityLoss, default=LogLoss()
    label_smoothing : float, default=0.0

    Attributes
    ----------
    classes : list of ndarray
        Sorted classes of each output.
    """

    loss: ClassificationLoss

    def __init__(
        self,
        classes: Sequence[Array],
        loss: ProbabilityLoss = LogLoss(),
        label_smoothing: float = 0.0,
    ) -> None:
        self.classes, self.n_outputs = list(classes), len(classes)
        self.loss = self._loss_of(loss, label_smoothing)

    @abstractmethod
    def _loss_of(self, loss: ProbabilityLoss, label_smoothing: float) -> ClassificationLoss:
        """Return the loss of raw predictions for a loss of probabilities."""

    def weighter(self, class_weight: ClassWeight, rows: Rows) -> Callable[[Rows], Rows]:
        if class_weight is None:
            return super().weighter(class_weight, rows)
        return ClassWeights.of(class_weight, self.classes, rows).apply

    def calibration_loss(self, label_smoothing: float) -> ClassificationLoss:
        """Return the log loss of raw predictions, whatever loss trained them."""
        return self._loss_of(LogLoss(), label_smoothing)

    def fitted_attributes(self) -> dict[str, object]:
        return {"classes_": self.public_classes}

    @property
    def public_classes(self) -> Any:
        """`classes_` in scikit-learn's form: an array, or a list of one for each output."""
        return self.classes[0]

    @property
    def additive_names(self) -> list[str]:
        return list(map(str, self.classes[0])) if self.n_raw > 1 else [str(self.classes[0][-1])]

    def encode(self, y: Array) -> Array:
        """Return the position of each class among those of its output, a column per output."""
        check_n_outputs(y, self.n_outputs)
        outputs = zip(natural_columns(y), self.classes, strict=True)
        return np.column_stack([positions_in(labels, classes) for labels, classes in outputs])

    def strata(self, y: Array) -> Array | None:
        return y[:, 0]

    def scores(self, raw: Array, y: Array) -> Array:
        """Return one less the probability of the right class, for each output.

        Sadinle, Lei & Wasserman (2019), "Least ambiguous set-valued classifiers with bounded error
        levels".
        """
        rows, outputs = np.arange(len(y)), zip(self.probas(raw), y.T, strict=True)
        return np.column_stack([1 - proba[rows, codes] for proba, codes in outputs])

    def probas(self, raw: Array) -> list[Array]:
        """Return the probabilities of the classes of each output."""
        return [self.proba(raw)]

    def sets(self, raw: Array, threshold: Array) -> Any:
        """Return which classes have scores of at most `threshold`, in the form of `proba`."""
        outputs = zip(self.probas(raw), threshold, strict=True)
        found = [1 - proba <= most for proba, most in outputs]
        return found[0] if len(found) == 1 else found

    def predict(self, raw: Array) -> Array:
        return self.classes[0][self.decide(raw)[:, 0]]

    def score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        right = are_equal(y, prediction).reshape(len(y), -1).all(axis=1)
        return float(np.average(right, weights=weight))

    def proba(self, raw: Array) -> Any:
        """Return probabilities in scikit-learn's form."""
        return self.loss.inverse_link(raw)

    def log_proba(self, raw: Array) -> Any:
        """Return log-probabilities in scikit-learn's form."""
        return self.loss.log_inverse_link(raw)

    def decision(self, raw: Array) -> Any:
        """Return the scores of `decision_function` in scikit-learn's form."""
        return raw


class Multiclass(Labels):
    """One class per row, among any number: softmax outputs."""

    loss: SoftmaxLoss
    out_activation = "softmax"

    @property
    def n_raw(self) -> int:  # type: ignore[override]
        return sum(map(len, self.classes))

    def _loss_of(self, loss: ProbabilityLoss, label_smoothing: float) -> SoftmaxLoss:
        return loss.softmax(tuple(map(len, self.classes)), label_smoothing)

    def loss_target(self, y: Array, dtype: DType) -> Array:
        return y

    @property
    def n_statistics(self) -> int:
        return sum(len(_described(len(classes))) for classes in self.classes)

    def statistics_target(self, y: Array) -> Array:
        outputs = zip(y.T, self.classes, strict=True)
        flags = [codes[:, None] == _described(len(classes)) for codes, classes in outputs]
        return np.hstack(flags).astype(np.float64)

    def decide(self, raw: Array) -> Array:
        return raw.argmax(axis=1)[:, None]

    def decision(self, raw: Array) -> Any:
        return raw[:, 1] - raw[:, 0] if raw.shape[1] == 2 else raw


class MulticlassMultioutput(Multiclass):
    """One class per row and output: a softmax for each output; results are lists."""

    @property
    def public_classes(self) -> Any:
        return self.classes

    @property
    def additive_names(self) -> list[str]:
        several = enumerate(self.classes)
        return [f"output {i}: {label}" for i, labels in several for label in labels]

    def strata(self, y: Array) -> Array | None:
        return None

    def decide(self, raw: Array) -> Array:
        return np.column_stack([part.argmax(axis=1) for part in self.loss.split(raw)])

    def predict(self, raw: Array) -> Array:
        return _of_columns(self.classes, self.decide(raw))

    def proba(self, raw: Array) -> Any:
        return self.loss.split(self.loss.inverse_link(raw))

    def probas(self, raw: Array) -> list[Array]:
        return self.proba(raw)

    def log_proba(self, raw: Array) -> Any:
        return self.loss.split(self.loss.log_inverse_link(raw))

    def decision(self, raw: Array) -> Any:
        return self.loss.split(raw)


class Binary(Labels):
    """One of two classes per row: a single logistic output."""

    n_raw, out_activation = 1, "logistic"

    def _loss_of(self, loss: ProbabilityLoss, label_smoothing: float) -> LogisticLoss:
        return loss.logistic(label_smoothing)

    def loss_target(self, y: Array, dtype: DType) -> Array:
        return y.astype(dtype)

    def decide(self, raw: Array) -> Array:
        return (raw > 0).astype(np.intp)

    def proba(self, raw: Array) -> Any:
        return self.loss.inverse_link(np.hstack([-raw, raw]))

    def log_proba(self, raw: Array) -> Any:
        return self.loss.log_inverse_link(np.hstack([-raw, raw]))

    def decision(self, raw: Array) -> Any:
        return raw[:, 0]


class OneVsRest(Labels):
    """One class per row: a logistic output for each class, with probabilities normalized to 1."""

    out_activation = "logistic"

    @property
    def n_raw(self) -> int:  # type: ignore[override]
        return len(self.classes[0])

    def _loss_of(self, loss: ProbabilityLoss, label_smoothing: float) -> LogisticLoss:
        return loss.logistic(label_smoothing, self.n_raw)

    def loss_target(self, y: Array, dtype: DType) -> Array:
        return np.asarray(y == np.arange(self.n_raw), dtype)

    def decide(self, raw: Array) -> Array:
        return raw.argmax(axis=1)[:, None]

    def proba(self, raw: Array) -> Any:
        return np.exp(self.log_proba(raw))

    def log_proba(self, raw: Array) -> Any:
        # in logarithms, which keep the ratios of probabilities that underflow
        log_p = self.loss.log_inverse_link(raw)
        return log_p - np.logaddexp.reduce(log_p, axis=1, keepdims=True)


class Multilabel(Labels):
    """Any number of labels per row, as an indicator matrix: a logistic output for each."""

    out_activation = "logistic"

    @property
    def n_raw(self) -> int:  # type: ignore[override]
        return len(self.classes)

    def _loss_of(self, loss: ProbabilityLoss, label_smoothing: float) -> LogisticLoss:
        return loss.logistic(label_smoothing)

    @property
    def public_classes(self) -> Any:
        return np.arange(self.n_raw)

    @property
    def additive_names(self) -> list[str]:
        return [f"label {i}" for i in range(self.n_raw)]

    def strata(self, y: Array) -> Array | None:
        return None

    def loss_target(self, y: Array, dtype: DType) -> Array:
        return y.astype(dtype)

    def probas(self, raw: Array) -> list[Array]:
        return [np.column_stack([1 - column, column]) for column in self.proba(raw).T]

    def decide(self, raw: Array) -> Array:
        return (raw > 0).astype(np.intp)

    def predict(self, raw: Array) -> Array:
        return _of_columns(self.classes, self.decide(raw))


def _of_columns(classes: list[Array], positions: Array) -> Array:
    """Return the class at each position, in a column per output."""
    columns = zip(classes, positions.T, strict=True)
    return together([known[chosen] for known, chosen in columns])


def labels_of(
    y: Array,
    output_activation: str | None,
    loss: ProbabilityLoss,
    label_smoothing: float,
    classes: Classes = None,
    *,
    is_batch: bool = False,
) -> Labels:
    """Return the kind of labels that `y` holds.

    `classes` names all classes, as `y` may lack some; the first batch of a stream must name them.
    """
    columns = natural_columns(y)
    for column in columns:
        check_labels(column, quiet=classes is not None)
    if is_indicator(columns) and not _per_output(classes):
        _check_multilabel(len(columns), output_activation, classes)
        known = [np.array([0, 1], column.dtype) for column in columns]
        return Multilabel(known, loss, label_smoothing)
    if classes is None and is_batch:
        raise ValueError(
            "classes must be given at the first call of partial_fit: all classes that y "
            "may hold, for example np.unique(y_all)."
        )
    known = _known_classes(columns, classes, several=y.ndim == 2)
    kind = _kind_of(known, output_activation, several=y.ndim == 2)
    return kind(known, loss, label_smoothing)


def _known_classes(columns: list[Array], classes: Classes, *, several: bool) -> list[Array]:
    if classes is None:
        return [np.unique(column) for column in columns]
    return known_classes(classes if several else [classes], len(columns))


def _kind_of(known: list[Array], output_activation: str | None, *, several: bool) -> type[Labels]:
    if several:
        _refuse(output_activation == "logistic", "'logistic'", "several outputs of classes")
        return MulticlassMultioutput
    if len(known[0]) == 2:
        return Multiclass if output_activation == "softmax" else Binary
    return OneVsRest if output_activation == "logistic" else Multiclass


def _check_multilabel(n_labels: int, output_activation: str | None, classes: Classes) -> None:
    _refuse(output_activation == "softmax", "'softmax'", "a multilabel y")
    positions = np.arange(n_labels)
    if classes is not None and not np.array_equal(known_classes([classes], 1)[0], positions):
        raise ValueError(
            f"classes must be the column numbers 0 to {n_labels - 1} for a multilabel y of "
            f"{n_labels} columns, got {classes!r}."
        )


def _refuse(wrong: bool, value: str, target: str) -> None:
    if wrong:
        raise ValueError(f"output_activation={value} does not suit {target}; leave it None.")


def _per_output(classes: Classes) -> bool:
    return isinstance(classes, list | tuple) and len(classes) > 0 and np.ndim(classes[0]) == 1


def _described(n_classes: int) -> Array:
    """Return the classes whose flags describe one output: of two classes, the second."""
    return np.arange(n_classes == 2, n_classes)
