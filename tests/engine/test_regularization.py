"""Normalization, dropout, averages, clipping, decay: what each does to a training."""

import pickle

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy.sparse import csr_array

from skdense.engine import (
    SGD,
    Adam,
    Average,
    BatchNorm,
    Data,
    Dense,
    Frame,
    LayerNorm,
    Network,
    Plan,
    RegressionLoss,
    SquaredError,
    Stopping,
    Tanh,
    TrainState,
    train,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
FOREVER = {"patience": np.inf, "tol": 0.0}


def small_state(optimizer, seed=0, layers=None):
    network = Network(layers or [Dense(6), Tanh(), Dense(2)], 3)
    network.initialize(np.random.RandomState(seed))
    return TrainState(network, optimizer, np.random.RandomState(seed))


def small_data(n_rows=40):
    X = np.random.RandomState(1).standard_normal((n_rows, 3))
    return Data(X, np.column_stack([X[:, 0], X[:, 1] * X[:, 2]]))


# normalization


def run(layer, x, weight=None, *, is_training=False, params=None):
    params = params or {name: np.empty(shape) for name, shape in layer.shapes(x.shape[1]).items()}
    layer.initialize(params, np.random.RandomState(0))
    frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, is_training)
    frame.weight = weight
    layer.forward(frame)
    return frame


def test_layer_norm_is_the_formula_of_its_paper(rng):
    x = rng.standard_normal((5, 8)) * 3 + 2
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    expected = (x - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(run(LayerNorm(), x).out, expected, rtol=1e-12)


def test_batch_norm_is_the_formula_of_its_paper(rng):
    x = rng.standard_normal((50, 4)) * 3 + 2
    expected = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    np.testing.assert_allclose(run(BatchNorm(), x, is_training=True).out, expected, rtol=1e-12)


def test_batch_norm_counts_a_weight_as_repetitions(rng):
    x, weight = rng.standard_normal((6, 3)), np.array([0.0, 1, 2, 3, 1, 1])
    frame = run(BatchNorm(), x, weight, is_training=True)
    repeats = weight.astype(int)
    expected = run(BatchNorm(), x.repeat(repeats, 0), is_training=True)
    np.testing.assert_allclose(frame.out.repeat(repeats, 0), expected.out, rtol=1e-12)
    for name in ("mean", "variance"):
        np.testing.assert_allclose(frame.params[name], expected.params[name], rtol=1e-12)


def test_batch_norm_predicts_by_running_means_that_favour_no_start(rng):
    layer = BatchNorm(momentum=0.8)
    params = {name: np.empty(shape) for name, shape in layer.shapes(2).items()}
    layer.initialize(params, rng)
    mean, total = np.zeros(2), 0.0
    for _ in range(7):
        x = rng.normal([5, -3], size=(9, 2))
        frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, True)
        layer.forward(frame)
        mean, total = 0.8 * mean + 0.2 * x.mean(axis=0), 0.8 * total + 0.2
        np.testing.assert_allclose(params["mean"], mean / total, rtol=1e-12)
    out = run_predicting(layer, params, params["mean"][None] + [[1.0, 0.0]])
    expected = [[1 / np.sqrt(params["variance"][0] + 1e-5), 0]]
    np.testing.assert_allclose(out, expected, atol=1e-12)


def run_predicting(layer, params, x):
    frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype))
    layer.forward(frame)
    return frame.out


@pytest.mark.parametrize("normalization", ["batch", "layer", BatchNorm(0.5), ["layer", "batch"]])
@pytest.mark.parametrize("container", [np.asarray, csr_array])
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_normalized_networks_learn(cls, normalization, container, wine):
    X, y = wine
    net = cls((20, 20), normalization=normalization, learning_rate_init=0.01, random_state=0)
    net.set_params(max_iter=100, batch_size=32, learning_rate="cosine").fit(container(X), y)
    assert net.score(container(X), y) > 0.9
    # a prediction is that of the row alone
    np.testing.assert_allclose(net.predict(X[:5]), net.predict(container(X))[:5], atol=1e-9)


