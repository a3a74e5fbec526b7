"""What went wrong in other libraries over several fits, over streams and with weights."""

import pickle

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])


# warm_start and partial_fit


@pytest.mark.pitfall(11)
@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
@BOTH
def test_every_fit_counts_its_own_epochs(cls, settings, wine):
    # scikit-learn 8713, 24764, 16812
    net = cls(warm_start=True, tol=0, random_state=0, **settings)
    for max_iter in (3, 3, 2):
        net.set_params(max_iter=max_iter).fit(*wine)
        assert net.n_iter_ == len(net.loss_curve_) == max_iter
        assert net.best_iter_ <= max_iter


@pytest.mark.pitfall(14)
@BOTH
def test_a_stream_stops_early(cls, rng):
    # partial_fit refuses early stopping there
    X = rng.standard_normal((200, 5))
    y = (X[:, 0] + rng.standard_normal(200) > 0).astype(int)
    val = {"X_val": X[100:], "y_val": y[100:]}
    classes = {"classes": [0, 1]} if cls is PlainClassifier else {}
    net = cls(early_stopping=True, n_iter_no_change=15, learning_rate_init=0.01, random_state=0)
    scores = []
    for _ in range(300):
        net.partial_fit(X[:100], y[:100], **val, **classes)
        scores += net.validation_scores_
        if net.stopped_early_:
            break
    assert net.stopped_early_
    assert scores[-1] < net.best_validation_score_ == max(scores)
    assert net.score(*val.values()) == pytest.approx(max(scores), rel=1e-12)


@pytest.mark.pitfall(16)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_pickle_does_not_grow_with_the_fits(early_stopping, wine):
    # scikit-learn 19959
    X, y = wine
    settings = {"warm_start": True, "early_stopping": early_stopping, "random_state": 0}
    net, sizes = PlainClassifier(max_iter=3, **settings), []
    for _ in range(8):
        sizes.append(len(pickle.dumps(net.fit(X, y))))
        sizes.append(len(pickle.dumps(net.partial_fit(X, y, X_val=X, y_val=y))))
    # numbers such as t_ take a byte more when they are large
    assert max(sizes[4::2]) - sizes[2] < 50
    assert max(sizes[5::2]) - sizes[3] < 50


@pytest.mark.pitfall(17)
@pytest.mark.parametrize(("first", "then"), [(1, 2), (2, 1), (3, 2)])
@BOTH
def test_a_warm_start_refuses_another_number_of_outputs(cls, first, then, wine):
    X, Y = wine[0], np.column_stack([wine[1] % 2] * 3)
    net = cls(max_iter=2, warm_start=True, random_state=0).fit(X, Y[:, :first])
    before = dict(vars(net))
    with pytest.raises(ValueError, match=f"y has {then} outputs, but {first} at the first fit"):
        net.fit(X, Y[:, :then])
    assert dict(vars(net)) == before


# weights


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
