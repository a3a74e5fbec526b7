"""What went wrong in other libraries, by what it protects; numbers are their issues.

Those that belong to one module stand with it: streams in test_streams.py, kinds of input in
test_input.py, kinds of labels in test_classifier.py.
"""

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_wine
from threadpoolctl import threadpool_limits

from skdense import DenseNetClassifier, DenseNetRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def wine():
    return load_wine(return_X_y=True)


# early stopping


def test_early_stopping_of_a_frame_does_not_warn_about_names(wine, recwarn):
    # scikit-learn 24846: a warning each epoch
    X, y = wine
    frame = pd.DataFrame(X, columns=[f"c{i}" for i in range(X.shape[1])])
    net = DenseNetClassifier(early_stopping=True, learning_rate="cosine", max_iter=5)
    net.fit(frame, y).predict(frame)
    assert not recwarn.list


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
def test_divergence_says_what_and_when_and_changes_nothing(cls, early_stopping, wine):
    # scikit-learn 29504: "Input contains NaN"
    X, y = wine
    net = cls(max_iter=3, random_state=0).fit(X, y)
    before, prediction = dict(vars(net)), net.predict(X)
    net.set_params(
        solver="sgd",
        learning_rate_init=1e20,
        alpha=1e10,
        early_stopping=early_stopping,
        max_iter=200,
    )
    with pytest.raises(ValueError, match=r"Training diverged at epoch \d+: .*learning_rate_init"):
        net.fit(X, y)
    fitted = {name: value for name, value in vars(net).items() if name.endswith("_")}
    assert fitted == {name: value for name, value in before.items() if name.endswith("_")}
    np.testing.assert_array_equal(net.predict(X), prediction)


def test_a_class_of_one_row_is_refused_by_early_stopping(wine):
    # an obscure error of the splitter
    X, y = wine
    net = DenseNetClassifier(early_stopping=True)
    for labels in (np.where(np.arange(178) == 5, 9, y), (np.arange(178) == 0).astype(int)):
        with pytest.raises(
            ValueError, match="early_stopping needs at least 2 rows of every class"
        ):
            net.fit(X, labels)
    for n in (1, 3):
        with pytest.raises(ValueError, match="leaves . of . rows to .*validation_fraction"):
            net.fit(X[:n], y[:n])
    with pytest.raises(ValueError, match="leaves 0 of 178 rows to validate on"):
        DenseNetClassifier(early_stopping=True, validation_fraction=0).fit(X, y)


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_is_not_off_by_one(patience, wine):
    # one epoch that sets the mark and `patience` that do not pass it, not one more
    X, y = wine
    for early_stopping in (False, True):
        settings = {"early_stopping": early_stopping, "tol": 1e6}
        assert (
            DenseNetClassifier(n_iter_no_change=patience, **settings).fit(X, y).n_iter_
            == 1 + patience
        )


# weights


def test_a_batch_of_zero_weights_is_no_error(wine):
    X, y = wine
    y = y % 2
    weight = np.where(np.arange(178) < 100, 0.0, 2.0)
    net = DenseNetClassifier(batch_size=20, shuffle=False, max_iter=5, random_state=0)
    weighted = net.fit(X, y, weight).network_.params.copy()
    kept = net.fit(X[100:], y[100:], weight[100:]).network_.params
    np.testing.assert_array_equal(weighted, kept)


def test_a_row_of_weight_zero_is_not_there(rng):
    # neither its class, nor its share in the choice of the precision
    X, y = rng.standard_normal((1000, 3)), rng.randint(3, size=1000)
    net = DenseNetClassifier(max_iter=2, random_state=0).fit(X, y, y != 2)
    kept = DenseNetClassifier(max_iter=2, random_state=0).fit(X[y != 2], y[y != 2])
    np.testing.assert_array_equal(net.classes_, [0, 1])
    np.testing.assert_array_equal(net.network_.params, kept.network_.params)
    assert net.network_.params.dtype == np.float64


def test_the_validation_score_counts_no_class_weights(wine):
    X, y = wine
    settings = {"early_stopping": True, "max_iter": 3, "random_state": 0}
    net = DenseNetClassifier(class_weight={0: 1000}, **settings).fit(X, y)
    rights = 18 * np.array(net.validation_scores_)
    np.testing.assert_allclose(rights, rights.round(), atol=1e-9)