def test_batch_norm_makes_no_short_batches(rng):
    # a last batch of one row, normalized by itself, would be all zeros
    X = rng.standard_normal((1001, 3))
    y = np.sin(2 * X[:, 0])
    net = PlainRegressor(
        (50, 50), normalization="batch", max_iter=40, learning_rate_init=0.005, random_state=0
    )
    whole = net.fit(X[:1000], y[:1000]).score(X, y)
    for n_rows in (1001, 999):
        assert net.fit(X[:n_rows], y[:n_rows]).score(X, y) > whole - 0.05
    assert np.isfinite(net.set_params(batch_size=1, max_iter=2).fit(X, y).predict(X)).all()


def test_batch_norm_refuses_a_batch_of_one_row(rng):
    X = rng.standard_normal((10, 3))
    net = PlainRegressor(normalization="batch", random_state=0).partial_fit(X, X[:, 0])
    before = net.network_
    with pytest.raises(ValueError, match="normalization='batch' .* a batch of 1 sample"):
        net.partial_fit(X[:1], X[:1, 0])
    assert net.network_ is before


def test_running_means_weigh_batches_by_their_rows(rng):
    layer = BatchNorm(momentum=0.5)
    params = {name: np.empty(shape) for name, shape in layer.shapes(1).items()}
    layer.initialize(params, rng)
    for x in (np.zeros((90, 1)), np.full((10, 1), 10.0)):
        frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, True)
        layer.forward(frame)
    # the first batch is one step old: half of its 90 rows against 10
    np.testing.assert_allclose(params["mean"], 10 * 10 / (45 + 10))
    layer.initialize(params, rng)
    for value, heavy in ((0.0, 18.0), (10.0, 2.0)):
        x, weight = np.full((5, 1), value), np.full(5, heavy)
        frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, True)
        frame.weight = weight
        layer.forward(frame)
    np.testing.assert_allclose(params["mean"], 10 * 10 / (45 + 10))


def test_running_means_are_no_coefficients(wine):
    X, y = wine
    net = PlainClassifier(
        (8,),
        normalization="batch",
        alpha=100.0,
        weight_decay=1.0,
        max_grad_norm=0.1,
        max_iter=30,
        random_state=0,
    ).fit(X, y)
    (norm,) = [views for views in net.network_.views if "variance" in views]
    # neither penalties nor steps move them: they are those of the values behind the first layer
    hidden = (X - X.mean(axis=0)) / X.std(axis=0) @ net.coefs_[0] + net.intercepts_[0]
    np.testing.assert_allclose(norm["mean"], hidden.mean(axis=0), atol=0.2)


@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_a_weight_is_so_many_repetitions_with_normalization(normalization, wine):
    X, y = wine
    weight = np.arange(178) % 4
    net = PlainRegressor(
        normalization=normalization,
        activation="tanh",
        batch_size=1000,
        max_iter=10,
        random_state=0,
    )
    weighted = net.fit(X, y, weight).predict(X)
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).predict(X)
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-7)


# averages


def test_the_average_is_that_of_the_formula(rng):
    steps = rng.standard_normal((6, 4))
    average = Average(np.zeros(4))
    for n, step in enumerate(steps, 1):
        average.move(step, slice(None), average.begin_step(0.7), np.empty(4))
        share = 0.7 ** np.arange(n)[::-1]
        np.testing.assert_allclose(average.values, share @ steps[:n] / share.sum(), rtol=1e-12)


