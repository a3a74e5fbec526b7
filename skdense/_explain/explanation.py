"""The result of `explain`, as shap's Explanation or as a small object of the same attributes."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from skdense.engine.typing import Array

if TYPE_CHECKING:
    from skdense._explain.display import ContributionDisplay

# Columns of which a printed explanation says more than their sum.
MOST_LINES = 20


@dataclass(eq=False, repr=False)
class Explanation:
    """Contributions of columns to predictions, with the attributes of `shap.Explanation`.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_features) or (n_samples, n_features, n_values)
        What each column contributes to each prediction.
    base_values : ndarray of shape (n_samples,) or (n_samples, n_values)
        What the contributions are added to: the mean prediction of the background.
    data : ndarray of shape (n_samples, n_features)
        The rows.
    feature_names : list of str
    output_names : list of str or None
        Names of several predicted values.
    """

    values: Array
    base_values: Array
    data: Array
    feature_names: list[str]
    output_names: list[str] | None = None

    def __repr__(self) -> str:
        """Say what there is, as NumPy prints up to a thousand numbers of each array."""
        n_rows, n_features = self.values.shape[:2]
        return (
            f"Explanation of {n_rows} row{'s' * (n_rows != 1)} by {n_features} columns: values, "
            "base_values, data, feature_names, output_names"
        )

    def __str__(self) -> str:
        """Return the contributions to one prediction as a table, the largest first."""
        if self.values.ndim > 2 or len(self.values) != 1:
            return repr(self)
        values, order = self.values[0], np.argsort(-np.abs(self.values[0]), kind="stable")
        lines = [(self.feature_names[i], values[i]) for i in order[:MOST_LINES]]
        if len(order) > MOST_LINES:
            lines.append((f"{len(order) - MOST_LINES} others", values[order[MOST_LINES:]].sum()))
        base = self.base_values[0]
        lines = [("base value", base), *lines, ("sum", base + values.sum())]
        width = max(len(name) for name, _ in lines)
        return "\n".join(f"{name:<{width}}  {value:>10.4g}" for name, value in lines)

    def plot(self, ax: Any = None, **bar_kw: Any) -> "ContributionDisplay":
        """Draw the mean size of each column's contributions; see `ContributionDisplay`."""
        from skdense._explain.display import ContributionDisplay

        display = ContributionDisplay(self.mean_sizes(), self.feature_names, self.output_names)
        return display.plot(ax, **bar_kw)

    def mean_sizes(self) -> Array:
        """Return the mean absolute contribution of each column, over the rows."""
        return np.asarray(np.abs(self.values).mean(axis=0))

    def for_shap(self, numbers: Array) -> Any:
        """Return a `shap.Explanation`, whose plots take colors from `numbers`."""
        from shap import Explanation as ShapExplanation  # type: ignore[import-not-found,unused-ignore]

        return ShapExplanation(
            self.values,
            self.base_values,
            data=numbers,
            display_data=self.data,
            feature_names=self.feature_names,
            output_names=self.output_names,
        )


def in_best_form(explanation: Explanation, numbers: Array) -> Any:
    """Return a `shap.Explanation` if shap is installed, else the explanation itself."""
    return explanation if find_spec("shap") is None else explanation.for_shap(numbers)
