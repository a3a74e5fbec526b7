"""The numeric embeddings of the networks, in which those of an ensemble differ."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice

from skdense._settings.parameters import EmbeddingLike
from skdense.engine import (
    NUMERIC_EMBEDDINGS,
    NumericEmbedding,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)

# Factor on the learning rate of embeddings, as in RealMLP.
RATE = 0.1


def waves(sigma: float) -> PeriodicEmbedding:
    """Return sine waves whose frequencies start around `sigma`."""
    return PeriodicEmbedding(sigma=sigma, learning_rate=RATE)


def bins(n_bins: int, n_units: int = 3) -> PiecewiseLinearEmbedding:
    """Return a number of bins, and of the columns that they become."""
    return PiecewiseLinearEmbedding(n_bins=n_bins, n_units=n_units, learning_rate=RATE)


# No frequency and no number of bins suits all tables, and networks that see a table differently
# make different errors.
EMBEDDINGS = (
    waves(0.1),
    bins(48),
    waves(0.03),
    bins(16),
    waves(0.3),
    bins(8),
    waves(1.0),
    bins(48, 1),
)
# Above this number of numeric columns, embeddings take most of the time and gain less: half of
# the networks have them, and none above twice as many.
EMBEDDED_COLUMNS = 50
HALF = (None, bins(16))


def few_embeddings(n_numeric: int) -> Sequence[EmbeddingLike] | None:
    """Return the embeddings for a table with more than EMBEDDED_COLUMNS numeric columns."""
    return HALF if n_numeric <= 2 * EMBEDDED_COLUMNS else None


def numeric_embeddings(
    wanted: EmbeddingLike | Sequence[EmbeddingLike], n_networks: int, n_numeric: int
) -> tuple[NumericEmbedding | None, ...]:
    """Return an embedding for each network; networks take several in turn."""
    if wanted is None or isinstance(wanted, str | NumericEmbedding):
        wanted = [wanted]
    # an array of names is not false when empty
    given = wanted if len(wanted) and n_numeric else [None]
    return tuple(_embedding_of(one, n_numeric) for one in islice(cycle(given), n_networks))


def _embedding_of(embedding: EmbeddingLike, n_numeric: int) -> NumericEmbedding | None:
    """Return the embedding of a name, or a layer itself, for this number of columns."""
    if isinstance(embedding, str):
        return NUMERIC_EMBEDDINGS[embedding](n_numeric, learning_rate=RATE)
    return None if embedding is None else replace(embedding, n_columns=n_numeric)
