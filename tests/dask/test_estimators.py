"""The estimators: what they share with those of skdense, and what is lazy."""

import pickle

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from dask_clusters import params_of
from distributed import Client
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import skdense
from skdense import DenseNetClassifier, DenseNetRegressor
from skdense.dask import DaskDenseNetClassifier, DaskDenseNetRegressor

pytestmark = pytest.mark.whole
QUICK = {"hidden_layer_sizes": (8,), "max_iter": 2, "random_state": 0}
BOTH = pytest.mark.parametrize("cls", [DaskDenseNetClassifier, DaskDenseNetRegressor])


@pytest.fixture
def numbers(rng):
    X = rng.standard_normal((600, 3)).astype(np.float32)
    return X, (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int)


@pytest.fixture
def arrays(numbers):
    X, y = numbers
    return da.from_array(X, (150, 3)), da.from_array(y, 150)


def compare(lazy, local):
    assert isinstance(lazy, da.Array)
    assert lazy.dtype == local.dtype
    assert lazy.shape[1:] == local.shape[1:]
    computed = lazy.compute()
    assert computed.dtype == local.dtype
    # the local one joins other rows in its matrix products
    np.testing.assert_allclose(computed, local, rtol=1e-4, atol=1e-6)


def test_predictions_of_a_classifier_are_lazy(numbers, arrays, in_process):
    net = DaskDenseNetClassifier(**QUICK, client=in_process).fit(*arrays)
    local = net.to_local()
    assert type(local) is DenseNetClassifier
    for name in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        lazy = getattr(net, name)(arrays[0])
        assert lazy.chunks[0] == (150,) * 4
        compare(lazy, getattr(local, name)(numbers[0]))
        at_once = getattr(net, name)(numbers[0][:5])
        assert isinstance(at_once, np.ndarray)
        np.testing.assert_allclose(at_once, lazy[:5].compute(), rtol=1e-4, atol=1e-6)
    assert net.score(*arrays) == net.score(*numbers) == local.score(*numbers)


def test_predictions_of_a_frame_have_its_partitions(mixed, mixed_parts, in_process):
    net = DaskDenseNetRegressor(**QUICK, loss="gaussian", client=in_process).fit(*mixed_parts)
    mean, std = net.predict(mixed_parts[0], return_std=True)
    assert mean.npartitions == 4
    for lazy, local in zip((mean, std), net.to_local().predict(mixed[0], True), strict=True):
        compare(lazy, local)
    assert net.score(*mixed_parts) == pytest.approx(net.score(*mixed), rel=1e-4)


def test_several_outputs_of_classes(numbers, arrays, in_process):
    labels = np.column_stack([numbers[1], np.arange(600) % 3])
    net = DaskDenseNetClassifier(**QUICK, client=in_process)
    net.fit(arrays[0], da.from_array(labels, (150, 2)))
    lazy, local = net.predict_proba(arrays[0]), net.to_local().predict_proba(numbers[0])
    for one, other in zip(lazy, local, strict=True):
        compare(one, other)
    compare(net.predict(arrays[0]), net.to_local().predict(numbers[0]))


def test_several_numbers(numbers, arrays, in_process):
    y = numbers[0][:, :2] * [1, 100]
    net = DaskDenseNetRegressor(**QUICK, client=in_process)
    net.fit(arrays[0], da.from_array(y, (150, 2)))
    compare(net.predict(arrays[0]), net.to_local().predict(numbers[0]))


def test_rows_of_unknown_number(arrays, in_process):
    X, y = arrays
    kept = X[:, 0] > -1
    net = DaskDenseNetClassifier(**QUICK, client=in_process).fit(X[kept], y[kept])
    n_rows = int(kept.sum().compute())
    assert net.predict(X[kept]).compute().shape == (n_rows,)
    # all but those held out, twice
    assert net.t_ / n_rows == pytest.approx(1.8, abs=0.02)


@BOTH
def test_validation_data(cls, numbers, arrays, in_process):
    X, y = numbers
    net = cls(**QUICK, client=in_process)
    local = net.fit(*arrays, X_val=X[:50], y_val=y[:50]).validation_scores_
    assert len(local) == 2
    assert net.t_ == 1_200
    parts = (da.from_array(X[:50], (20, 3)), da.from_array(y[:50], 20))
    net.fit(*arrays, X_val=parts[0], y_val=parts[1])
    assert net.validation_scores_ == local


def test_a_scorer_sees_the_rows_held_out(arrays, in_process):
    net = DaskDenseNetClassifier(**QUICK, scoring="roc_auc", client=in_process).fit(*arrays)
    assert len(net.validation_scores_) == 2
    assert 0.5 < net.best_validation_score_ <= 1


@BOTH
def test_pickles_and_files_have_no_client(cls, numbers, arrays, in_process, tmp_path):
    net = cls(**QUICK, client=in_process).fit(*arrays)
    again = pickle.loads(pickle.dumps(net))
    assert again.client is None
    assert net.client is in_process
    np.testing.assert_array_equal(params_of(again), params_of(net))
    net.save(tmp_path / "net.skdense")
    loaded = skdense.load(tmp_path / "net.skdense")
    assert type(loaded) is type(net.to_local())
    np.testing.assert_array_equal(loaded.predict(numbers[0]), net.predict(numbers[0]))
    local = pickle.loads(pickle.dumps(net.to_local()))
    np.testing.assert_array_equal(local.predict(numbers[0]), net.predict(numbers[0]))
    assert "client" not in vars(local)