def test_weights_count_between_batches(rng):
    # the first half of the rows weighs 100: dividing each batch by its own sum loses that
    X, y = np.zeros((200, 1)), np.repeat([1.0, -1.0], 100)
    weight = np.repeat([100.0, 1.0], 100)
    net = DenseNetRegressor(
        (), solver="sgd", momentum=0, alpha=0, target_scaling=None, batch_size=10, random_state=0,
        learning_rate_init=0.01, max_iter=300, shuffle=False,
    )  # fmt: skip
    assert net.fit(X, y, weight).predict([[0.0]])[0] > 0.9


def test_unit_weights_are_no_weights(wine):
    # skorch 630
    X, y = wine
    for cls in (DenseNetClassifier, DenseNetRegressor):
        net = cls(max_iter=5, random_state=0)
        plain = net.fit(X, y).network_.params
        np.testing.assert_array_equal(net.fit(X, y, np.ones(178)).network_.params, plain)
        np.testing.assert_array_equal(net.fit(X, y, 1).network_.params, plain)


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_a_weight_is_so_many_repetitions(cls, solver, wine):
    X, y = wine
    weight = np.arange(178) % 4
    net = cls(solver=solver, batch_size=1000, max_iter=20, random_state=0)
    weighted = net.fit(X, y, weight).network_.params.copy()
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).network_.params
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)


# environment


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
def test_the_same_seed_gives_the_same_bits(cls, wine):
    X, y = wine
    for seed in (7, np.random.RandomState(7)):
        settings = {"dropout": 0.2, "early_stopping": True, "max_iter": 5}
        one = cls(random_state=pickle.loads(pickle.dumps(seed)), **settings).fit(X, y)
        two = cls(random_state=pickle.loads(pickle.dumps(seed)), **settings).fit(X, y)
        np.testing.assert_array_equal(one.network_.params, two.network_.params)
    assert not np.array_equal(
        cls(max_iter=1).fit(X, y).coefs_[0], cls(max_iter=1).fit(X, y).coefs_[0]
    )


def test_the_number_of_blas_threads_changes_no_more_than_rounding(wine):
    # what a matrix product rounds to depends on how many threads share it
    X, y = load_breast_cancer(return_X_y=True)
    params = []
    for limit in (1, 2):
        with threadpool_limits(limit, user_api="blas"):
            params.append(
                DenseNetClassifier((256, 256), max_iter=5, random_state=0).fit(X, y).coefs_
            )
    for one, two in zip(*params, strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-9)


def test_the_global_random_state_is_never_touched(wine):
    # scikit-learn 15266
    X, y = wine
    np.random.seed(3)
    before = np.random.get_state()[1].copy(), np.random.get_state()[2]
    for settings in ({}, {"dropout": 0.5}, {"early_stopping": True}, {"solver": "lbfgs"}):
        DenseNetClassifier(max_iter=2, **settings).fit(X, y).predict(X)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert np.random.get_state()[2] == before[1]


@pytest.mark.parametrize("fitted_before", [False, True])
def test_ctrl_c_is_raised_and_leaves_the_estimator_as_it_was(fitted_before, wine, monkeypatch):
    # scikit-learn swallows it into a warning, and a search goes on
    X, y = wine
    net = DenseNetClassifier(max_iter=5, random_state=0)
    if fitted_before:
        net.fit(X, y)
    before = dict(vars(net))

    def interrupt(self, epoch):
        if epoch.number == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(DenseNetClassifier, "_report", interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.fit(X[:50], y[:50])
    assert dict(vars(net)) == before


def test_threads_share_a_fitted_model(wine):
    X, y = wine
    net = DenseNetClassifier((50, 50), max_iter=5, random_state=0).fit(X, y)
    attributes, expected = dict(vars(net)), net.predict_proba(X)
    barrier = threading.Barrier(4)

    def predict(_):
        barrier.wait()
        return [net.predict_proba(X) for _ in range(50)]

    with ThreadPoolExecutor(4) as pool:
        for results in pool.map(predict, range(4)):
            for proba in results:
                np.testing.assert_array_equal(proba, expected)
    assert dict(vars(net)) == attributes