def test_the_network_holds_the_average_of_its_steps():
    plan = {"batch_size": 10, "max_iter": 2, "learning_rate_init": 0.1}
    seen = []

    class Watched(SGD):
        def prepare(self, params):
            super().prepare(params)
            self.params = params

        def to_step(self, grads, part, now):
            super().to_step(grads, part, now)
            seen.append(self.params - grads)

    state = small_state(Watched())
    train([state], small_data(), SquaredError(), Plan(**plan, ema_decay=0.8), Stopping(**FOREVER))
    share = 0.8 ** np.arange(8)[::-1]
    np.testing.assert_allclose(state.network.params, share @ seen / share.sum(), rtol=1e-10)
    # the steps themselves go on from where they were, as without an average
    plain = small_state(SGD())
    train([plain], small_data(), SquaredError(), Plan(**plan), Stopping(**FOREVER))
    np.testing.assert_array_equal(state.average.values, plain.network.params)
    np.testing.assert_array_equal(seen[-1], plain.network.params)


def test_an_average_settles_where_the_last_step_jumps(rng):
    X = rng.standard_normal((200, 3))
    y = X @ rng.standard_normal((3, 1)) + rng.standard_normal((200, 1))
    best, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(200)]), y, rcond=None)
    distances = []
    for decay in (0.0, 0.99):
        state = small_state(SGD(momentum=0), layers=[Dense(1)])
        plan = Plan(batch_size=1, max_iter=10, learning_rate_init=0.05, ema_decay=decay)
        train([state], Data(X, y), SquaredError(), plan, Stopping(**FOREVER))
        distances.append(np.linalg.norm(state.network.params - best[:, 0]))
    assert distances[1] < 0.5 * distances[0]


def test_what_goes_on_after_early_stopping_is_of_the_best_epoch_too(wine):
    # the average and the parameters of the last step belong together
    X, y = wine
    net = PlainClassifier(ema_decay=0.9, early_stopping=True, warm_start=True, random_state=0)
    net.set_params(learning_rate_init=0.1, n_iter_no_change=3).fit(X, y, X_val=X, y_val=y)
    assert net.best_iter_ < net.n_iter_
    shorter = PlainClassifier(ema_decay=0.9, early_stopping=True, warm_start=True)
    shorter.set_params(random_state=0, learning_rate_init=0.1, max_iter=net.best_iter_)
    shorter.fit(X, y, X_val=X, y_val=y)
    np.testing.assert_array_equal(net.network_.params, shorter.network_.params)
    np.testing.assert_array_equal(
        net._model.states[0].average.values, shorter._model.states[0].average.values
    )


def test_early_stopping_judges_the_average(wine):
    X, y = wine
    net = PlainClassifier(ema_decay=0.9, early_stopping=True, max_iter=30, random_state=0)
    net.fit(X, y, X_val=X, y_val=y)
    assert net.score(X, y) == pytest.approx(net.best_validation_score_)


def test_an_average_is_forgotten_by_a_fit_without_one(rng):
    X = rng.standard_normal((120, 3))
    y = np.sin(X[:, 0])
    net = PlainRegressor((8,), warm_start=True, random_state=0, ema_decay=0.9, max_iter=3)
    net.fit(X, y).set_params(solver="lbfgs", ema_decay=0.0, max_iter=100).fit(X, y)
    score = net.score(X, y)
    net.set_params(solver="adam", ema_decay=0.9, max_iter=1, learning_rate_init=1e-12).fit(X, y)
    assert net.score(X, y) == pytest.approx(score, abs=1e-6)


# gradient clipping


def test_a_long_gradient_is_shortened_and_a_short_one_is_not():
    data = small_data()
    lengths = []
    for max_grad_norm in (np.inf, 1e-3, 1e3):
        state = small_state(SGD(momentum=0))
        start = state.network.params.copy()
        plan = Plan(batch_size=40, max_iter=1, learning_rate_init=1.0, max_grad_norm=max_grad_norm)
        train([state], data, SquaredError(), plan, Stopping(**FOREVER))
        lengths.append(state.network.params - start)
    free, short, same = lengths
    np.testing.assert_array_equal(same, free)
    assert np.linalg.norm(short) == pytest.approx(1e-3)
    np.testing.assert_allclose(short / 1e-3, free / np.linalg.norm(free), rtol=1e-9)


