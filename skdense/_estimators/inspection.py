"""Looking inside a fitted network."""

from dataclasses import dataclass
from math import prod
from numbers import Integral
from typing import Any

from sklearn.utils.validation import check_is_fitted

from skdense._input.features import check_X
from skdense._settings.rule import is_a
from skdense._training.predictor import Predictor
from skdense.engine import Dense, Layer, Network
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Summary:
    """A network's layers; printed, a table.

    Attributes
    ----------
    title : str
    rows : list of (str, int, int)
        Each layer, the columns that come out of it, and its number of parameters.
    """

    title: str
    rows: list[tuple[str, int, int]]

    def __str__(self) -> str:
        table = [("layer", "outputs", "parameters")]
        table += [(name, f"{n_out:,}", f"{n_params:,}") for name, n_out, n_params in self.rows]
        names, outputs, counts = (max(map(len, column)) for column in zip(*table, strict=True))
        lines = [f"{a:<{names}}  {b:>{outputs}}  {c:>{counts}}" for a, b, c in table]
        return "\n".join([self.title, "", *lines])

    __repr__ = __str__


def _n_trained(layer: Layer, n_in: int) -> int:
    shapes, fixed = layer.shapes(n_in), layer.tracked + layer.frozen
    return sum(prod(shape) for name, shape in shapes.items() if name not in fixed)


class InspectionMixin:
    """What a fitted estimator shows of its network."""

    network_: Network
    n_features_in_: int
    _predictor: Predictor[Any]

    @property
    def coefs_(self) -> list[Array]:
        """Coefficients of each dense layer, of shape (n_in, n_out): views, in network units."""
        return [views["coef"] for views in self.network_.views if "coef" in views]

    @property
    def intercepts_(self) -> list[Array]:
        """Intercepts of each dense layer, of shape (n_out,): views, in network units."""
        return [views["intercept"] for views in self.network_.views if "coef" in views]

    @property
    def is_categorical_(self) -> Array | None:
        """Which features are categories, of shape (n_features,); None if none is."""
        return self._predictor.table.is_categorical

    @property
    def categories_(self) -> list[Array]:
        """Sorted categories of each feature that is one."""
        return self._predictor.table.categories

    @property
    def input_names_(self) -> list[str]:
        """What each column of the matrix is that the networks see."""
        names = getattr(self, "feature_names_in_", [f"x{i}" for i in range(self.n_features_in_)])
        return self._predictor.columns.names(list(names), self._predictor.table.categories)

    @property
    def input_center_(self) -> Array:
        """What is taken off each of these columns, but for codes of embedded categories."""
        return self._predictor.columns.center

    @property
    def input_scale_(self) -> Array:
        """What each of them is divided by then; infinite for a constant one."""
        return self._predictor.columns.scale

    def summary(self) -> Summary:
        """Layers, their shapes and their parameters.

        Returns
        -------
        summary : Summary
            Prints as a table; `summary.rows` holds it.
        """
        check_is_fitted(self)
        network = self.network_
        layers = zip(network.layers, network.widths, network.widths[1:], strict=False)
        rows = [(repr(layer), n_out, _n_trained(layer, n_in)) for layer, n_in, n_out in layers]
        n_networks = len(self._predictor.networks)
        several = f", the first of {n_networks} networks" if n_networks > 1 else ""
        title = (
            f"{type(self).__name__}: {network.widths[0]:,} columns in, {network.widths[-1]:,} "
            f"out, {sum(n for *_, n in rows):,} parameters in {network.params.dtype}{several}"
        )
        return Summary(title, rows)

    def hidden_activations(self, X: Any, layer: int = -1) -> Array:
        """What comes out of a hidden layer: the table as the network has learnt to see it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        layer : int, default=-1
            Which hidden layer, 0 being the first and -1 the last.

        Returns
        -------
        activations : ndarray of shape (n_samples, n_units)
            After normalization and activation, in the network's dtype.
        """
        check_is_fitted(self)
        dense = [i for i, one in enumerate(self.network_.layers) if isinstance(one, Dense)]
        n_hidden = len(dense) - 1
        if n_hidden == 0:
            raise ValueError(f"layer={layer!r} is not there: the network has no hidden layers.")
        if not (is_a(layer, Integral) and -n_hidden <= layer < n_hidden):
            raise ValueError(
                f"layer must be an integer from {-n_hidden} to {n_hidden - 1}, as there are "
                f"{n_hidden} hidden layers, got {layer!r}."
            )
        end = dense[layer % n_hidden + 1]
        first = self._predictor.member(0)
        return first.forward(check_X(self, X, first.table), n_layers=end)[0]
