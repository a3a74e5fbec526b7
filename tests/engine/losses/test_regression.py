"""Losses for numbers against formulas of others, and what the estimators learn by them."""

import numpy as np
import pytest
from losses import QUICK, mean_loss
from plain import PlainRegressor
from scipy import stats
from sklearn.metrics import d2_pinball_score, mean_pinball_loss, r2_score

from skdense.engine import REGRESSION_LOSSES, AbsoluteError, Gaussian, Huber, Quantile

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
TO_THE_END = {**QUICK, "n_iter_no_change": np.inf}


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_quantile_is_the_pinball_loss_of_scikit_learn(level, rng):
    raw, y = rng.standard_normal((2, 50, 1))
    expected = mean_pinball_loss(y, raw, alpha=level)
    assert mean_loss(Quantile(level), raw, y) == pytest.approx(expected, rel=1e-12)


def test_several_quantiles_sum_the_pinball_losses_of_their_predictions(rng):
    loss, raw, y = Quantile((0.1, 0.4, 0.5, 0.9)), rng.standard_normal((50, 8)), rng.rand(50, 2)
    prediction = loss.inverse_link(raw)
    assert prediction.shape == (50, 2, 4)
    expected = sum(
        2 * mean_pinball_loss(y, prediction[:, :, i], alpha=level)
        for i, level in enumerate(loss.quantile)
    )
    assert mean_loss(loss, raw, y) == pytest.approx(expected, rel=1e-12)


def test_huber_and_absolute_error_follow_their_formulas():
    error = np.array([[-3.0], [-1.0], [0.0], [0.5], [2.0]])
    rows = Huber(1.0).rows(error, 0 * error, np.empty_like(error))
    np.testing.assert_allclose(rows, [2.5, 0.5, 0.0, 0.125, 1.5])
    rows = AbsoluteError().rows(error, 0 * error, np.empty_like(error))
    np.testing.assert_allclose(rows, [3.0, 1.0, 0.0, 0.5, 2.0])


def test_gaussian_is_the_log_density_of_scipy(rng):
    loss, raw, y = Gaussian(), rng.standard_normal((50, 4)), rng.standard_normal((50, 2))
    density = stats.norm.logpdf(y, raw[:, :2], np.log1p(np.exp(raw[:, 2:])) + loss.min_std)
    assert mean_loss(loss, raw, y) == pytest.approx(-density.sum() / 50, rel=1e-12)


# without features a network learns a constant, and what is best is known
BEST = {
    "squared_error": np.average,
    "absolute_error": lambda y, weights: np.median(y.repeat(weights)),
    "quantile": lambda y, weights: np.median(y.repeat(weights)),
    "poisson": np.average,
    "gamma": np.average,
    "tweedie": np.average,
    "gaussian": np.average,
}


@pytest.mark.parametrize("target_scaling", ["standard", None])
@pytest.mark.parametrize("loss", BEST)
def test_the_best_constant_is_found(loss, target_scaling, rng):
    y, weight = rng.gamma(3.0, 2.0, size=101), rng.randint(1, 4, size=101)
    net = PlainRegressor(
        (),
        loss=loss,
        target_scaling=target_scaling,
        alpha=0,
        max_iter=3000,
        learning_rate_init=0.05,
        learning_rate="cosine",
        n_iter_no_change=np.inf,
        random_state=0,
    )
    net.fit(np.zeros((101, 1)), y, weight)
    assert net.predict([[0.0]])[0] == pytest.approx(BEST[loss](y, weights=weight), rel=0.005)
    if loss == "gaussian":
        mean = np.average(y, weights=weight)
        deviation = np.sqrt(np.average((y - mean) ** 2, weights=weight))
        _, std = net.predict([[0.0]], return_std=True)
        assert std[0] == pytest.approx(deviation, rel=0.01)


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_every_loss_learns_in_any_unit(loss, rng):
    X = rng.uniform(-1, 1, (400, 2))
    y = np.exp(X[:, 0]) * rng.uniform(0.8, 1.25, 400)
    score = [
        PlainRegressor(loss=loss, **QUICK).fit(X, unit * y).score(X, unit * y)
        for unit in (1e-20, 1.0, 1e20)
    ]
    # of a quantile, D2 of its own loss, of which noise takes more
    assert score[1] > (0.5 if loss == "quantile" else 0.8)
    np.testing.assert_allclose(score, score[1], rtol=1e-4)


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_every_loss_takes_several_outputs(loss, rng):
    X = rng.uniform(-1, 1, (300, 2))
    Y = 5 + X
    net = PlainRegressor(loss=loss, **QUICK).fit(X, Y)
    assert net.predict(X).shape == (300, 2)
    assert r2_score(Y, net.predict(X)) > 0.9
    own = d2_pinball_score if loss == "quantile" else r2_score
    assert net.score(X, Y) == pytest.approx(own(Y, net.predict(X)))


