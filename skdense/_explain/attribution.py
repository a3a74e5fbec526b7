"""Contributions of the columns of a table to the predictions of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from warnings import warn

import numpy as np

from skdense._explain.features import features_of
from skdense._explain.member import Member
from skdense._explain.path import Path, link_slopes
from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
from skdense.engine.threads import n_threads, work_apart
from skdense.engine.typing import Array

# Rows whose gradients are computed at once, in buffers that fit the cache.
CHUNK = 256
# Integrals may be off by this fraction of the standard deviation of raw predictions.
TOLERANCE = 0.02
# Points on each line that are tried in turn, for the rows whose integrals are further off.
N_NODES = (6, 18, 54, 108)


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
    scaled numbers, flags, embeddings of numbers and of categories. Gradients of the networks are
    integrated along both lines and averaged over the background. Those of the link, from the
    outputs of all networks to one prediction, are integrated on the line between the outputs.

    What an integral lacks, at most TOLERANCE times the standard deviation of raw predictions, is
    shared out in proportion to the sizes of the contributions, so that they add up.

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
    from_mean = lines.contributions(background)
    found = lines.contributions(X) - from_mean.mean(axis=0)
    base = lines.value_at_mean + from_mean.sum(axis=1).mean(axis=0)
    factor, shift = predictor.target.additive_units()
    return Attribution(found * factor, base * factor + shift)


class _Lines:
    """The lines from the mean of the background to rows."""

    def __init__(self, predictor: Predictor[Target], background: Array, n_features: int) -> None:
        self.predictor, self.loss = predictor, predictor.target.loss
        features = features_of(predictor)
        self.members = [Member.of(net, features, n_features) for net in predictor.networks]
        self.references = [_mean(rows) for rows in self._represented(background)]
        pairs = zip(self.members, self.references, strict=True)
        # (n_networks, 1, n_raw)
        self.start = self._scaled([member.rest.forward(mean[None]) for member, mean in pairs])
        self.value_at_mean = self.loss.additive(self.start)[0]
        raws = self._scaled(predictor.forward(background))
        self.spread = raws.std(axis=1).mean(axis=0)
        # changes of a thousand roundings do not count
        self.rounding = 1_000 * np.finfo(predictor.dtype).eps * max(1, np.abs(raws).max())

    def _scaled(self, raws: Sequence[Array] | Array) -> Array:
        return self.predictor.inverse_temperature * np.asarray(raws, np.float64)

    def _represented(self, X: Array) -> list[Array]:
        matrix = self.predictor.columns.transform(X, self.predictor.dtype)
        return [member.represent(np.asarray(matrix)) for member in self.members]

    def contributions(self, X: Array) -> Array:
        """Return contributions to the change of values, (n_rows, n_features, n_values)."""
        n_features, n_values = self.members[0].groups.shape[1], len(self.value_at_mean)
        found, errors = np.empty((len(X), n_features, n_values)), np.zeros(len(X))

        def explain(starts: Sequence[int]) -> None:
            pairs = zip(self.members, self.references, strict=True)
            paths = [Path(member, mean) for member, mean in pairs]
            for start in starts:
                rows = slice(start, start + CHUNK)
                found[rows], errors[rows] = self._explain(paths, X[rows])

        work_apart(explain, range(0, len(X), CHUNK), n_threads())
        if (errors > TOLERANCE).any():
            warn(
                f"The contributions to {np.count_nonzero(errors > TOLERANCE)} predictions are "
                f"less exact: integrals are off by up to {errors.max():.2g} standard deviations, "
                f"with {N_NODES[-1]} points on each path.",
                stacklevel=4,
            )
        return found

    def _explain(self, paths: Sequence[Path], X: Array) -> tuple[Array, Array]:
        """Return contributions of some rows, and the errors of the integrals."""
        ends = self._represented(X)
        raws = self._scaled(
            [path.member.rest.forward(e) for path, e in zip(paths, ends, strict=True)]
        )
        of_raws, errors = self._integrate(paths, ends, raws - self.start)
        slopes = link_slopes(self.loss, self.start, raws, len(self.value_at_mean))
        return np.einsum("mrnf,vmnr->nfv", of_raws, slopes, optimize=True), errors

    def _integrate(
        self, paths: Sequence[Path], ends: Sequence[Array], changes: Array
    ) -> tuple[Array, Array]:
        """Return contributions to the changes of raw predictions, and errors in deviations.

        The contributions, of shape (n_networks, n_raw, n_rows, n_features), add up to `changes`,
        of shape (n_networks, n_rows, n_raw). Rows of large errors get more nodes.
        """
        n_rows, n_features = len(ends[0]), self.members[0].groups.shape[1]
        found = np.empty((len(paths), changes.shape[2], n_rows, n_features))
        left, errors = np.arange(n_rows), np.zeros(n_rows)
        for n_nodes in N_NODES:
            some = [rows[left] for rows in ends]
            pairs = zip(paths, some, strict=True)
            mine = np.array([path.contributions(rows, n_nodes) for path, rows in pairs])
            mine = self.predictor.inverse_temperature * mine
            lacking = np.swapaxes(changes[:, left], 1, 2) - mine.sum(axis=3)
            found[:, :, left] = mine + _shares(mine) * lacking[..., None]
            errors[left] = self._errors(lacking, changes)
            left = left[errors[left] > TOLERANCE]
            if not left.size:
                break
        return found, errors

    def _errors(self, lacking: Array, changes: Array) -> Array:
        """Return what the mean of the networks lacks, in standard deviations of raw values."""
        # the networks' errors are independent
        of_mean = np.sqrt((lacking**2).sum(axis=0)) / len(lacking)
        moved = np.sqrt((changes**2).mean(axis=(0, 1)))
        spread = np.maximum(np.maximum(self.spread, moved), self.rounding)[:, None]
        return np.asarray((of_mean / spread).max(axis=0))


def _mean(rows: Array) -> Array:
    """Return the mean of each column, without roundings where all rows are equal."""
    is_constant = (rows == rows[0]).all(axis=0)
    return np.where(is_constant, rows[0], rows.mean(axis=0))


def _shares(contributions: Array) -> Array:
    """Return the size of each contribution as a fraction of those of its row; 0 if all are 0."""
    sizes = np.abs(contributions)
    total = sizes.sum(axis=-1, keepdims=True)
    return np.divide(sizes, total, out=np.zeros_like(sizes), where=total > 0)
