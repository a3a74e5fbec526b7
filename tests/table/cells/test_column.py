"""What the cells of a column are, and its numbers, in any library."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from raw_tables import numbers_of
from typed_columns import CELLS, READ, TYPED, OwnFrame

from skdense._table.cells.cell import is_missing
from skdense._table.cells.column import Column, Content, objects
from skdense._table.choice import REFUSED
from skdense._table.frame import frame_of

NAN = np.nan


def column(X):
    return frame_of(X).columns[0]


@pytest.mark.parametrize("kind", TYPED)
def test_content_of_every_type_in_every_library(kind):
    content, make = TYPED[kind]
    assert column(make()).content is content


@pytest.mark.parametrize("kind", TYPED)
def test_cells_are_missing_where_they_should_be(kind):
    content, make = TYPED[kind]
    expected = [cell is None for cell in CELLS.get(content, CELLS[Content.OBJECTS])]
    if content is not Content.RECORDS:  # those of polars 1.0 are never missing
        assert [is_missing(cell) for cell in column(make()).cells] == expected
    assert column(make()).is_empty == all(expected)
    assert len(column(make())) == 3


READABLE = [k for k, (what, _) in TYPED.items() if what not in (*REFUSED, Content.NOTHING)]


@pytest.mark.parametrize("kind", READABLE)
def test_the_same_cells_are_the_same_numbers_in_every_library(kind):
    content, make = TYPED[kind]
    found = numbers_of(make())
    np.testing.assert_array_equal(found[:, 0], READ[content])


@pytest.mark.parametrize("kind", [k for k, (what, _) in TYPED.items() if what in REFUSED])
def test_what_cannot_be_read_is_refused_by_name(kind):
    content, make = TYPED[kind]
    with pytest.raises(ValueError, match=rf"X holds {content.value} in column 'a'; \w+ .*\.$"):
        numbers_of(make())


@pytest.mark.parametrize("dtype", [*np.typecodes["AllInteger"], *"efdg"])
def test_numbers_of_numpy(dtype):
    values = np.array([3, 2, 1], dtype)
    for X in (pd.DataFrame({"a": values}), OwnFrame({"a": values})):
        assert column(X).content is Content.NUMBERS
        np.testing.assert_array_equal(column(X).numbers(), [3.0, 2.0, 1.0])


LARGE = [2**63 - 1, None, 2**53 + 1]


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"a": pd.array(LARGE, dtype="Int64")}),
        pd.DataFrame({"a": pd.array(LARGE, dtype=pd.ArrowDtype(pa.int64()))}),
        pd.DataFrame({"a": pd.array(LARGE, dtype=pd.ArrowDtype(pa.uint64()))}),
        pa.table({"a": pa.array(LARGE, pa.int64())}),
        pa.table({"a": pa.array(LARGE, pa.uint64())}),
        pl.DataFrame({"a": LARGE}),
        pd.DataFrame({"a": LARGE}, dtype=object),
    ],
)
def test_large_integers_are_the_nearest_floats(X):
    np.testing.assert_array_equal(numbers_of(X)[:, 0], [float(2**63 - 1), NAN, float(2**53 + 1)])


def test_integers_beyond_float64_are_refused_as_infinity():
    with pytest.raises(ValueError, match="X contains infinity in column 'a'; clip"):
        numbers_of(pd.DataFrame({"a": [10**400, 1]}, dtype=object))


@pytest.mark.parametrize(
    ("values", "is_float32"),
    [
        (np.ones(2, np.float32), True),
        (np.ones(2), False),
        (np.ones(2, np.float16), False),
        (np.array([True, False]), False),
    ],
)
def test_float32_is_known(values, is_float32):
    for X in (pd.DataFrame({"a": values}), OwnFrame({"a": values})):
        assert column(X).is_float32 == is_float32
    assert numbers_of(pd.DataFrame({"a": values})).dtype == (np.float32 if is_float32 else float)


@pytest.mark.parametrize("values", [[[1], [2]], [(1, 2), (3, 4)], ["a", None], [np.ones(2)] * 2])
def test_objects_of_one_dimension(values):
    array = objects(values)
    assert array.shape == (2,)
    assert all(one is other for one, other in zip(array, values, strict=True))


def test_truth_values_of_an_array_are_truth_values():
    assert Column.of("0", np.array([True, False])).content is Content.TRUTH
