"""Every loss against formulas of others, and what the estimators learn by it."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from plain import DenseNetClassifier, DenseNetRegressor
from scipy import stats
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris, make_multilabel_classification
from sklearn.metrics import (
    d2_pinball_score,
    log_loss,
    mean_pinball_loss,
    mean_tweedie_deviance,
    r2_score,
)

from skdense.engine import (
    REGRESSION_LOSSES,
    AbsoluteError,
    Focal,
    Gamma,
    Gaussian,
    Huber,
    LogLoss,
    ProbabilityLoss,
    Quantile,
    RegressionLoss,
    SquaredError,
    Tweedie,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK = {
    "max_iter": 60,
    "batch_size": 32,
    "learning_rate_init": 0.01,
    "learning_rate": "cosine",
    "random_state": 0,
}
TO_THE_END = {**QUICK, "n_iter_no_change": np.inf}


def mean_loss(loss, raw, y):
    return loss.value_and_gradient(raw, y, None, np.empty_like(raw)) / len(y)


# values


@pytest.mark.parametrize("power", [1.0, 1.5, 1.9, 2.0, 3.0])
def test_tweedie_is_half_the_deviance_of_scikit_learn(power, rng):
    raw, y = rng.standard_normal((50, 1)), rng.gamma(2.0, size=(50, 1))
    if power < 2:
        y[:10] = 0
    expected = mean_tweedie_deviance(y[:, 0], np.exp(raw[:, 0]), power=power) / 2
    assert mean_loss(Tweedie(power), raw, y) == pytest.approx(expected, rel=1e-10)


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


@pytest.mark.parametrize("power", [1.0, 1.1, 1.5, 1.9])
def test_tweedie_of_zeros_stays_finite_in_float32(power):
    raw = np.array([[-500.0], [-100.0], [0.0], [20.0]], np.float32)
    gradient = np.empty_like(raw)
    rows = Tweedie(power).rows(raw, 0 * raw, gradient)
    np.testing.assert_allclose(
        rows, np.exp((2 - power) * raw[:, 0].astype(float)) / (2 - power), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(gradient[:, 0], np.exp((2 - power) * raw[:, 0]), rtol=1e-5)


@pytest.mark.parametrize("near", [1 + 1e-12, 1 + 1e-7, 2 - 1e-7, 2 + 1e-7])
def test_tweedie_is_smooth_where_its_formula_changes(near, rng):
    raw, y = rng.standard_normal((50, 1)), rng.gamma(2.0, size=(50, 1))
    at = mean_loss(Tweedie(float(round(near))), raw, y)
    assert mean_loss(Tweedie(near), raw, y) == pytest.approx(at, rel=1e-5)
    single = mean_loss(Tweedie(near), raw.astype(np.float32), y.astype(np.float32))
    assert single == pytest.approx(at, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_a_high_tweedie_power_survives_the_line_search(seed, rng):
    X = rng.standard_normal((401, 3))
    net = DenseNetRegressor((20,), loss=Tweedie(3.0), solver="lbfgs", random_state=seed)
    assert net.fit(X, np.exp(3 * X[:, 0])).loss_ < net.loss_curve_[0]


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


def test_focal_follows_equation_4_of_the_paper(rng):
    raw, y = rng.standard_normal((50, 3)), rng.randint(3, size=(50, 1))
    p = np.exp(raw)[np.arange(50), y[:, 0]] / np.exp(raw).sum(axis=1)
    for gamma in (0.0, 0.5, 2.0, 5.0):
        expected = -np.mean((1 - p) ** gamma * np.log(p))
        assert mean_loss(Focal(gamma).softmax((3,)), raw, y) == pytest.approx(expected, rel=1e-12)


def test_focal_keeps_its_limits_where_probabilities_round_to_0_and_1():
    loss, raw = Focal().softmax((2,)), np.array([[800.0, -800.0], [0.0, 0.0], [40.0, 0.0]])
    gradient = np.empty_like(raw)
    right = loss.rows(raw, np.zeros((3, 1), int), gradient)
    np.testing.assert_allclose(right, [0, 0.25 * np.log(2), 0], atol=1e-30)
    assert np.isfinite(gradient).all()
    wrong = loss.rows(raw, np.ones((3, 1), int), gradient)
    np.testing.assert_allclose(wrong[0], 1600)
    np.testing.assert_allclose(gradient[0], [1, -1])


@pytest.mark.parametrize("loss", [LogLoss(), Focal(0.0)])
def test_label_smoothing_is_the_log_loss_of_smooth_labels(loss, rng):
    raw, y = rng.standard_normal((50, 3)), rng.randint(3, size=(50, 1))
    smooth = 0.8 * np.eye(3)[y[:, 0]] + 0.2 / 3
    log_p = raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))
    expected = -(smooth * log_p).sum(axis=1).mean()
    assert mean_loss(loss.softmax((3,), 0.2), raw, y) == pytest.approx(expected, rel=1e-12)
    one_vs_rest = loss.logistic(0.2, 3)
    by_class = one_vs_rest.rows(raw, np.eye(3)[y[:, 0]], np.empty_like(raw))
    p = 1 / (1 + np.exp(-raw))
    expected = -(smooth * np.log(p) + (1 - smooth) * np.log(1 - p)).sum(axis=1)
    np.testing.assert_allclose(by_class, expected, rtol=1e-10)
    labels = rng.randint(2, size=(50, 3)).astype(float)
    p = 1 / (1 + np.exp(-raw))
    yes = 0.8 * labels + 0.1
    expected = -(yes * np.log(p) + (1 - yes) * np.log(1 - p)).sum(axis=1).mean()
    assert mean_loss(loss.logistic(0.2), raw, labels) == pytest.approx(expected, rel=1e-12)


# what the estimators learn


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
    net = DenseNetRegressor(
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
        DenseNetRegressor(loss=loss, **QUICK).fit(X, unit * y).score(X, unit * y)
        for unit in (1e-20, 1.0, 1e20)
    ]
    # of a quantile, D2 of its own loss, of which noise takes more
    assert score[1] > (0.5 if loss == "quantile" else 0.8)
    np.testing.assert_allclose(score, score[1], rtol=1e-4)


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_every_loss_takes_several_outputs(loss, rng):
    X = rng.uniform(-1, 1, (300, 2))
    Y = 5 + X
    net = DenseNetRegressor(loss=loss, **QUICK).fit(X, Y)
    assert net.predict(X).shape == (300, 2)
    assert r2_score(Y, net.predict(X)) > 0.9
    own = d2_pinball_score if loss == "quantile" else r2_score
    assert net.score(X, Y) == pytest.approx(own(Y, net.predict(X)))


def test_robust_losses_let_outliers_be(rng):
    X = rng.uniform(-1, 1, (500, 1))
    y = X[:, 0].copy()
    y[rng.choice(500, 25, replace=False)] = 100.0
    error = {
        loss: np.abs(DenseNetRegressor(loss=loss, **QUICK).fit(X, y).predict(X) - X[:, 0]).mean()
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
    net = DenseNetRegressor(loss="quantile", quantile=levels, **TO_THE_END).fit(X, y)
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
    net = DenseNetRegressor(loss="quantile", quantile=0.9, **TO_THE_END).fit(X, y)
    assert net.predict(X).shape == y.shape
    assert (y < net.predict(X)).mean() == pytest.approx(0.9, abs=0.03)
    by_instance = DenseNetRegressor(loss=Quantile(0.9), **TO_THE_END).fit(X, y)
    np.testing.assert_array_equal(by_instance.predict(X), net.predict(X))


def test_gaussian_learns_how_sure_it_can_be(rng):
    X = rng.uniform(-1, 1, (4000, 1))
    deviation = 100 * np.exp(X)
    Y = 1e4 + 1e3 * X + deviation * rng.standard_normal((4000, 1))
    net = DenseNetRegressor(loss="gaussian", **TO_THE_END).fit(X, Y[:, 0])
    mean, std = net.predict(X, return_std=True)
    assert mean.shape == std.shape == (4000,)
    np.testing.assert_array_equal(mean, net.predict(X))
    np.testing.assert_allclose(std, deviation[:, 0], rtol=0.25)
    z = (Y[:, 0] - mean) / std
    assert z.std() == pytest.approx(1, abs=0.05)
    both = DenseNetRegressor(loss="gaussian", **TO_THE_END).fit(X, np.hstack([Y, 1e-6 * Y]))
    _, std = both.predict(X, return_std=True)
    np.testing.assert_allclose(std / deviation, np.full((4000, 2), [1, 1e-6]), rtol=0.3)


def test_only_a_loss_that_learns_deviations_returns_them(rng):
    X = rng.standard_normal((20, 2))
    net = DenseNetRegressor(max_iter=2).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="return_std=True needs .* loss='gaussian'"):
        net.predict(X, return_std=True)


@pytest.mark.parametrize("loss", ["poisson", "gamma", "tweedie", Tweedie(2.5)])
def test_deviances_name_targets_they_are_not_made_for(loss, rng):
    X, y = rng.standard_normal((20, 2)), np.arange(20.0)
    strict = loss in ("gamma", Tweedie(2.5))
    must = "be positive" if strict else "not be negative"
    with pytest.raises(ValueError, match=f"y must {must} with loss="):
        DenseNetRegressor(loss=loss).fit(X, y if strict else -y)
    fitted = DenseNetRegressor(loss=loss, max_iter=2).fit(X, y + 1)
    with pytest.raises(ValueError, match=f"y must {must}"):
        fitted.partial_fit(X, -1 - y)
    with pytest.raises(ValueError, match="In the validation data .*: y must"):
        fitted.fit(X, y + 1, X_val=X, y_val=-1 - y)
    assert fitted.__sklearn_tags__().target_tags.positive_only


def test_quantile_and_loss_have_to_agree(rng):
    X = rng.standard_normal((20, 2))
    with pytest.raises(ValueError, match=r"quantile=0.9 needs loss='quantile', got loss='huber'"):
        DenseNetRegressor(loss="huber", quantile=0.9).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="quantile must be increasing"):
        DenseNetRegressor(loss="quantile", quantile=[0.9, 0.1]).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="output_activation does not work with loss='gamma'"):
        DenseNetRegressor(loss="gamma", output_activation="softplus").fit(X, X[:, 0] ** 2)


# losses for classes


@pytest.mark.parametrize("output_activation", [None, "softmax", "logistic"])
@pytest.mark.parametrize("loss", ["log_loss", "focal"])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
def test_every_loss_learns_classes(load, loss, label_smoothing, output_activation):
    X, y = load(return_X_y=True)
    net = DenseNetClassifier(
        loss=loss, label_smoothing=label_smoothing, output_activation=output_activation, **QUICK
    ).fit(X, y)
    assert net.score(X, y) > 0.9


def test_label_smoothing_keeps_probabilities_from_the_ends():
    X, y = load_breast_cancer(return_X_y=True)
    sharp = DenseNetClassifier(**QUICK).fit(X, y).predict_proba(X).max(axis=1)
    smooth = DenseNetClassifier(label_smoothing=0.2, **QUICK).fit(X, y).predict_proba(X)
    assert (sharp > 0.99).mean() > 0.8
    # the best answer to labels of 0.9 and 0.1
    assert np.median(smooth.max(axis=1)) == pytest.approx(0.9, abs=0.02)


def test_focal_loss_is_less_sure():
    X, y = load_breast_cancer(return_X_y=True)
    sure = [
        DenseNetClassifier(loss=loss, **QUICK).fit(X, y).predict_proba(X).max(axis=1).mean()
        for loss in ("log_loss", Focal(1.0), "focal", Focal(4.0))
    ]
    assert sorted(sure, reverse=True) == sure


@pytest.mark.parametrize("loss", ["log_loss", "focal"])
def test_losses_of_labels_and_of_several_outputs(loss):
    X, Y = make_multilabel_classification(200, random_state=0)
    net = DenseNetClassifier(loss=loss, label_smoothing=0.1, **QUICK).fit(X, Y)
    assert (net.predict(X) == Y).mean() > 0.9
    X, y = load_iris(return_X_y=True)
    Y = np.column_stack([y, X[:, 0] > 5.8])
    net = DenseNetClassifier(loss=loss, label_smoothing=0.1, **QUICK).fit(X, Y)
    assert (net.predict(X) == Y).mean() > 0.9


# losses of one's own


class Cubed(RegressionLoss):
    """No dataclass, and nothing but `rows`."""

    def rows(self, raw, y, gradient_out):
        error = raw - y
        np.multiply(error, np.abs(error), out=gradient_out)
        return (np.abs(error) ** 3).sum(axis=1) / 3


@dataclass(frozen=True)
class Power(ProbabilityLoss):
    """``(1 - p ** q) / q``, between the log loss and the absolute error."""

    q: float = 0.7

    def rows(self, log_p, target, gradient_out):
        p_q = np.exp(self.q * log_p)
        np.multiply(-target, p_q, out=gradient_out)
        return (target * (1 - p_q)).sum(axis=1) / self.q


def test_losses_of_ones_own_train(rng):
    X = rng.uniform(-1, 1, (300, 2))
    net = DenseNetRegressor(loss=Cubed(), warm_start=True, **QUICK).fit(X, 1e3 * X[:, 0])
    assert net.score(X, 1e3 * X[:, 0]) > 0.95
    assert net.fit(X, 1e3 * X[:, 0]).score(X, 1e3 * X[:, 0]) > 0.95
    X, y = load_iris(return_X_y=True)
    for target in (y, y == 1):
        assert DenseNetClassifier(loss=Power(), **QUICK).fit(X, target).score(X, target) > 0.9


class Weighted(RegressionLoss):
    """Says nothing of equality."""

    def __init__(self, factor):
        self.factor = factor

    def rows(self, raw, y, gradient_out):
        np.subtract(raw, y, out=gradient_out)
        losses = 0.5 * (self.factor * gradient_out**2).sum(axis=1)
        gradient_out *= self.factor
        return losses


@pytest.mark.parametrize("factors", [(1.0, 50.0), (np.array([1.0]), np.array([2.0]))])
def test_a_changed_loss_of_ones_own_is_noticed(factors, rng):
    X = rng.standard_normal((20, 2))
    net = DenseNetRegressor(loss=Weighted(factors[0]), warm_start=True, max_iter=2)
    net.fit(X, X[:, 0]).set_params(loss=Weighted(factors[0])).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="loss changed since the first fit"):
        net.set_params(loss=Weighted(factors[1])).fit(X, X[:, 0])


class Opaque:
    __slots__ = ("factor",)


@pytest.mark.parametrize(
    "factor",
    [partial(np.power, 2), Opaque(), {"w": np.ones(2)}, np.power, [np.ones(2), "w"]],
    ids=lambda factor: type(factor).__name__,
)
def test_a_loss_of_ones_own_may_hold_anything(factor, rng):
    class Holder(Cubed):
        def __init__(self, factor):
            self.factor = factor

    X = rng.standard_normal((20, 2))
    net = DenseNetRegressor(loss=Holder(factor), warm_start=True, max_iter=2)
    net.fit(X, X[:, 0]).fit(X, X[:, 0]).partial_fit(X, X[:, 0])


def test_a_loss_that_is_changed_in_place_is_noticed(rng):
    X = rng.standard_normal((20, 2))
    net = DenseNetRegressor(loss=Weighted(1.0), warm_start=True, max_iter=2).fit(X, X[:, 0])
    assert clone(net).loss is not net.loss
    net.loss.factor = 50.0
    with pytest.raises(ValueError, match="loss changed since the first fit"):
        net.fit(X, X[:, 0])


def test_losses_of_ones_own_that_are_wrong_are_named(rng):
    X = rng.standard_normal((20, 2))

    class Scalar(Cubed):
        def rows(self, raw, y, gradient_out):
            return super().rows(raw, y, gradient_out).sum()

    class NoGradient(Cubed):
        def rows(self, raw, y, gradient_out):
            return np.abs(raw - y).sum(axis=1)

    with pytest.raises(ValueError, match="rows of Scalar must return one loss for each of"):
        DenseNetRegressor(loss=Scalar()).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="diverged at epoch 1"):
        DenseNetRegressor(loss=NoGradient()).fit(X, X[:, 0])


def test_instances_are_what_the_names_stand_for(rng):
    X = rng.uniform(0.5, 1, (60, 2))
    for name, loss in REGRESSION_LOSSES.items():
        one = DenseNetRegressor(loss=name, max_iter=3, random_state=0).fit(X, X[:, 0])
        two = DenseNetRegressor(loss=loss, max_iter=3, random_state=0).fit(X, X[:, 0])
        np.testing.assert_array_equal(one.network_.params, two.network_.params)
    assert Gamma() != SquaredError() == SquaredError()


# weights


@pytest.mark.parametrize("loss", [*REGRESSION_LOSSES, Quantile((0.2, 0.8))])
def test_a_weight_is_so_many_repetitions_with_any_loss_for_numbers(loss, rng):
    X, weight = rng.uniform(0.5, 1, (60, 2)), rng.randint(4, size=60)
    y = X[:, 0] * rng.uniform(0.9, 1.1, 60)
    net = DenseNetRegressor(
        loss=loss, activation="tanh", batch_size=1000, max_iter=10, random_state=0
    )
    weighted = net.fit(X, y, weight).network_.params.copy()
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).network_.params
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)


@pytest.mark.parametrize("settings", [{"loss": "focal"}, {"label_smoothing": 0.1}])
def test_a_weight_is_so_many_repetitions_with_any_loss_for_classes(settings):
    X, y = load_iris(return_X_y=True)
    weight = np.arange(150) % 4
    net = DenseNetClassifier(batch_size=1000, max_iter=10, random_state=0, **settings)
    weighted = net.fit(X, y, weight).network_.params.copy()
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).network_.params
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)


def test_the_loss_curve_is_the_log_loss_of_scikit_learn():
    # with a rate of next to nothing the loss of an epoch is that of the start
    X, y = load_iris(return_X_y=True)
    net = DenseNetClassifier(alpha=0, learning_rate_init=1e-300, max_iter=1, random_state=0)
    net.fit(X, y, X_val=X, y_val=y)
    expected = log_loss(y, net.predict_proba(X))
    assert net.loss_ == pytest.approx(expected, rel=1e-9)
    assert net.validation_loss_curve_ == pytest.approx([expected], rel=1e-9)
