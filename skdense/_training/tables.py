"""The tables of a call of `fit`: as given, checked, and with their weights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from skdense._input.rows import Given, Rows, check_rows, check_validation
from skdense._prediction.validation import GIVEN, named
from skdense._settings.parameters import Parameters
from skdense._table.table import Table
from skdense._target.base import Target
from skdense._target.class_weight import ClassWeight
from skdense.engine.typing import Matrix


@dataclass(frozen=True)
class Tables:
    """The unchecked training and validation data of a call."""

    training: Given
    validation: Given


@dataclass(frozen=True)
class CheckedTables:
    """Checked training and validation data; `validation` is None without the latter."""

    training: Rows
    validation: Rows | None

    @classmethod
    def of(
        cls,
        estimator: Parameters,
        tables: Tables,
        table: Table,
        X: Matrix | None = None,
    ) -> Self:
        """Check the tables; `X` has the numbers of the first one, if `table` is new."""
        check = partial(check_rows, estimator, table=table, y_dtype=estimator._y_dtype)
        training = check(tables.training, X=X)
        if not check_validation(tables.validation):
            return cls(training, None)
        with named(GIVEN):
            return cls(training, check(tables.validation))


@dataclass(frozen=True)
class WeightedRows:
    """Training rows that have a weight, before and after encoding and class weights.

    Attributes
    ----------
    given : Rows
        As the caller gave them.
    rows : Rows
        The same rows, encoded and with class weights.
    weighter : callable
        Multiplies the weights of encoded rows by class weights.
    """

    given: Rows
    rows: Rows
    weighter: Callable[[Rows], Rows]

    @classmethod
    def of(cls, given: Rows, target: Target, class_weight: ClassWeight) -> Self:
        """Encode and weight the rows; those of classes of weight 0 count as absent."""
        encoded = replace(given, y=target.encode(given.y))
        weighter = target.weighter(class_weight, encoded)
        rows = weighter(encoded)
        present = rows.present()
        # the same rows are left of both
        rows, given = rows.counted(), given if present is None else given.take(present)
        return cls(given, rows, weighter)
