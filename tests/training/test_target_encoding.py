"""Statistics of many levels in a fit: what each network may see, and what later fits do."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._input.features import check_X
from skdense._training import trainer
from skdense.engine import Block

QUICK = {"hidden_layer_sizes": (16,), "max_iter": 4, "random_state": 0, "n_estimators": 3}
STATISTICS = slice(1, 7)  # of three networks: a mean and a count


def table(n=600, n_levels=120):
    """A number and an id, whose levels decide most of the target."""
    rng = np.random.RandomState(0)
    ids, effect = rng.randint(n_levels, size=n), rng.standard_normal(n_levels)
    X = pd.DataFrame({"number": rng.standard_normal(n), "id": pd.Categorical(ids)})
    return X, X["number"].to_numpy() + 3 * effect[ids] + 0.1 * rng.standard_normal(n)


@pytest.fixture
def seen(monkeypatch):
    """The data that fits are trained on."""
    fits, train = [], trainer.train

    def record(states, data, *how):
        fits.append(data)
        return train(states, data, *how)

    monkeypatch.setattr(trainer, "train", record)
    return fits


def classes_of(y, n_classes=2):
    return np.digitize(y, np.quantile(y, np.arange(1, n_classes) / n_classes))


TARGETS = {
    "binary": (DenseNetClassifier, classes_of, 1),
    "three classes": (DenseNetClassifier, lambda y: classes_of(y, 3), 3),
    "two as softmax": (
        lambda **how: DenseNetClassifier(output_activation="softmax", **how),
        classes_of,
        1,
    ),
    "one against the rest": (
        lambda **how: DenseNetClassifier(output_activation="logistic", **how),
        lambda y: classes_of(y, 3),
        3,
    ),
    "multilabel": (DenseNetClassifier, lambda y: np.column_stack([y > 0, y > 1]) * 1, 2),
    "outputs of classes": (
        DenseNetClassifier,
        lambda y: np.column_stack([classes_of(y, 3), classes_of(-y)]).astype(str),
        4,
    ),
    "a number": (DenseNetRegressor, lambda y: y, 1),
    "two numbers": (DenseNetRegressor, lambda y: np.column_stack([y, y**2]), 2),
    "deviations": (lambda **how: DenseNetRegressor(loss="gaussian", **how), lambda y: y, 1),
    "unscaled": (lambda **how: DenseNetRegressor(target_scaling=None, **how), lambda y: y, 1),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_targets_of_every_kind(kind):
    make, target, n_means = TARGETS[kind]
    X, y = table()
    net = make(**QUICK).fit(X, target(y))
    encoding = net._predictor.columns.encoding
    assert (encoding.n_means, encoding.n_blocks, encoding.n_own) == (n_means, 3, n_means + 1)
    assert [layer.index for layer in (n.layers[0] for n in net.networks_)] == [0, 1, 2]
    assert len(net.input_names_) == net._predictor.columns.n_out == 3 * (n_means + 1) + 2
    assert net.predict(X.assign(id=[-1] * 599 + [0])).shape == target(y).shape


@pytest.mark.parametrize("make", [DenseNetClassifier, DenseNetRegressor])
def test_no_target_of_a_held_out_row_reaches_its_network(make, seen):
    X, y = table()
    y = classes_of(y) if make is DenseNetClassifier else y
    net = make(warm_start=True, **QUICK).fit(X, y).fit(X, y)
    changed, held_out = y.copy(), net._trainer.splits[1][1]
    changed[held_out] = 1 - changed[held_out]
    net.fit(X, changed)
    _, before, after = (data.X[:, STATISTICS] for data in seen)
    np.testing.assert_array_equal(before[:, 2:4], after[:, 2:4])
    for other in (0, 4):
        assert not np.array_equal(before[:, other], after[:, other])


def test_held_out_rows_are_like_new_ones(seen):
    X, y = table()
    net = DenseNetRegressor(warm_start=True, **QUICK).fit(X, y)
    predictor = net._predictor
    new = predictor.columns.transform(check_X(net, X, predictor.table), predictor.dtype)
    for i, (kept, held_out) in enumerate(net._trainer.splits):
        own = slice(1 + 2 * i, 3 + 2 * i)
        np.testing.assert_array_equal(seen[0].X[held_out, own], new[held_out, own])
        assert not np.array_equal(seen[0].X[kept, own], new[kept, own])


def test_networks_that_train_on_the_same_rows_share_their_statistics():
    X, y = table()
    net = DenseNetRegressor(**QUICK).fit(X, y, X_val=X[:99], y_val=y[:99])
    assert net._predictor.columns.encoding.n_blocks == 1
    assert not any(isinstance(n.layers[0], Block) for n in net.networks_)
    # a warm start that holds out rows of each may not use those
    net.set_params(warm_start=True).fit(X, y)
    before = net._predictor.columns.encoding.statistics[0]
    held_out = np.unique(np.concatenate([rows for _, rows in net._trainer.splits]))
    y[held_out] += 100
    net.fit(X, y)
    np.testing.assert_array_equal(net._predictor.columns.encoding.statistics[0], before)


@pytest.mark.parametrize("setting", ["auto", True, False])
def test_the_parameter_decides(setting):
    X, y = table()
    net = DenseNetRegressor(target_encoding=setting, **QUICK).fit(X, y)
    assert (net._predictor.columns.encoding.n_columns > 0) == bool(setting)
    assert ("target_encoding" in net.resolved_params_) == (setting == "auto")
    few = DenseNetRegressor(**QUICK).fit(X[:90], y[:90])
    assert few.resolved_params_["target_encoding"] is False


def test_too_many_classes_have_no_statistics():
    X, y = table()
    net = DenseNetClassifier(**QUICK).fit(X, np.arange(len(y)) % 31)
    assert net.resolved_params_["target_encoding"] is False


@pytest.mark.parametrize("kind", ["few levels", "numbers"])
def test_tables_without_many_levels_train_as_without_it(kind):
    X, y = table(n_levels=30)
    X = X if kind == "few levels" else X[["number"]]
    one, other = (
        DenseNetRegressor(target_encoding=setting, **QUICK).fit(X, y) for setting in (True, False)
    )
    for mine, its in zip(one.networks_, other.networks_, strict=True):
        np.testing.assert_array_equal(mine.params, its.params)


def test_a_warm_start_keeps_the_encoding_and_takes_statistics_of_its_rows():
    X, y = table()
    net = DenseNetRegressor(warm_start=True, **QUICK).fit(X, y)
    first = net._predictor.columns.encoding.statistics[0]
    net.fit(X, y)
    np.testing.assert_array_equal(net._predictor.columns.encoding.statistics[0], first)
    net.fit(X, -y)
    second = net._predictor.columns.encoding.statistics[0]
    assert np.corrcoef(first[..., 0].ravel(), second[..., 0].ravel())[0, 1] < -0.9
    with pytest.raises(ValueError, match="target_encoding changed since the first fit from"):
        net.set_params(target_encoding=False, hidden_layer_sizes=(9,)).fit(X, y)


def test_another_encoding_is_refused_by_a_warm_start():
    X, y = table()
    net = DenseNetRegressor(warm_start=True, **QUICK).fit(X, y)
    with pytest.raises(ValueError, match="target_encoding changed since the first fit from"):
        net.set_params(target_encoding=False).fit(X, y)


def test_weights_count():
    X, y = table()
    weight = np.random.RandomState(1).uniform(size=len(y))
    net = DenseNetRegressor(**QUICK, early_stopping=False).fit(X, y, 8 * weight)
    other = DenseNetRegressor(**QUICK, early_stopping=False).fit(X, y)
    level = X["id"].cat.codes.to_numpy() == 7
    log_count = net._predictor.columns.encoding.statistics[0][0, 0, 7, 1]
    expected = np.log1p(0.8 * (weight[level] / weight.mean()).sum())
    assert log_count == pytest.approx(expected)
    assert not np.array_equal(other.predict(X), net.predict(X))


def test_a_stream_has_none_and_goes_on_with_those_of_a_fit():
    X, y = table()
    stream = DenseNetRegressor(**QUICK).partial_fit(X, y)
    assert stream._predictor.columns.encoding.n_columns == 0
    assert stream.resolved_params_["target_encoding"] is False
    net = DenseNetRegressor(**QUICK).fit(X, y)
    before = net._predictor.columns.encoding.statistics[0].copy()
    net.partial_fit(X[:50], -y[:50])
    np.testing.assert_array_equal(net._predictor.columns.encoding.statistics[0], before)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_ids_say_more_with_it(solver):
    rng = np.random.RandomState(0)
    ids, effect = rng.zipf(1.3, 3000) % 1000, 1.5 * rng.standard_normal(1000)
    X, y = ids[:, None], effect[ids] + rng.logistic(size=3000) > 1
    how = {"solver": solver, "categorical_features": [0], "max_iter": 20, "random_state": 0}
    scores = []
    for setting in ("auto", False):
        net = DenseNetClassifier(target_encoding=setting, **how).fit(X[:2000], y[:2000])
        scores.append(roc_auc_score(y[2000:], net.predict_proba(X[2000:])[:, 1]))
    assert scores[0] > scores[1] + 0.01
