"""Embeddings of columns of numbers: names, and layers that users give."""

import pickle
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from ensembles import QUICK, assert_same_bits, each_params
from plain import PlainClassifier, PlainRegressor
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdense import DenseNetClassifier, DenseNetRegressor, load
from skdense._settings.embeddings import EMBEDDINGS, RATE
from skdense.engine import NumericEmbedding, PeriodicEmbedding, PiecewiseLinearEmbedding

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
WAVES = PeriodicEmbedding(n_units=2, sigma=0.3, n_frequencies=5)
BINS = PiecewiseLinearEmbedding(n_bins=6, learning_rate=0.2)
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}
GIVEN = {
    "alone": WAVES,
    "in turn": [WAVES, BINS],
    "of all kinds": (BINS, "pbld", None, WAVES),
    "an array": np.array([WAVES, None], dtype=object),
}


@pytest.fixture
def numbers(rng):
    X = rng.standard_normal((120, 3))
    return X, X[:, 0] + np.sin(3 * X[:, 1])


def embeddings_of(net):
    found = [network.layers for network in net.networks_]
    found = [[one for one in layers if isinstance(one, NumericEmbedding)] for layers in found]
    assert max(map(len, found)) <= 1
    return [own[0] if own else None for own in found]


def test_a_layer_is_that_of_each_network(numbers):
    net = PlainRegressor(numeric_embedding=WAVES, n_estimators=3, **SMALL).fit(*numbers)
    assert embeddings_of(net) == [replace(WAVES, n_columns=3)] * 3
    # the columns, and two more of each
    assert net.coefs_[0].shape == (3 + 3 * 2, 4)


def test_networks_take_layers_and_names_in_turn(numbers):
    given = [BINS, "pbld", None, WAVES]
    net = PlainRegressor(numeric_embedding=given, n_estimators=6, **SMALL).fit(*numbers)
    waves, bins = (replace(one, n_columns=3) for one in (WAVES, BINS))
    named = PeriodicEmbedding(3, learning_rate=RATE)
    assert embeddings_of(net) == [bins, named, None, waves, bins, named]


@pytest.mark.parametrize(
    ("name", "layer"),
    [("pbld", PeriodicEmbedding), ("piecewise_linear", PiecewiseLinearEmbedding)],
)
def test_a_name_stands_for_its_layer(name, layer, numbers):
    settings = {"n_estimators": 2, **SMALL, **QUICK}
    named = DenseNetRegressor(numeric_embedding=name, **settings).fit(*numbers)
    given = DenseNetRegressor(numeric_embedding=layer(learning_rate=RATE), **settings)
    assert_same_bits(each_params(named), each_params(given.fit(*numbers)))


def test_the_number_of_columns_is_that_of_the_table(numbers):
    X, y = numbers
    given = PiecewiseLinearEmbedding(17, n_bins=6)
    net = PlainRegressor(numeric_embedding=given, **SMALL).fit(X, y)
    assert embeddings_of(net) == [replace(given, n_columns=3)]
    assert net.numeric_embedding is given
    assert given.n_columns == 17
    # of numbers alone
    mixed = pd.DataFrame(X, columns=list("abc")).assign(c=pd.Categorical(np.arange(120) % 2))
    assert embeddings_of(net.fit(mixed, y)) == [replace(given, n_columns=2)]
    assert embeddings_of(net.fit(mixed[["c"]], y)) == [None]


def test_by_default_networks_see_a_table_differently(numbers):
    n = len(EMBEDDINGS)
    assert len(set(EMBEDDINGS)) == n
    net = DenseNetRegressor(n_estimators=n + 1, **SMALL).fit(*numbers)
    assert net.resolved_params_["numeric_embedding"] == EMBEDDINGS
    expected = [replace(one, n_columns=3) for one in (*EMBEDDINGS, EMBEDDINGS[0])]
    assert embeddings_of(net) == expected
    given = DenseNetRegressor(n_estimators=n + 1, numeric_embedding=EMBEDDINGS, **SMALL)
    assert_same_bits(each_params(given.fit(*numbers)), each_params(net))
    assert "numeric_embedding" not in given.resolved_params_


