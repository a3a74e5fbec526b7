"""What is learnt from partitions is what the local estimators learn from the whole table."""

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense.dask import DaskDenseNetClassifier, DaskDenseNetRegressor

pytestmark = pytest.mark.whole
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 1, "random_state": 0, "early_stopping": False}
SCALINGS = pytest.mark.parametrize("scaling", ["robust", "standard", None])


def both(cls, dask_cls, X, y, parts, client, sample_weight=None, **params):
    """The local estimator, and the one of Dask on the partitions of the same rows."""
    local = cls(**QUICK, **params).fit(X, y, sample_weight)
    own = dask_cls(**QUICK, **params, client=client)
    return local, own.fit(*parts)


@SCALINGS
def test_columns_are_those_of_the_whole_table(scaling, mixed, mixed_parts, in_process):
    params = {"feature_scaling": scaling, "target_encoding": True}
    classes = (DenseNetRegressor, DaskDenseNetRegressor)
    local, own = both(*classes, *mixed, mixed_parts, in_process, **params)
    assert str(own.columns_) == str(local.columns_)
    assert list(own.input_names_) == list(local.input_names_)
    for one, other in zip(own.categories_, local.categories_, strict=True):
        np.testing.assert_array_equal(one, other)
    # rows are in other folds than those of the whole table
    others = [i for i, name in enumerate(own.input_names_) if not name.startswith("city: ")]
    others = [i for i in others if i < len(own.input_center_)]
    assert len(others) == len(own.input_center_) - 2
    for name in ("input_center_", "input_scale_"):
        one, other = (getattr(net, name)[others] for net in (own, local))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    units = zip(own._predictor.target.units(), local._predictor.target.units(), strict=True)
    for one, other in units:
        np.testing.assert_allclose(one, other, rtol=1e-12)
    encodings = [net._predictor.columns.encoding for net in (own, local)]
    assert len(encodings[0].statistics) == 1
    for one, other in zip(*(encoding.statistics for encoding in encodings), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    assert own.resolved_params_ == local.resolved_params_


@SCALINGS
def test_weights_count_as_in_the_whole_table(scaling, rng, in_process):
    X, y = rng.standard_normal((400, 3)), rng.standard_normal(400)
    weight = rng.randint(0, 4, 400).astype(float)
    parts = [da.from_array(values, (70, 3)[: values.ndim]) for values in (X, y, weight)]
    classes = (DenseNetRegressor, DaskDenseNetRegressor)
    params = {"feature_scaling": scaling}
    local, own = both(*classes, X, y, parts, in_process, sample_weight=weight, **params)
    np.testing.assert_allclose(own.input_center_, local.input_center_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(own.input_scale_, local.input_scale_, rtol=1e-9)
    assert own._trainer.weight_scale == pytest.approx(local._trainer.weight_scale, rel=1e-12)
    assert own.t_ == local.t_ == np.count_nonzero(weight)


@pytest.mark.parametrize("class_weight", [None, "balanced", {"a": 2.0, "b": 0.5, "c": 0.0}])
def test_classes_that_partitions_lack(class_weight, rng, in_process):
    X = rng.standard_normal((300, 2))
    y = np.repeat(["c", "a", "b"], [100, 150, 50])
    parts = [da.from_array(X, (50, 2)), da.from_array(y, 50)]
    classes = (DenseNetClassifier, DaskDenseNetClassifier)
    local, own = both(*classes, X, y, parts, in_process, class_weight=class_weight)
    assert own.classes_.tolist() == ["a", "b", "c"]
    assert own._trainer.weight_scale == pytest.approx(local._trainer.weight_scale, rel=1e-12)
    assert own.t_ == local.t_


TEXT = {
    "own text": lambda i: f"text {i}",
    "numbers as text": lambda i: str(i % 97),
    "dates as text": lambda i: str(pd.Timestamp("2024-01-01") + pd.Timedelta(i, "D"))[:10],
    "one month each": lambda i: pd.Timestamp(2024, 1 + i // 100, 1 + i % 28),
    "levels apart": lambda i: f"level {i // 100}",
    "nothing in one": lambda i: None if i < 100 else "xyz"[i % 3],
    "nothing": lambda i: None,
    "truth": lambda i: i % 3 == 0,
    "truth with holes": lambda i: [True, False, None][i % 3],
    "durations": lambda i: pd.Timedelta(i, "min"),
    "integers": lambda i: i,
    "mixed objects": lambda i: "a" if i == 250 else i % 7,
}


@pytest.mark.filterwarnings("ignore:X is used without:UserWarning")
@pytest.mark.filterwarnings("ignore:X holds other text:UserWarning")
@pytest.mark.parametrize("name", TEXT)
def test_a_column_is_read_as_in_the_whole_table(name, in_process):
    n = 300
    X = pd.DataFrame({"n": np.arange(n) / 7, "x": [TEXT[name](i) for i in range(n)]})
    y = pd.Series(np.arange(n) % 10 / 3)
    local = DenseNetRegressor(**QUICK).fit(X, y)
    parts = [dd.from_pandas(values, npartitions=3) for values in (X, y)]
    own = DaskDenseNetRegressor(**QUICK, client=in_process).fit(*parts)
    assert str(own.columns_) == str(local.columns_)
    assert list(own.input_names_) == list(local.input_names_)


def test_categories_of_unknown_levels(in_process):
    X = pd.DataFrame({"x": ["u", "v"] * 50 + ["w"] * 50, "n": np.arange(150.0)})
    y = pd.Series(np.arange(150.0))
    parts = dd.from_pandas(X, npartitions=3).astype({"x": "category"})
    own = DaskDenseNetRegressor(**QUICK, client=in_process)
    own.fit(parts, dd.from_pandas(y, npartitions=3))
    assert [levels.tolist() for levels in own.categories_] == [["u", "v", "w"]]


def test_selected_columns_of_an_array_are_categories(rng, in_process):
    X = np.column_stack([rng.randint(0, 12, 200), rng.standard_normal(200)])
    own = DaskDenseNetRegressor(**QUICK, categorical_features=[0], client=in_process)
    own.fit(da.from_array(X, (50, 2)), da.from_array(X[:, 1], 50))
    np.testing.assert_array_equal(own.categories_[0].astype(float), np.unique(X[:, 0]))


def test_rows_held_out_are_a_share_of_each_class(in_process, rng):
    X, y = rng.standard_normal((2_000, 2)), np.repeat([0, 1], [1_900, 100])
    order = rng.permutation(2_000)
    params = {**QUICK, "early_stopping": True, "validation_fraction": 0.2}
    own = DaskDenseNetClassifier(**params, client=in_process)
    own.fit(da.from_array(X[order], (400, 2)), da.from_array(y[order], 400))
    assert own.t_ == pytest.approx(1_600, abs=3)
    assert own.validation_scores_ is not None
