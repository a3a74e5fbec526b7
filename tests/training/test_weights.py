"""What weights count: between batches, as repetitions, and where they are zero."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor

from skdense.engine.training.run import Run

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.pitfall(19)
def test_a_batch_of_zero_weights_is_no_error(wine):
    X, y = wine
    y = y % 2
    weight = np.where(np.arange(178) < 100, 0.0, 2.0)
    net = PlainClassifier(batch_size=20, shuffle=False, max_iter=5, random_state=0)
    weighted = net.fit(X, y, weight).network_.params.copy()
    kept = net.fit(X[100:], y[100:], weight[100:]).network_.params
    np.testing.assert_array_equal(weighted, kept)


@pytest.mark.pitfall(22)
def test_a_row_of_weight_zero_is_not_there(rng):
    # neither its class, nor its share in the choice of the precision
    X, y = rng.standard_normal((1000, 3)), rng.randint(3, size=1000)
    net = PlainClassifier(max_iter=2, random_state=0).fit(X, y, y != 2)
    kept = PlainClassifier(max_iter=2, random_state=0).fit(X[y != 2], y[y != 2])
    np.testing.assert_array_equal(net.classes_, [0, 1])
    np.testing.assert_array_equal(net.network_.params, kept.network_.params)
    assert net.network_.params.dtype == np.float64


@pytest.mark.pitfall(20)
def test_weights_count_between_batches(rng):
    # the first half of the rows weighs 100: dividing each batch by its own sum loses that
    X, y = np.zeros((200, 1)), np.repeat([1.0, -1.0], 100)
    weight = np.repeat([100.0, 1.0], 100)
    net = PlainRegressor(
        (), solver="sgd", momentum=0, alpha=0, target_scaling=None, batch_size=10, random_state=0,
        learning_rate_init=0.01, max_iter=300, shuffle=False,
    )  # fmt: skip
    assert net.fit(X, y, weight).predict([[0.0]])[0] > 0.9


@pytest.mark.pitfall(21)
def test_unit_weights_are_no_weights(wine):
    # skorch 630
    X, y = wine
    for cls in (PlainClassifier, PlainRegressor):
        net = cls(max_iter=5, random_state=0)
        plain = net.fit(X, y).network_.params
        np.testing.assert_array_equal(net.fit(X, y, np.ones(178)).network_.params, plain)
        np.testing.assert_array_equal(net.fit(X, y, 1).network_.params, plain)


@pytest.mark.pitfall(22)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_a_weight_is_so_many_repetitions(cls, solver, wine):
    X, y = wine
    weight = np.arange(178) % 4
    net = cls(solver=solver, batch_size=1000, max_iter=20, random_state=0)
    weighted = net.fit(X, y, weight).network_.params.copy()
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).network_.params
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)


@pytest.mark.pitfall(22)
@pytest.mark.parametrize(
    "loss",
    ["absolute_error", "huber", "quantile", "poisson", "gamma", "tweedie", "gaussian"],
)
def test_a_weight_is_so_many_repetitions_to_every_loss(loss, wine):
    # what the loss learns, and the unit that the target is scaled to
    X, y, weight = wine[0], wine[1] + 1, np.arange(178) % 4
    net = PlainRegressor((10,), loss=loss, solver="lbfgs", max_iter=10, random_state=0)
    weighted = net.fit(X, y, weight).predict(X)
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).predict(X)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-9)


@pytest.mark.pitfall(30)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_weights_do_not_change_the_precision(method, dtype, wine, monkeypatch):
    # neither float64 weights that of float32 tables, nor the reverse
    trained_in, init = set(), Run.__init__

    def watched(self, state, data, *settings, **how):
        trained_in.update({data.X.dtype, data.weight.dtype})
        init(self, state, data, *settings, **how)

    monkeypatch.setattr(Run, "__init__", watched)
    X, y = wine[0].astype(dtype), wine[1]
    weight = (1.0 + np.arange(178) % 3).astype({8: "f4", 4: "f8"}[X.itemsize])
    val = {"X_val": X, "y_val": y, "sample_weight_val": weight}
    net = PlainClassifier(max_iter=2, class_weight={0: 2.5}, random_state=0)
    classes = {"classes": [0, 1, 2]} if method == "partial_fit" else {}
    getattr(net, method)(X, y, weight, **val, **classes)
    numbers = PlainRegressor(max_iter=2, random_state=0)
    getattr(numbers, method)(X, y.astype(dtype), weight, **val)
    for result in (
        net.network_.params,
        net.predict_proba(X),
        net.predict_log_proba(X),
        net.decision_function(X),
        numbers.network_.params,
        numbers.predict(X),
    ):
        assert result.dtype == dtype
    assert trained_in == {np.dtype(dtype)}
