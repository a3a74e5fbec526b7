"""Intervals and sets of classes, from the rows that networks hold out."""

import inspect
import pickle
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import MLPRegressor

import skdense
from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._prediction import conformal
from skdense._prediction.conformal import _by_number_of_networks, threshold
from skdense.engine import RegressionLoss

QUICK = {"max_iter": 8, "random_state": 0}


def rows(n, seed=0):
    """A target with more noise where x is large, and its classes."""
    rng = np.random.RandomState(seed)
    x = rng.uniform(0, 3, n)
    y = 10 + np.sin(2 * x) + (0.1 + 0.3 * x) * rng.standard_normal(n)
    return x[:, None], y, np.digitize(y, [9.8, 10.8])


X, Y, CLASSES = rows(1500)
X_NEW, Y_NEW, CLASSES_NEW = rows(4000, seed=1)


def inside(interval, y):
    return (interval[..., 0] <= y) & (y <= interval[..., 1])


def allowed(net, coverage):
    """Three deviations of the coverage, for as many scores as there are."""
    return 3 * np.sqrt(coverage * (1 - coverage) / len(net._predictor.scores)) + 0.01


LOSSES = {
    "squared_error": {},
    "absolute_error": {"loss": "absolute_error"},
    "gaussian": {"loss": "gaussian"},
    "quantile": {"loss": "quantile"},
    "quantiles": {"loss": "quantile", "quantile": [0.1, 0.5, 0.9]},
    "one network": {"n_estimators": 1},
}


@pytest.mark.parametrize("name", LOSSES)
def test_intervals_contain_new_rows_as_often_as_asked(name):
    regressor = DenseNetRegressor(**QUICK, **LOSSES[name]).fit(X, Y)
    for coverage in (0.6, 0.8, 0.9, 0.95):
        found = inside(regressor.predict_interval(X_NEW, coverage), Y_NEW).mean()
        assert abs(found - coverage) < allowed(regressor, coverage), (coverage, found)


@pytest.mark.parametrize("settings", [{}, {"n_estimators": 1}, {"output_activation": "softmax"}])
@pytest.mark.parametrize("y", [CLASSES, CLASSES == 1], ids=["three", "two"])
def test_sets_contain_new_classes_as_often_as_asked(y, settings):
    y_new = CLASSES_NEW if y is CLASSES else CLASSES_NEW == 1
    classifier = DenseNetClassifier(**QUICK, **settings).fit(X, y)
    for coverage in (0.6, 0.8, 0.9, 0.95):
        sets = classifier.predict_set(X_NEW, coverage)
        assert sets.dtype == bool
        found = (sets & (y_new[:, None] == classifier.classes_)).any(axis=1).mean()
        assert abs(found - coverage) < allowed(classifier, coverage), (coverage, found)


def held_out_by(net):
    return [held_out for _, held_out in net._trainer.splits]


def test_the_scores_of_one_network_are_its_errors_on_held_out_rows():
    # which a warm start keeps
    settings = {"n_estimators": 1, "warm_start": True, "dtype": "float64"}
    regressor = DenseNetRegressor(**settings, **QUICK).fit(X, Y)
    (mine,) = held_out_by(regressor)
    errors = np.sort(np.abs(Y[mine] - regressor.predict(X[mine])))
    position = int(np.ceil(0.9 * (len(mine) + 1))) - 1
    low, high = regressor.predict_interval(X_NEW, 0.9).T
    np.testing.assert_allclose((high - low) / 2, errors[position])
    np.testing.assert_allclose((high + low) / 2, regressor.predict(X_NEW))


def test_the_scores_of_several_networks_are_of_those_that_hold_a_row_out(monkeypatch):
    # without what tells how much more networks gain
    monkeypatch.setattr(conformal, "MIN_SHARED", 10**6)
    settings = {"n_estimators": 3, "warm_start": True, "dtype": "float64"}
    regressor = DenseNetRegressor(**settings, **QUICK).fit(X, Y)
    sums, counts = np.zeros(len(X)), np.zeros(len(X))
    for i, mine in enumerate(held_out_by(regressor)):
        predictor = regressor._predictor.member(i)
        sums[mine] += predictor.target.predict(predictor.raw(X[mine]))
        counts[mine] += 1
    assert {1, 2} <= set(counts)
    known = counts > 0
    errors = np.sort(np.abs(Y[known] - sums[known] / counts[known]))
    scale = regressor._predictor.target.units()[1]
    np.testing.assert_allclose(regressor._predictor.scores[:, 0] * scale, errors)


def test_more_networks_than_held_a_row_out_make_scores_smaller(monkeypatch):
    settings = {"n_estimators": 8, **QUICK}
    smaller = DenseNetRegressor(**settings).fit(X, Y)._predictor.scores
    monkeypatch.setattr(conformal, "MIN_SHARED", 10**6)
    larger = DenseNetRegressor(**settings).fit(X, Y)._predictor.scores
    assert smaller.mean() < larger.mean()
    assert smaller.mean() > 0.8 * larger.mean()


