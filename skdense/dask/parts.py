"""The rows of all partitions on their workers, and what the client learns of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from dask import delayed
from distributed import Future

from skdense._input.features import learn_X
from skdense._input.rows import Given, Rows, check_rows, check_validation
from skdense._input.target import check_y
from skdense._prediction.validation import GIVEN, named
from skdense._settings.parameters import Parameters
from skdense._table.kinds.categories import Categories
from skdense._table.table import Table
from skdense._target.base import Target
from skdense.dask.cluster import Cluster
from skdense.dask.first_look import MOST_CELLS, Example, Look, look, look_together
from skdense.dask.partitions import Partition, is_collection, partitions_of
from skdense.dask.rows import Counts, Reader, counts_of, rows_together

# Rows of X_val, which the client gets.
MOST_VALIDATION_ROWS = 200_000


@dataclass
class Parts:
    """The rows of each partition that has some.

    Attributes
    ----------
    cluster : Cluster
    reader : Reader
    target : Target
    numbers : list of int
        Number of each partition.
    rows : list of Future of Rows
    """

    cluster: Cluster
    reader: Reader
    target: Target
    numbers: list[int]
    rows: list[Future]

    @classmethod
    def of(cls, estimator: Parameters, bare: Parameters, given: Given, cluster: Cluster) -> Self:
        """Look at all partitions, decide how they are read, and have them read.

        `estimator` gets the number and the names of the columns, and so does `bare`, a copy of
        it without a client.
        """
        partitions = partitions_of(given.X, given.y, given.sample_weight)
        cluster.wait_for_workers()
        looks = [
            cluster.compute(delayed(look)(i, one.X, one.y, one.weight, bare))
            for i, one in enumerate(partitions)
        ]
        seen = cluster.result(cluster.together(look_together, looks))
        if seen is None:
            raise ValueError(
                "X has no rows with a positive weight in any of its partitions; give at least one."
            )
        there = cluster.gather([cluster.submit(_has_rows, one) for one in looks])
        numbers = [i for i, has_rows in enumerate(there) if has_rows]
        table, target = _learn(estimator, bare, seen)
        reader = Reader(bare, table, seen.names)
        rows = _read(cluster, reader, [(i, partitions[i]) for i in numbers])
        return cls(cluster, reader, target, numbers, rows)

    def each(self, task: Callable[..., Any], shared: Any, *args: Any) -> list[Future]:
        """Return the futures of ``task(shared, number, rows, *args)`` for each partition."""
        sent = self.cluster.submit(_itself, shared)
        pairs = zip(self.numbers, self.rows, strict=True)
        return [self.cluster.submit(task, sent, number, rows, *args) for number, rows in pairs]

    def merged(
        self, task: Callable[..., Any], shared: Any, together: Callable[..., Any], *args: Any
    ) -> Any:
        """Return what `together` makes of the results of `each`."""
        futures = self.each(task, shared, *args)
        return self.cluster.result(self.cluster.together(together, futures))

    def in_turn(self, task: Callable[..., Any], shared: Any, first: Any) -> Any:
        """Return the result of ``task(shared, number, rows, earlier)`` of the last partition."""
        sent = self.cluster.submit(_itself, shared)
        result = self.cluster.submit(_itself, first)
        for number, rows in zip(self.numbers, self.rows, strict=True):
            result = self.cluster.submit(task, sent, number, rows, result)
        return self.cluster.result(result)

    def counts(self) -> Counts:
        """Count the rows."""
        shared = (self.reader.table.n_levels, self.target)
        return self.merged(counts_of, shared, Counts.together)

    def validation_rows(self, given: Given) -> Rows | None:
        """Return the validation data, which may be Dask collections; None without them."""
        if not check_validation(given):
            return None
        with named(GIVEN):
            if not is_collection(given.X):
                estimator, table = self.reader.estimator, self.reader.table
                return check_rows(estimator, given, table=table, y_dtype=estimator._y_dtype)
            return self._read_here(partitions_of(given.X, given.y, given.sample_weight))

    def _read_here(self, partitions: list[Partition]) -> Rows:
        """Bring the rows of collections to the client; ValueError if there are too many."""
        cluster = self.cluster
        lengths = [cluster.compute(delayed(len)(one.X)) for one in partitions]
        n_rows = cluster.gather(lengths)
        if not 0 < sum(n_rows) <= MOST_VALIDATION_ROWS:
            raise ValueError(
                f"X has {sum(n_rows):,} rows, and the client takes 1 to "
                f"{MOST_VALIDATION_ROWS:,} to validate on; give a sample of them."
            )
        there = [(i, one) for i, one in enumerate(partitions) if n_rows[i]]
        return rows_together(cluster.gather(_read(cluster, self.reader, there)))


def _learn(estimator: Parameters, bare: Parameters, seen: Look) -> tuple[Table, Target]:
    """Return how columns are read, and the kind of target."""
    example = Example.of(seen)
    table, X = learn_X(estimator, example.X, estimator.categorical_features)
    for name in ("n_features_in_", "feature_names_in_"):
        vars(bare).pop(name, None)
        if hasattr(estimator, name):
            setattr(bare, name, getattr(estimator, name))
    for i in example.cut_off:
        if table.kinds and isinstance(table.kinds[i], Categories):
            raise ValueError(
                f"X has more than {MOST_CELLS:,} categories in column {example.X.columns[i]!r}; "
                "drop it, or pool its rare categories first."
            )
    y = check_y(estimator, example.y, len(example.y), estimator._y_dtype)
    rows = Rows(X, y, None)
    return table, estimator._make_target(rows)


def _read(
    cluster: Cluster, reader: Reader, partitions: Sequence[tuple[int, Partition]]
) -> list[Future]:
    sent = cluster.submit(_itself, reader)
    return [
        cluster.compute(delayed(Reader.read)(sent, i, one.X, one.y, one.weight))
        for i, one in partitions
    ]


def _itself(value: Any) -> Any:
    return value


def _has_rows(one: Look | None) -> bool:
    return one is not None
