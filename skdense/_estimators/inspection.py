"""Inspection of fitted networks."""

from dataclasses import dataclass
from math import prod
from numbers import Integral

from sklearn.utils.validation import check_is_fitted

from skdense._estimators.explaining import ExplainMixin
from skdense._input.features import check_X
from skdense._input.typing import TableLike
from skdense._settings.rule import is_a
from skdense._table.summary import ColumnSummary
from skdense.engine import Dense, Layer
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Summary:
    """The layers of a network, which print as a table.

    Attributes
    ----------
    title : str
        Estimator, numbers of columns, and total number of parameters.
    rows : list of (str, int, int)
        Name, number of output columns and number of trained parameters of each layer.
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


class InspectionMixin(ExplainMixin):
    """Methods and attributes that show the networks of a fitted estimator."""

    @property
    def coefs_(self) -> list[Array]:
        """Return views of the coefficients, of shape (n_in, n_out), of each dense layer."""
        return [views["coef"] for views in self.network_.views if "coef" in views]

    @property
    def intercepts_(self) -> list[Array]:
        """Return views of the intercepts, of shape (n_out,), of each dense layer."""
        return [views["intercept"] for views in self.network_.views if "coef" in views]

    @property
    def is_categorical_(self) -> Array | None:
        """Return a mask of shape (n_features,) of the categorical features; None without any."""
        return self._predictor.table.is_categorical

    @property
    def categories_(self) -> list[Array]:
        """Return the sorted categories of each categorical feature."""
        return self._predictor.table.categories

    @property
    def columns_(self) -> ColumnSummary:
        """Return what each column is read as, and how many values are missing."""
        predictor = self._predictor
        n_missing = predictor.columns.expansion.n_missing
        return ColumnSummary.of(predictor.table, self._feature_names(), n_missing)

    @property
    def input_names_(self) -> list[str]:
        """Return a name for each column of the matrix that the networks are trained on."""
        table = self._predictor.table
        return self._predictor.columns.names(table.names(self._feature_names()), table.categories)

    @property
    def input_center_(self) -> Array:
        """Return what is subtracted from each of these columns, except embedded categories."""
        return self._predictor.columns.center

    @property
    def input_scale_(self) -> Array:
        """Return what each of these is then divided by; infinity for constant columns."""
        return self._predictor.columns.scale

    def summary(self) -> Summary:
        """Summarize the layers, their shapes and their numbers of parameters.

        Returns
        -------
        summary : Summary
            Prints as a table; `summary.rows` contains its rows.
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

    def hidden_activations(self, X: TableLike, layer: int = -1) -> Array:
        """Return the outputs of a hidden layer: the representation that the network has learned.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        layer : int, default=-1
            Index of the hidden layer; 0 is the first and -1 the last.

        Returns
        -------
        activations : ndarray of shape (n_samples, n_units)
            Outputs after normalization and activation, in the dtype of the network.
        """
        check_is_fitted(self)
        dense = [i for i, one in enumerate(self.network_.layers) if isinstance(one, Dense)]
        n_hidden = len(dense) - 1
        if n_hidden == 0:
            raise ValueError(f"layer={layer!r} does not exist: the network has no hidden layers.")
        if not (is_a(layer, Integral) and -n_hidden <= layer < n_hidden):
            raise ValueError(
                f"layer must be an integer from {-n_hidden} to {n_hidden - 1} for {n_hidden} "
                f"hidden layers, got {layer!r}."
            )
        end = dense[layer % n_hidden + 1]
        first = self._predictor.member(0)
        return first.forward(check_X(self, X, first.table), n_layers=end)[0]