def test_a_network_that_failed_makes_intervals_little_narrower(monkeypatch):
    gains = []
    log_gain = conformal._log_gain
    monkeypatch.setattr(conformal, "_log_gain", lambda *a: gains.append(log_gain(*a)) or gains[-1])
    counts = np.random.RandomState(0).poisson(np.exp(X[:, 0]))
    # one of the networks predicts nearly 0
    DenseNetRegressor(loss="poisson", n_estimators=4, **QUICK).fit(X, counts)
    assert gains[0] == conformal.LARGEST_GAIN
    assert np.exp(gains[0]) == pytest.approx(2**-0.5)


def test_rows_are_sorted_by_the_number_of_networks_that_hold_them_out():
    positions = np.array([4, 2, 9, 2, 4, 7, 4])
    one, two, three = (positions[rows] for rows in _by_number_of_networks(positions))
    assert one.tolist() == [[7, 9]]
    assert two.tolist() == [[2], [2]]
    assert three.tolist() == [[4], [4], [4]]


def test_validation_data_take_the_place_of_held_out_rows():
    regressor = DenseNetRegressor(dtype="float64", **QUICK)
    regressor.fit(X, Y, X_val=X_NEW[:300], y_val=Y_NEW[:300])
    errors = np.sort(np.abs(Y_NEW[:300] - regressor.predict(X_NEW[:300])))
    width = np.diff(regressor.predict_interval(X[:5], 0.5), axis=1)
    np.testing.assert_allclose(width / 2, errors[int(np.ceil(0.5 * 301)) - 1])


def test_intervals_are_in_proportion_to_what_the_loss_learns():
    regressor = DenseNetRegressor(loss="gaussian", **QUICK).fit(X, Y)
    mean, std = regressor.predict(X_NEW, return_std=True)
    low, high = regressor.predict_interval(X_NEW).T
    np.testing.assert_allclose((low + high) / 2, mean, rtol=1e-5)
    ratio = (high - low) / std
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)
    # a standard deviation is learnt, so that rows are covered where there is little noise and much
    wide = X_NEW[:, 0] > 2
    for part in (wide, ~wide):
        assert abs(inside(np.column_stack([low, high])[part], Y_NEW[part]).mean() - 0.9) < 0.05


def test_intervals_of_counts_widen_as_the_mean_and_are_not_negative():
    counts = np.random.RandomState(0).poisson(np.exp(X[:, 0]))
    regressor = DenseNetRegressor(loss="poisson", max_iter=30, random_state=0).fit(X, counts)
    low, high = regressor.predict_interval(X, 0.8).T
    assert low.min() == 0
    # counts lie on the bounds
    assert ((low <= counts) & (counts <= high)).mean() > 0.8 - allowed(regressor, 0.8)
    mean, is_free = regressor.predict(X), low > 0
    ratio = (high - low)[is_free] / np.sqrt(mean[is_free])
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


def test_a_larger_coverage_needs_wider_intervals_and_larger_sets():
    regressor = DenseNetRegressor(**QUICK).fit(X, Y)
    classifier = DenseNetClassifier(**QUICK).fit(X, CLASSES)
    widths = [np.ptp(regressor.predict_interval(X, c), axis=1).mean() for c in (0.5, 0.8, 0.95)]
    assert widths == sorted(set(widths))
    small, large = classifier.predict_set(X, 0.7), classifier.predict_set(X, 0.95)
    assert (small <= large).all()
    assert small.sum() < large.sum()


def test_each_of_several_outputs_is_covered():
    regressor = DenseNetRegressor(**QUICK).fit(X, np.column_stack([Y, -5 * Y]))
    interval = regressor.predict_interval(X_NEW, 0.8)
    assert interval.shape == (4000, 2, 2)
    found = inside(interval, np.column_stack([Y_NEW, -5 * Y_NEW])).mean(axis=0)
    np.testing.assert_allclose(found, 0.8, atol=0.05)


def test_sets_of_several_outputs_and_labels_are_lists():
    settings = {"early_stopping": True, **QUICK}
    several = np.column_stack([CLASSES, CLASSES == 1])
    sets = DenseNetClassifier(**settings).fit(X, several).predict_set(X_NEW, 0.8)
    assert [one.shape for one in sets] == [(4000, 3), (4000, 2)]
    labels = np.column_stack([CLASSES == 1, CLASSES == 2]).astype(int)
    sets = DenseNetClassifier(**settings).fit(X, labels).predict_set(X_NEW, 0.8)
    assert [one.shape for one in sets] == [(4000, 2), (4000, 2)]
    for one, label in zip(sets, (1, 2), strict=True):
        right = (label == CLASSES_NEW)[:, None] == [False, True]
        assert abs((one & right).any(axis=1).mean() - 0.8) < 0.06