@dataclass(frozen=True)
class Squares(NumericEmbedding):
    """An embedding of a user."""

    @property
    def n_lines(self):
        return 2

    def initialize(self, params, rng):
        super().initialize(params, rng)
        params["lines"][...] = rng.standard_normal(params["lines"].shape)

    def bend(self, lines, bent):
        np.square(lines, out=bent)

    def backward_bend(self, lines, bent, gradient):
        gradient *= 2 * lines


def test_an_embedding_of_ones_own_learns(rng):
    X = rng.standard_normal((300, 2))
    y = X[:, 0] ** 2 - X[:, 1] ** 2
    scores = []
    for embedding in (None, Squares()):
        net = PlainRegressor((), numeric_embedding=embedding, learning_rate_init=0.05)
        scores.append(net.set_params(random_state=0).fit(X, y).score(X, y))
    assert scores[0] < 0.1
    assert scores[1] > 0.99


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_a_fit_changes_nothing_of_the_user(given, numbers):
    shown, before = repr(given), pickle.dumps(given)
    net = DenseNetRegressor(numeric_embedding=given, n_estimators=4, **SMALL).fit(*numbers)
    assert net.get_params()["numeric_embedding"] is given
    assert (repr(given), pickle.dumps(given)) == (shown, before)
    assert "numeric_embedding" not in net.resolved_params_


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_clones_and_pickles_are_the_same(given, numbers):
    net = DenseNetRegressor(numeric_embedding=given, n_estimators=4, **SMALL).fit(*numbers)
    again = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(again.predict(numbers[0]), net.predict(numbers[0]))
    copy = clone(net)
    assert repr(copy.numeric_embedding) == repr(given)
    assert_same_bits(each_params(copy.fit(*numbers)), each_params(net))
    assert_same_bits(each_params(again.fit(*numbers)), each_params(net))


@pytest.mark.parametrize("state", [False, True])
@pytest.mark.parametrize("given", [WAVES, [WAVES, BINS], (BINS, "pbld", None)])
def test_files_keep_them(given, state, numbers, tmp_path):
    X, y = numbers
    settings = {"n_estimators": 3, "learning_rate": "constant", "dropout_schedule": "constant"}
    settings |= {"weight_decay_schedule": "constant", "warm_start": True, **SMALL}
    net = DenseNetRegressor(numeric_embedding=given, **settings).fit(X, y)
    net.save(tmp_path / "model", training_state=state)
    copy = load(tmp_path / "model")
    assert copy.numeric_embedding == given
    assert type(copy.numeric_embedding) is type(given)
    np.testing.assert_array_equal(copy.predict(X), net.predict(X))
    assert embeddings_of(copy) == embeddings_of(net)
    # which go on
    copy.partial_fit(X, y).fit(X, y)
    if state:
        assert_same_bits(each_params(copy), each_params(net.partial_fit(X, y).fit(X, y)))


def test_a_search_tries_them(numbers):
    grid = {"numeric_embedding": [None, WAVES, replace(WAVES, sigma=2.0), [WAVES, BINS]]}
    net = PlainRegressor(n_estimators=2, learning_rate_init=0.01, **SMALL)
    search = GridSearchCV(net, grid, cv=2, error_score="raise").fit(*numbers)
    assert len(set(search.cv_results_["mean_test_score"])) == 4
    best = search.best_estimator_.numeric_embedding
    assert best == search.best_params_["numeric_embedding"]
    assert best in grid["numeric_embedding"]


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor, PlainClassifier])
def test_another_layer_is_no_warm_start(cls, numbers):
    X, y = numbers[0], (numbers[1] > 0).astype(int)
    net = cls(numeric_embedding=[WAVES, BINS], n_estimators=2, warm_start=True, **SMALL)
    net.fit(X, y).set_params(numeric_embedding=(replace(WAVES), replace(BINS))).fit(X, y)
    # an equal tuple goes on, another sigma or order does not
    for other in (WAVES, [BINS, WAVES], [replace(WAVES, sigma=0.1), BINS], "auto", None):
        net.set_params(numeric_embedding=other)
        for again in (net.fit, net.partial_fit):
            with pytest.raises(ValueError, match="^numeric_embedding changed since the first fit"):
                again(X, y)
