"""Class weights, which multiply sample weights."""

from dataclasses import dataclass
from numbers import Real
from typing import Any, Self

import numpy as np

from skdense._input.rows import Rows
from skdense.engine.typing import Array

OfOneOutput = dict[Any, Any] | str | None
# The types of the parameter `class_weight`.
ClassWeight = OfOneOutput | list[OfOneOutput]


@dataclass(frozen=True)
class ClassWeights:
    """The factor of each class on the weights of its rows.

    Attributes
    ----------
    factors : list of ndarray of shape (n_classes,)
        For each output of the target, in the order of its classes.
    """

    factors: list[Array]

    @classmethod
    def of(cls, class_weight: ClassWeight, classes: list[Array], rows: Rows) -> Self:
        """Return the factors for `class_weight`; "balanced" adds up the weights of rows."""
        wanted_of = per_output(class_weight, len(classes))
        if len(wanted_of) != len(classes):
            raise ValueError(
                f"class_weight has {len(wanted_of)} entries for {len(classes)} outputs of y; "
                "give one for each output."
            )
        weight, outputs = rows.weights(), zip(wanted_of, rows.y.T, classes, strict=True)
        return cls([_of_output(wanted, codes, known, weight) for wanted, codes, known in outputs])

    def apply(self, rows: Rows) -> Rows:
        """Return encoded rows with their weights multiplied by those of their classes."""
        weight = rows.weights()
        for factor, codes in zip(self.factors, rows.y.T, strict=True):
            weight = weight * factor[codes]
        return Rows(rows.X, rows.y, weight)


def per_output(class_weight: ClassWeight, n_outputs: int = 1) -> list[OfOneOutput]:
    """Return the class weight of each output, from a list or from one for all."""
    return class_weight if isinstance(class_weight, list) else [class_weight] * n_outputs


def _of_output(class_weight: OfOneOutput, codes: Array, classes: Array, weight: Array) -> Array:
    """Return the factor of each class of one output."""
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str):
        counts = np.bincount(codes, weight, minlength=len(classes))
        n_present = np.count_nonzero(counts)
        factors = np.ones(len(classes))  # classes without rows may occur in validation rows
        factors[counts > 0] = weight.sum() / (n_present * counts[counts > 0])
        return factors
    if not all(isinstance(v, Real) and 0 <= float(v) < np.inf for v in class_weight.values()):
        raise ValueError(f"class_weight must hold numbers of at least 0, got {class_weight}.")
    labels = classes.tolist()
    forgotten = [label for label in labels if label not in class_weight]
    unknown = [label for label in class_weight if label not in labels]
    if forgotten and unknown:
        raise ValueError(
            f"class_weight names {unknown}, which are not classes of y, and lacks {forgotten}, "
            "which are; name the classes as y does."
        )
    return np.array([class_weight.get(label, 1.0) for label in labels], float)