def test_intervals_survive_files_and_pickles(tmp_path):
    regressor = DenseNetRegressor(**QUICK).fit(X, Y)
    regressor.save(tmp_path / "model.skdense")
    wanted = regressor.predict_interval(X_NEW)
    for copy in (skdense.load(tmp_path / "model.skdense"), pickle.loads(pickle.dumps(regressor))):
        np.testing.assert_array_equal(copy.predict_interval(X_NEW), wanted)


def test_many_scores_are_thinned(monkeypatch):
    whole = DenseNetRegressor(**QUICK).fit(X, Y)
    monkeypatch.setattr(conformal, "MAX_SCORES", 100)
    thin = DenseNetRegressor(**QUICK).fit(X, Y)
    assert len(thin._predictor.scores) == 100
    widths = [np.ptp(one.predict_interval(X[:1]), axis=1) for one in (whole, thin)]
    np.testing.assert_allclose(*widths, rtol=0.05)


@dataclass(frozen=True)
class TwoNumbers(RegressionLoss):
    """Predicts each output twice."""

    def rows(self, raw, y, gradient_out):
        np.subtract(raw, y, out=gradient_out)
        return 0.5 * (gradient_out**2).sum(axis=1)

    def inverse_link(self, raw):
        return np.stack([raw, raw], axis=2)


WITHOUT = {
    "no rows held out": lambda: DenseNetRegressor(early_stopping=False, **QUICK).fit(X, Y),
    "weights": lambda: DenseNetRegressor(**QUICK).fit(X, Y, sample_weight=1 + X[:, 0]),
    "a stream": lambda: DenseNetRegressor(early_stopping=False, **QUICK).partial_fit(X, Y),
    "a stream after a fit": lambda: (
        DenseNetRegressor(early_stopping=False, **QUICK)
        .fit(X, Y, X_val=X, y_val=Y)
        .partial_fit(X, Y)
    ),
    "from_sklearn": lambda: DenseNetRegressor.from_sklearn(
        MLPRegressor(solver="lbfgs", max_iter=5000).fit(X[:50], X[:50, 0])
    ),
    "a loss of several numbers": lambda: DenseNetRegressor(
        loss=TwoNumbers(), scoring="loss", **QUICK
    ).fit(X, Y),
}


@pytest.mark.parametrize("why", WITHOUT)
def test_without_rows_that_count_alike_there_are_no_intervals(why):
    regressor = WITHOUT[why]()
    with pytest.raises(ValueError, match="predict_interval needs rows that were held out in fit"):
        regressor.predict_interval(X)


def test_the_remedies_work():
    regressor = DenseNetRegressor(early_stopping=False, **QUICK).fit(X, Y)
    assert regressor.set_params(early_stopping=True).fit(X, Y).predict_interval(X).shape == (
        1500,
        2,
    )
    regressor.set_params(early_stopping=False).fit(X, Y, X_val=X_NEW, y_val=Y_NEW)
    assert regressor.predict_interval(X).shape == (1500, 2)
    unit = regressor.set_params(early_stopping=True).fit(X, Y, sample_weight=np.ones(1500))
    assert unit.predict_interval(X).shape == (1500, 2)


@pytest.mark.parametrize("coverage", [0, 1, 90, -0.5, True, "0.9", None, np.nan])
def test_a_coverage_that_is_no_probability_is_refused(coverage):
    with pytest.raises(ValueError, match="coverage must be a number between 0 and 1, got"):
        threshold(np.ones((10, 1)), coverage, "predict_interval")


def test_a_threshold_is_an_order_statistic():
    scores = np.arange(1.0, 10)[:, None]
    assert threshold(scores, 0.9, "predict_set") == [9]
    assert threshold(scores, 0.5, "predict_set") == [5]
    with pytest.raises(ValueError, match=r"coverage=0.95 needs more .* the 9 .* to 0.9 at most"):
        threshold(scores, 0.95, "predict_set")


@pytest.mark.parametrize("call", [
    lambda: DenseNetRegressor().predict_interval(X),
    lambda: DenseNetClassifier().predict_set(X),
])  # fmt: skip
def test_they_need_a_fit(call):
    with pytest.raises(NotFittedError):
        call()


@pytest.mark.parametrize(
    ("cls", "name", "advice"),
    [
        (DenseNetClassifier, "predict_interval", "use predict_set for sets of classes, or Dense"),
        (DenseNetRegressor, "predict_set", "use predict_interval for intervals of numbers, or "),
    ],
)
def test_the_method_of_the_other_estimator_is_named(cls, name, advice):
    net = cls(**QUICK)
    for owner in (net, net.fit(X[:200], CLASSES[:200]), cls, pickle.loads(pickle.dumps(net))):
        assert not hasattr(owner, name)
        with pytest.raises(AttributeError, match=f"^{cls.__name__} has no {name}; {advice}"):
            getattr(owner, name)
    assert name not in {member for member, value in inspect.getmembers(cls) if callable(value)}