def test_clipping_tames_a_training_that_diverges(rng):
    X = rng.standard_normal((200, 3))
    y = 1e3 * X[:, 0]
    settings = {"solver": "sgd", "target_scaling": None, "learning_rate_init": 0.05}
    with pytest.raises(ValueError, match="diverged"):
        PlainRegressor(random_state=0, **settings).fit(X, y)
    net = PlainRegressor(max_grad_norm=10.0, random_state=0, **settings).fit(X, y)
    assert net.score(X, y) > 0.9


def test_clipping_bears_gradients_whose_squares_overflow():
    data = small_data()
    huge = Data(data.X.astype(np.float32), (1e30 * data.y).astype(np.float32))
    network = Network([Dense(6), Tanh(), Dense(2)], 3, np.float32)
    network.initialize(np.random.RandomState(0))

    class Linear(RegressionLoss):
        def rows(self, raw, y, gradient_out):
            np.subtract(raw, y, out=gradient_out)
            return np.abs(gradient_out).sum(axis=1)

    start = network.params.copy()
    state = TrainState(network, Adam(), np.random.RandomState(0))
    plan = Plan(batch_size=40, max_iter=2, max_grad_norm=1.0)
    train([state], huge, Linear(), plan, Stopping(**FOREVER))
    assert np.isfinite(network.params).all()
    # a norm that overflowed would make every step zero
    assert not np.array_equal(network.params, start)


# dropout


@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_dropout_works_with_sparse_tables_and_early_stopping(container, wine):
    X, y = wine
    net = PlainClassifier(dropout=0.3, early_stopping=True, normalization="batch", max_iter=200)
    net.set_params(
        random_state=0,
        class_weight="balanced",
        ema_decay=0.5,
        n_iter_no_change=50,
        learning_rate_init=0.01,
    )
    assert net.fit(container(X), y, np.arange(178) % 2 + 1).score(container(X), y) > 0.9


def test_monte_carlo_dropout_spreads_around_the_prediction(wine):
    X, y = wine
    net = PlainClassifier(dropout=0.2, max_iter=100, random_state=0).fit(X, y)
    samples = net.predict_mc_dropout(X, n_samples=200, random_state=0)
    assert samples.shape == (200, 178, 3)
    np.testing.assert_allclose(samples.sum(axis=2), 1)
    assert (samples.mean(axis=0).argmax(axis=1) == net.predict(X)).mean() > 0.97
    assert (samples.std(axis=0) > 0).any()
    again = net.predict_mc_dropout(X, n_samples=200, random_state=0)
    np.testing.assert_array_equal(again, samples)
    # far from all data nothing is sure
    far = X[:20] + 10 * X.std(axis=0) * np.random.RandomState(0).standard_normal((20, 13))
    assert net.predict_mc_dropout(far, random_state=0).std(axis=0).max(axis=1).mean() > (
        samples.std(axis=0).max(axis=1).mean()
    )


def test_monte_carlo_dropout_has_the_forms_of_predict(wine):
    X, y = wine
    rates = PlainRegressor(
        loss="poisson", dropout=0.1, feature_scaling=None, max_iter=3, random_state=0
    )
    with pytest.raises(ValueError, match="the prediction overflows"):
        rates.fit(X, y).predict_mc_dropout(1e5 * X)
    large = PlainClassifier(dropout=0.2, max_iter=2, dtype="float32").fit(X, y)
    assert large.predict_mc_dropout(X, 2).dtype == large.predict_proba(X).dtype == np.float64
    regressor = PlainRegressor(dropout=0.2, max_iter=3, random_state=0)
    assert regressor.fit(X, 1e6 * y).predict_mc_dropout(X[:7], 5).shape == (5, 7)
    assert regressor.fit(X, X[:, :2]).predict_mc_dropout(X[:7], 5).shape == (5, 7, 2)
    quantiles = PlainRegressor(loss="quantile", quantile=[0.1, 0.9], dropout=0.2, max_iter=3).fit(
        X, y
    )
    assert quantiles.predict_mc_dropout(X[:7], 5).shape == (5, 7, 2)
    several = PlainClassifier(dropout=0.2, max_iter=3).fit(X, np.column_stack([y, y % 2]))
    assert [s.shape for s in several.predict_mc_dropout(X[:7], 5)] == [(5, 7, 3), (5, 7, 2)]
    with pytest.raises(ValueError, match="n_samples must be an integer of at least 1, got 0"):
        regressor.predict_mc_dropout(X, 0)
    with pytest.raises(ValueError, match="predict_mc_dropout needs a network with dropout"):
        PlainRegressor(max_iter=3).fit(X, y).predict_mc_dropout(X)