@BOTH
def test_clones_keep_the_client(cls, in_process):
    net = cls((5,), alpha=0.5, client=in_process)
    twin = clone(net)
    assert twin.client is in_process
    assert twin.get_params() == net.get_params()
    assert twin is not net


@BOTH
def test_the_client_that_was_made_last_is_the_default(cls, in_process):
    assert cls().client_ is in_process
    assert cls(client=in_process).client_ is in_process


def test_a_client_that_is_not_the_default(arrays, in_process):
    with Client(in_process.cluster, set_as_default=False) as own:
        net = DaskDenseNetRegressor(**QUICK, client=own).fit(*arrays)
    twin = DaskDenseNetRegressor(**QUICK, client=in_process).fit(*arrays)
    np.testing.assert_array_equal(params_of(net), params_of(twin))


@BOTH
def test_the_parameters_are_those_of_the_local_estimator(cls):
    local = DenseNetClassifier() if cls is DaskDenseNetClassifier else DenseNetRegressor()
    params = cls().get_params()
    assert params.pop("client") is None
    assert params == local.get_params()


def refused(cls, client, X, y, message, **params):
    net = cls(**{**QUICK, **params}, client=client)
    before = dict(vars(net))
    with pytest.raises(ValueError, match=message):
        net.fit(X, y)
    assert vars(net) == before


REFUSED = {
    "not of Dask": (lambda X, y: (np.ones((3, 2)), y), r"X must be a Dask Array or DataFrame"),
    "column chunks": (lambda X, y: (X.rechunk({1: 1}), y), r"use X\.rechunk\(\{1: -1\}\)"),
    "y in memory": (lambda X, y: (X, np.ones(600)), r"y must be a Dask collection"),
    "no y": (lambda X, y: (X, None), r"y must be a Dask collection .* got None"),
    "other partitions": (lambda X, y: (X, y.rechunk(300)), r"y has 2 partitions and X has 4"),
    "other rows": (
        lambda X, y: (X, da.from_array(np.ones(600), ((100, 200, 150, 150),))),
        r"In partition \d of X: y has \d+ rows and X has 150",
    ),
    "NaN in y": (lambda X, y: (X, y * np.nan), r"In partition \d of X: .*y contains NaN"),
    "infinity": (lambda X, y: (X / 0, y), "X contains infinity"),
    "no rows": (lambda X, y: (X[:0], y[:0]), r"X has no rows with a positive weight"),
}


@BOTH
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_fitted_is_refused(cls, name, arrays, in_process):
    change, message = REFUSED[name]
    refused(cls, in_process, *change(*arrays), message)


@BOTH
def test_settings_that_need_one_machine_are_refused(cls, arrays, in_process):
    refused(cls, in_process, *arrays, "solver='lbfgs' needs all rows", solver="lbfgs")
    refused(cls, in_process, *arrays, "warm_start=True does not work", warm_start=True)
    refused(cls, in_process, *arrays, "max_seconds=5 does not work on a cluster", max_seconds=5)
    refused(
        cls,
        in_process,
        *arrays,
        "validation_fraction=0",
        early_stopping=True,
        validation_fraction=0.0,
    )
    refused(cls, in_process, *arrays, "max_iter of Dask", max_iter=-1)


@BOTH
def test_divergence_is_an_error(cls, arrays, in_process):
    params = {
        "learning_rate_init": 1e30,
        "feature_scaling": None,
        "solver": "sgd",
    }
    refused(cls, in_process, *arrays, "diverged at epoch", **params)


def test_columns_in_another_order_and_of_another_dtype(in_process):
    first = pd.DataFrame({"a": np.arange(50.0), "b": ["x", "y"] * 25})
    other = first[["b", "a"]].assign(a=first["a"].astype(int))
    meta = first.iloc[:0]
    frames = [first, other, other.astype({"a": object})]
    y = pd.Series(np.arange(150.0))

    def fitted(parts):
        X = dd.from_map(lambda i: parts[i], range(3), meta=meta, enforce_metadata=False)
        net = DaskDenseNetRegressor(**QUICK, client=in_process)
        return net.fit(X, dd.from_pandas(y, npartitions=3))

    expected = fitted([first] * 3)
    np.testing.assert_array_equal(params_of(fitted(frames)), params_of(expected))
    # names that scikit-learn does not check
    numbered = [frame.rename(columns={"a": 1, "b": 0}) for frame in frames]
    meta = numbered[0].iloc[:0]
    np.testing.assert_array_equal(params_of(fitted(numbered)), params_of(expected))
    with pytest.raises(ValueError, match=r"X has 2 columns in one partition and 3 in another"):
        fitted([numbered[0], numbered[1], numbered[0].assign(c=1)])


def test_an_unfitted_estimator_does_not_predict(arrays, in_process):
    with pytest.raises(NotFittedError):
        DaskDenseNetRegressor(client=in_process).predict(arrays[0])


def test_empty_partitions_are_left_out(numbers, in_process):
    X, y = numbers
    order = [slice(0, 150), slice(0, 0), slice(150, 400), slice(0, 0), slice(400, 600)]
    frame = pd.DataFrame(X, columns=list("abc")).assign(y=y)
    parts = dd.from_map(lambda i: frame[order[i]], range(5), meta=frame.iloc[:0])
    net = DaskDenseNetClassifier(**QUICK, client=in_process).fit(parts[list("abc")], parts["y"])
    assert net.predict(parts[list("abc")]).compute().shape == (600,)
    assert net.t_ / 600 == pytest.approx(1.8, abs=0.02)