def test_robust_losses_let_outliers_be(rng):
    X = rng.uniform(-1, 1, (500, 1))
    y = X[:, 0].copy()
    y[rng.choice(500, 25, replace=False)] = 100.0
    error = {
        loss: np.abs(PlainRegressor(loss=loss, **QUICK).fit(X, y).predict(X) - X[:, 0]).mean()
        for loss in ("squared_error", "absolute_error", "huber", "quantile")
    }
    assert error["squared_error"] > 3
    assert max(error["absolute_error"], error["quantile"]) < 0.5
    assert error["huber"] < 0.5 * error["squared_error"]


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_several_quantiles_hold_their_shares_and_never_cross(n_outputs, rng):
    levels = [0.05, 0.25, 0.5, 0.9]
    X = rng.uniform(-2, 2, (3000, 1))
    Y = X + np.exp(0.5 * X) * rng.standard_normal((3000, n_outputs))
    y = Y[:, 0] if n_outputs == 1 else Y
    net = PlainRegressor(loss="quantile", quantile=levels, **TO_THE_END).fit(X, y)
    far = np.linspace(-50, 50, 1000)[:, None]
    assert (np.diff(net.predict(far), axis=-1) >= 0).all()
    prediction = net.predict(X)
    assert prediction.shape == (*y.shape, 4)
    below = (y[..., None] < prediction).mean(axis=0)
    np.testing.assert_allclose(below, np.broadcast_to(levels, below.shape), atol=0.03)
    scores = [
        d2_pinball_score(y, prediction[..., i], alpha=level) for i, level in enumerate(levels)
    ]
    assert net.score(X, y) == pytest.approx(np.mean(scores))


def test_one_quantile_is_a_plain_prediction(rng):
    X = rng.uniform(-2, 2, (3000, 1))
    y = X[:, 0] + rng.standard_normal(3000)
    net = PlainRegressor(loss="quantile", quantile=0.9, **TO_THE_END).fit(X, y)
    assert net.predict(X).shape == y.shape
    assert (y < net.predict(X)).mean() == pytest.approx(0.9, abs=0.03)
    by_instance = PlainRegressor(loss=Quantile(0.9), **TO_THE_END).fit(X, y)
    np.testing.assert_array_equal(by_instance.predict(X), net.predict(X))


def test_gaussian_learns_how_sure_it_can_be(rng):
    X = rng.uniform(-1, 1, (4000, 1))
    deviation = 100 * np.exp(X)
    Y = 1e4 + 1e3 * X + deviation * rng.standard_normal((4000, 1))
    net = PlainRegressor(loss="gaussian", **TO_THE_END).fit(X, Y[:, 0])
    mean, std = net.predict(X, return_std=True)
    assert mean.shape == std.shape == (4000,)
    np.testing.assert_array_equal(mean, net.predict(X))
    np.testing.assert_allclose(std, deviation[:, 0], rtol=0.25)
    z = (Y[:, 0] - mean) / std
    assert z.std() == pytest.approx(1, abs=0.05)
    both = PlainRegressor(loss="gaussian", **TO_THE_END).fit(X, np.hstack([Y, 1e-6 * Y]))
    _, std = both.predict(X, return_std=True)
    np.testing.assert_allclose(std / deviation, np.full((4000, 2), [1, 1e-6]), rtol=0.3)


def test_only_a_loss_that_learns_deviations_returns_them(rng):
    X = rng.standard_normal((20, 2))
    net = PlainRegressor(max_iter=2).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="return_std=True needs .* loss='gaussian'"):
        net.predict(X, return_std=True)


def test_quantile_and_loss_have_to_agree(rng):
    X = rng.standard_normal((20, 2))
    with pytest.raises(ValueError, match=r"quantile=0.9 needs loss='quantile', got loss='huber'"):
        PlainRegressor(loss="huber", quantile=0.9).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="quantile must be increasing"):
        PlainRegressor(loss="quantile", quantile=[0.9, 0.1]).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="output_activation does not work with loss='gamma'"):
        PlainRegressor(loss="gamma", output_activation="softplus").fit(X, X[:, 0] ** 2)


@pytest.mark.parametrize("loss", [*REGRESSION_LOSSES, Quantile((0.2, 0.8))])
def test_a_weight_is_so_many_repetitions_with_any_loss_for_numbers(loss, rng):
    X, weight = rng.uniform(0.5, 1, (60, 2)), rng.randint(4, size=60)
    y = X[:, 0] * rng.uniform(0.9, 1.1, 60)
    net = PlainRegressor(
        loss=loss, activation="tanh", batch_size=1000, max_iter=10, random_state=0
    )
    weighted = net.fit(X, y, weight).network_.params.copy()
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).network_.params
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)