# together, and refused


EVERYTHING = {
    "hidden_layer_sizes": (20, 20),
    "normalization": ["batch", "layer"],
    "dropout": [0.1, 0.2],
    "ema_decay": 0.9,
    "max_grad_norm": 1.0,
    "weight_decay": 0.01,
    "learning_rate": "invscaling",
    "learning_rate_init": 0.05,
    "power_t": 0.25,
    "batch_size": 40,
    "random_state": 0,
}


def test_everything_goes_on_to_the_bit_from_fit_to_fit_and_through_a_pickle(wine):
    X, y = wine
    weight = np.arange(178) % 3
    settings = {**EVERYTHING, "class_weight": {0: 2.0}, "label_smoothing": 0.1}
    whole = PlainClassifier(max_iter=5, n_iter_no_change=np.inf, **settings)
    whole.fit(X, y, weight)
    steps = PlainClassifier(max_iter=1, warm_start=True, **settings)
    for _ in range(5):
        steps = pickle.loads(pickle.dumps(steps.fit(X, y, weight)))
    np.testing.assert_array_equal(steps.network_.params, whole.network_.params)


def test_everything_goes_on_to_the_bit_over_a_stream(wine):
    X, y = wine
    one = PlainRegressor(loss="huber", **EVERYTHING).partial_fit(X[:90], y[:90])
    other = pickle.loads(pickle.dumps(one))
    for estimator in (one, other):
        estimator.partial_fit(X[90:], y[90:])
    np.testing.assert_array_equal(one.network_.params, other.network_.params)


def test_a_pickle_of_a_stream_with_everything_does_not_grow(wine):
    X, y = wine
    stream = PlainRegressor(early_stopping=True, **EVERYTHING)
    sizes = []
    for _ in range(15):
        stream.partial_fit(X, y, X_val=X, y_val=y)
        sizes.append(len(pickle.dumps(stream)))
    assert max(sizes) - sizes[1] < 50


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dropout", 0.1),
        ("dropout", [0.0, 0.1]),
        ("weight_decay", 0.1),
        ("max_grad_norm", 1.0),
        ("ema_decay", 0.9),
        ("normalization", "batch"),
        ("normalization", ["layer", BatchNorm()]),
        ("normalization", np.array(["layer", "batch"])),
    ],
)
def test_what_needs_steps_is_refused_with_lbfgs(name, value, wine):
    net = PlainClassifier((5, 5), solver="lbfgs", **{name: value})
    with pytest.raises(ValueError, match=f"{name}.* does not work with solver='lbfgs'"):
        net.fit(*wine)
    PlainClassifier((5, 5), solver="lbfgs", normalization="layer", max_iter=3).fit(*wine)


def test_normalization_is_part_of_the_architecture(wine):
    net = PlainClassifier(max_iter=2, warm_start=True).fit(*wine)
    with pytest.raises(ValueError, match="normalization.* changed since the first fit"):
        net.set_params(normalization="batch").fit(*wine)
    with pytest.raises(ValueError, match="normalization has 2 entries for 1 hidden layers"):
        PlainClassifier(normalization=["batch", "layer"]).fit(*wine)
