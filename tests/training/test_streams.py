"""partial_fit: what goes on, what starts anew, what is refused."""

import pickle

import joblib
import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy.sparse import csr_array
from sklearn.datasets import load_digits

from skdense.engine import Adam
from skdense.engine.training.run import Run

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def params_of(estimator):
    return estimator.network_.params


@pytest.mark.pitfall(15)
@pytest.mark.parametrize("seed", [0, np.random.RandomState(0), None])
def test_a_stream_goes_on_exactly_after_a_pickle(wine, seed):
    X, y = wine
    one = PlainClassifier(batch_size=20, dropout=0.2, random_state=seed)
    one.partial_fit(X[:90], y[:90], classes=[0, 1, 2])
    other = pickle.loads(pickle.dumps(one))
    if seed:
        seed.rand(3)  # whatever else draws from it
    for estimator in (one, other):
        estimator.partial_fit(X[90:], y[90:])
    np.testing.assert_array_equal(params_of(one), params_of(other))


@pytest.mark.pitfall(14)
def test_partial_fit_learns_from_batches_that_lack_classes():
    X, y = load_digits(return_X_y=True)
    # every batch holds one or two of the ten digits
    batches = np.array_split(np.argsort(y, kind="stable"), 20)
    stream = PlainClassifier(random_state=0)
    rng = np.random.RandomState(0)
    for _ in range(30):
        for i in rng.permutation(20):
            stream.partial_fit(X[batches[i]], y[batches[i]], classes=np.arange(10))
    assert stream.predict_proba(X).shape == (len(X), 10)
    assert stream.score(X, y) > 0.9
    # the curve is that of the last call, so that it does not grow with the stream
    assert len(stream.loss_curve_) == stream.n_iter_ == 1


def test_regressor_stream_scales_as_it_goes(rng):
    X = rng.standard_normal((2000, 3)) * [1, 1e3, 1e-3] + [0, 1e5, 0]
    y = 1e4 + 1e3 * (X[:, 0] + (X[:, 1] - 1e5) / 1e3)
    stream = PlainRegressor(random_state=0, learning_rate_init=0.01, batch_size=50)
    for _ in range(10):
        for rows in np.array_split(np.arange(2000), 8):
            stream.partial_fit(X[rows], y[rows])
    assert stream.score(X, y) > 0.98


def test_one_row_at_a_time(rng):
    X = rng.standard_normal((30, 2))
    stream = PlainRegressor(random_state=0)
    for row in X:
        stream.partial_fit([row], [row.sum()])
    assert np.isfinite(stream.predict(X)).all()
    assert stream.t_ == 30


@pytest.mark.pitfall(16)
def test_a_pickle_of_a_stream_does_not_grow(wine):
    X, y = wine
    stream = PlainClassifier(random_state=0).partial_fit(X, y, classes=[0, 1, 2])
    sizes = []
    for _ in range(20):
        stream.partial_fit(X, y)
        sizes.append(len(pickle.dumps(stream)))
    # numbers such as t_ take a byte more when they are large
    assert max(sizes) - sizes[0] < 50


@pytest.mark.pitfall(15)
def test_an_integer_seed_does_not_repeat_the_order(wine, monkeypatch):
    X, y = wine
    orders, epoch = [], Run.epoch

    def watched(self, *how):
        value = epoch(self, *how)
        orders.append(self.order.tolist())
        return value

    monkeypatch.setattr(Run, "epoch", watched)
    stream = PlainClassifier(random_state=0).partial_fit(X, y, classes=[0, 1, 2])
    stream.partial_fit(X, y)
    stream = pickle.loads(pickle.dumps(stream)).partial_fit(X, y)
    assert len(set(map(tuple, orders))) == 3
    assert all(sorted(order) == list(range(len(y))) for order in orders)


