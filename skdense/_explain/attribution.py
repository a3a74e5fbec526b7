"""Contributions of the columns of a table to the predictions of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from warnings import warn

import numpy as np

from skdense._explain.member import Member
from skdense._explain.path import Paths
from skdense._target.base import Target
from skdense._training.predictor import Predictor
from skdense.engine.threads import n_threads, work_apart
from skdense.engine.typing import Array

# Rows whose gradients are computed at once, in buffers that fit the cache.
CHUNK = 256
# Integrals may be off by this fraction of the prediction's standard deviation, which is shared out.
TOLERANCE = 0.02
# Points on each line that are tried in turn, for the rows whose integrals are further off.
N_NODES = (4, 12, 36, 108)


@dataclass(frozen=True)
class Attribution:
    """Contributions to predictions, in their units.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features, n_values)
    base : ndarray of shape (n_values,)
        The mean prediction over the background.
    """

    values: Array
    base: Array


def attribute(
    predictor: Predictor[Target], X: Array, background: Array, n_features: int
) -> Attribution:
    """Divide the predictions of rows among the user's columns.

    From each background row, a straight line leads to the mean of the background and another one
    from there to the row, in what the first layers of each network make of each column alone:
    scaled numbers, flags, embeddings of numbers and of categories. Gradients are integrated along
    both lines and averaged over the background. What an integral lacks, at most TOLERANCE times
    the standard deviation of the predictions, is shared out in proportion to the sizes of the
    contributions, so that they add up.

    Parameters
    ----------
    predictor : Predictor
    X, background : ndarray of shape (n_rows, n_read)
        Encoded rows.
    n_features : int
        Number of columns of the user's table.

    References
    ----------
    Sundararajan, Taly & Yan (2017), "Axiomatic attribution for deep networks".

    Erion et al. (2021), "Improving performance of deep learning models with axiomatic attribution
    priors and expected gradients".
    """
    lines = _Lines(predictor, background, n_features)
    values, values_there = _additive(predictor, X), _additive(predictor, background)
    spread = np.concatenate([values, values_there]).std(axis=0)
    legs = lines.contributions(background, values_there, spread)
    found = lines.contributions(X, values, spread) - legs.mean(axis=0)
    factor, shift = predictor.target.additive_units()
    return Attribution(found * factor, values_there.mean(axis=0) * factor + shift)


def _additive(predictor: Predictor[Target], X: Array) -> Array:
    raws = predictor.inverse_temperature * predictor.forward(X)
    return predictor.target.loss.additive(raws).astype(np.float64)


class _Lines:
    """The lines from the mean of the background to rows."""

    def __init__(self, predictor: Predictor[Target], background: Array, n_features: int) -> None:
        self.predictor = predictor
        features = predictor.columns.origin
        if predictor.table.kinds:
            features = np.array(predictor.table.origin)[features]
        self.members = [Member.of(net, features, n_features) for net in predictor.networks]
        self.references = [rows.mean(axis=0) for rows in self._represented(background)]

    def _represented(self, X: Array) -> list[Array]:
        matrix = self.predictor.columns.transform(X, self.predictor.dtype)
        return [member.represent(matrix) for member in self.members]

    def _paths(self) -> Paths:
        loss, factor = self.predictor.target.loss, self.predictor.inverse_temperature
        return Paths(self.members, loss, factor, self.references)

    def contributions(self, X: Array, values: Array, spread: Array) -> Array:
        """Return contributions to `values`, of shape (n_rows, n_features, n_values)."""
        n_features = self.members[0].groups.shape[1]
        found = np.empty((len(X), n_features, values.shape[1]))
        changes = values - self._paths().at_reference()
        # rounding errors of float32 do not count where predictions hardly differ
        least = 10 * np.finfo(self.predictor.dtype).eps * np.abs(values).max(initial=0)
        allowed, errors = TOLERANCE * spread + least, np.zeros(len(X))

        def explain(starts: Sequence[int]) -> None:
            paths = self._paths()
            for start in starts:
                rows = slice(start, start + CHUNK)
                ends = self._represented(X[rows])
                errors[rows] = _integrate(paths, ends, changes[rows], allowed, found[rows])

        work_apart(explain, range(0, len(X), CHUNK), n_threads())
        if (errors > 1).any():
            warn(
                f"The contributions to {np.count_nonzero(errors > 1)} predictions are less exact: "
                f"integrals are off by up to {errors.max() * TOLERANCE:.2g} standard deviations "
                f"of the prediction, with {N_NODES[-1]} points on each path.",
                stacklevel=4,
            )
        return found


def _integrate(
    paths: Paths, ends: Sequence[Array], changes: Array, allowed: Array, out: Array
) -> Array:
    """Write contributions that add up to `changes`; return the errors of the integrals.

    Errors are multiples of `allowed`; rows of larger ones get more nodes.
    """
    left, errors = np.arange(len(out)), np.zeros(len(out))
    for n_nodes in N_NODES:
        some = ends if len(left) == len(out) else [rows[left] for rows in ends]
        found = paths.contributions(some, n_nodes, out.shape[2])
        lacking = changes[left] - found.sum(axis=1)
        out[left] = found + _shares(found) * lacking[:, None]
        errors[left] = (np.abs(lacking) / allowed).max(axis=1)
        left = left[errors[left] > 1]
        if not left.size:
            break
    return errors


def _shares(contributions: Array) -> Array:
    """Return the size of each contribution as a fraction of those of its row; equal if all are 0."""
    sizes = np.abs(contributions)
    total = sizes.sum(axis=1, keepdims=True)
    equal = np.full_like(sizes, 1 / sizes.shape[1])
    return np.divide(sizes, total, out=equal, where=total > 0)