@pytest.mark.pitfall(32)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_memory_mapped_models_predict_and_go_on(cls, wine, tmp_path):
    X, y = wine
    fitted = cls(random_state=0, warm_start=True, max_iter=3).fit(X, y)
    joblib.dump(fitted, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    assert not mapped.network_.params.flags.writeable
    np.testing.assert_array_equal(mapped.predict(X), fitted.predict(X))
    for estimator in (mapped, fitted):
        estimator.partial_fit(X, y)
    np.testing.assert_array_equal(params_of(mapped), params_of(fitted))


@pytest.mark.pitfall(18)
def test_partial_fit_is_not_offered_with_lbfgs():
    net = PlainRegressor(solver="lbfgs")
    assert not hasattr(net, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit"):
        net.partial_fit([[0.0]], [0.0])
    assert hasattr(net.set_params(solver="sgd"), "partial_fit")


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": "cosine"},
        {"learning_rate": lambda done: 1 - done},
        {"class_weight": "balanced"},
        {"target_encoding": True},
    ],
)
def test_partial_fit_is_not_offered_where_it_needs_all_data(wine, settings):
    net = PlainClassifier(**settings)
    assert not hasattr(net, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit") as caught:
        net.partial_fit(*wine, classes=[0, 1, 2])
    reason = f"partial_fit is not available with {next(iter(settings))}="
    assert str(caught.value.__cause__).startswith(reason)


def test_a_wrong_value_is_named_by_partial_fit(wine):
    with pytest.raises(ValueError, match="class_weight of PlainClassifier must be"):
        PlainClassifier(class_weight=np.ones(3)).partial_fit(*wine, classes=[0, 1, 2])
    for wrong in ("cosinus", 0.1, None):
        with pytest.raises(ValueError, match="learning_rate of PlainClassifier must be"):
            PlainClassifier(learning_rate=wrong).partial_fit(*wine, classes=[0, 1, 2])


@pytest.mark.pitfall(14)
def test_partial_fit_stops_early_on_given_data_alone(wine):
    net = PlainClassifier(early_stopping=True)
    with pytest.raises(ValueError, match="partial_fit with early_stopping=True needs X_val"):
        net.partial_fit(*wine, classes=[0, 1, 2])
    assert not hasattr(net, "n_features_in_")


def test_partial_fit_needs_the_classes_once(wine):
    X, y = wine
    net = PlainClassifier(random_state=0)
    with pytest.raises(ValueError, match="classes must be given at the first call"):
        net.partial_fit(X, y)
    net.partial_fit(X[:50], y[:50], classes=[0, 1, 2])
    net.partial_fit(X, y).partial_fit(X, y, classes=[2, 1, 0])
    with pytest.raises(ValueError, match="classes must be the same as at the first call"):
        net.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"y has the classes \[7\]"):
        net.partial_fit(X, np.full(len(X), 7))


@pytest.mark.pitfall(14)
def test_multilabel_stream_needs_no_classes(rng):
    X, Y = rng.standard_normal((60, 3)), rng.randint(2, size=(60, 4))
    Y[:20] = 0  # the first batch holds none of the labels
    net = PlainClassifier(random_state=0)
    for rows in np.split(np.arange(60), 3):
        net.partial_fit(X[rows], Y[rows])
    assert net.predict_proba(X).shape == (60, 4)
    net.partial_fit(X, Y, classes=range(4))


def test_multioutput_stream_takes_the_classes_of_each(rng):
    X = rng.standard_normal((40, 3))
    Y = np.column_stack([rng.randint(3, size=40), rng.randint(2, size=40)])
    net = PlainClassifier(random_state=0)
    net.partial_fit(X[:5], Y[:5] * 0, classes=[np.arange(3), np.arange(2)])
    net.partial_fit(X, Y)
    assert [proba.shape for proba in net.predict_proba(X)] == [(40, 3), (40, 2)]


@pytest.mark.pitfall(17)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_a_changed_number_of_outputs_is_refused(cls, rng):
    X, Y = rng.standard_normal((20, 3)), rng.randint(2, size=(20, 3))
    net = cls(random_state=0).partial_fit(X, Y)
    with pytest.raises(ValueError, match="y has 2 outputs, but 3"):
        net.partial_fit(X, Y[:, :2])


@pytest.mark.pitfall(20)
def test_weights_keep_their_meaning_between_batches(rng):
    # heavy rows say +1, light rows say -1, in batches of their own
    X, ones = np.zeros((20, 1)), np.ones(20)
    net = PlainRegressor(
        (),
        solver="sgd",
        momentum=0,
        alpha=0,
        target_scaling=None,
        learning_rate_init=0.01,
        random_state=0,
    )
    for _ in range(300):
        net.partial_fit(X, ones, 100 * ones).partial_fit(X, -ones, ones)
    # the weighted mean is 99 / 101
    assert net.predict([[0.0]])[0] > 0.9


def test_sparse_and_dense_batches_do_not_mix(rng):
    X, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    net = PlainRegressor(random_state=0).partial_fit(X, y)
    with pytest.raises(ValueError, match="X changed between sparse and dense"):
        net.partial_fit(csr_array(X), y)
    # a prediction of either kind is right
    np.testing.assert_allclose(net.predict(csr_array(X)), net.predict(X))


def test_a_stream_after_early_stopping_counts_anew(wine):
    X, y = wine
    net = PlainClassifier(early_stopping=True, max_iter=5, random_state=0).fit(X, y)
    net.set_params(early_stopping=False).partial_fit(X, y)
    assert net.best_loss_ == net.loss_ > 0
    assert net.best_validation_score_ is None


def test_adaptive_learning_rate_goes_on_over_a_stream(monkeypatch):
    X, y = np.zeros((10, 1)), np.repeat([0, 1], 5)  # nothing to learn: all plateau
    net = PlainClassifier(learning_rate="adaptive", n_iter_no_change=2, tol=10, random_state=0)
    rates, begin_step = [], Adam.begin_step

    def watched(self, state, learning_rate):
        rates.append(learning_rate)
        begin_step(self, state, learning_rate)

    monkeypatch.setattr(Adam, "begin_step", watched)
    for _ in range(20):
        net.partial_fit(X, y, classes=[0, 1])
    # a fifth at each plateau, and never below the first rate of 1e-6 or less
    expected = 1e-3 / 5.0 ** np.repeat([0, 1, 2, 3, 4, 5], [3, 2, 2, 2, 2, 9])
    np.testing.assert_allclose(rates, expected)
