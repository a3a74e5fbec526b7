"""A fit that was cut off and goes on ends with the bits of one that was not."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skdense import DenseNetClassifier, DenseNetRegressor, load

pytest.importorskip("sklearn.callback")

from skdense import Checkpoint

SETTINGS = {
    "default": {},
    "one network": {"n_estimators": 1},
    "moving average": {"ema_decay": 0.9},
    "early stopping": {
        "early_stopping": True,
        "learning_rate": "constant",
        "n_iter_no_change": 5,
        "tol": 0.5,
        "max_iter": 20,
    },
    "adaptive sgd": {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "learning_rate_init": 0.05,
        "n_iter_no_change": 2,
    },
    "warm start": {"warm_start": True},
    "loss": {"loss": "focal", "class_weight": "balanced", "normalization": "batch"},
}


class Fate:
    """Cuts a fit off after some epochs."""

    def __init__(self, last):
        self.last = last

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch":
            self.last -= 1
            if self.last == 0:
                raise KeyboardInterrupt


def classifier(**settings):
    common = {"hidden_layer_sizes": (12,), "max_iter": 9, "random_state": 0, "n_estimators": 4}
    return DenseNetClassifier(**{**common, **settings})


def cut_off(estimator, path, last, *data, every=2, **how):
    """A file of a fit that ended after the epoch `last`."""
    estimator.set_callbacks(Checkpoint(path, every=every), Fate(last))
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(*data, **how)
    assert not hasattr(estimator, "_fit_state")
    return path


def same_fit(one, other, X):
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    assert vars(one).keys() - {"_skl_callbacks"} == vars(other).keys()
    for name in ("loss_curve_", "validation_scores_", "best_iter_", "stopped_early_", "t_"):
        assert getattr(one, name) == getattr(other, name), name
    for mine, its in zip(one._trainer.states, other._trainer.states, strict=True):
        np.testing.assert_array_equal(mine.network.params, its.network.params)
        assert str(mine.rng.get_state()) == str(its.rng.get_state())
        assert (mine.n_seen, mine.n_steps) == (its.n_seen, its.n_steps)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("last", [2, 5])
@pytest.mark.parametrize("name", SETTINGS)
def test_a_resumed_fit_is_the_whole_one(name, last, wine, tmp_path):
    X, y = wine
    weight = np.linspace(0.3, 2.9, len(y))
    whole = classifier(**SETTINGS[name]).fit(X, y, weight)
    path = cut_off(classifier(**SETTINGS[name]), tmp_path / "fit", last, X, y, weight)
    resumed = load(path)
    assert len(resumed.loss_curve_) == last - last % 2
    assert resumed.predict_proba(X).shape == (len(y), 3)
    same_fit(whole, resumed.resume(X, y, weight), X)
    assert resumed.set_params(max_iter=2, warm_start=True).fit(X, y).n_iter_ == 2


@pytest.mark.parametrize("settings", [{}, {"warm_start": True}, {"early_stopping": False}])
def test_statistics_of_many_levels_are_those_of_the_whole_fit(settings, wine, tmp_path):
    X, y = np.column_stack([wine[0], np.arange(178) * 7 % 50]), wine[1]
    how = {"categorical_features": [13], **settings}
    whole, weight = classifier(**how), np.linspace(0.3, 2.9, len(y))
    whole.fit(X, y, weight)
    assert whole._predictor.columns.encoding.n_own == 4
    path = cut_off(classifier(**how), tmp_path / "fit", 5, X, y, weight)
    same_fit(whole, load(path).resume(X, y, weight), X)


@pytest.mark.whole
def test_several_processes_resume_one_fit(wine, tmp_path):
    X, y = wine
    whole = classifier().fit(X, y)
    path = cut_off(classifier(), tmp_path / "fit", 3, X, y)
    code = (
        "import sys, pytest, skdense; from sklearn.datasets import load_wine; "
        "from test_checkpoint import Fate; X, y = load_wine(return_X_y=True); "
        "model = skdense.load(sys.argv[1]); "
        "model.set_callbacks(skdense.Checkpoint(sys.argv[1], every=2), Fate(int(sys.argv[2])))\n"
        "try: model.resume(X, y).save(sys.argv[1] + '.end', training_state=True)\n"
        "except KeyboardInterrupt: pass"
    )
    for last in (3, 100):
        command = [sys.executable, "-c", code, str(path), str(last)]
        subprocess.run(command, cwd=Path(__file__).parent, check=True)
    same_fit(whole, load(f"{path}.end"), X)


def test_validation_data_of_the_caller_is_given_again(wine, tmp_path):
    X, y = wine
    how = {"X_val": X[::3], "y_val": y[::3]}
    make = {"early_stopping": True, "scoring": "loss"}
    whole = classifier(**make).fit(X, y, **how)
    path = cut_off(classifier(**make), tmp_path / "fit", 5, X, y, **how)
    same_fit(whole, load(path).resume(X, y, **how), X)


def test_what_cannot_be_resumed_says_so(wine, tmp_path):
    X, y = wine
    with pytest.raises(
        ValueError, match="resume needs an estimator loaded from a file that Checkpoint saved"
    ):
        classifier().fit(X, y).resume(X, y)
    resumed = load(cut_off(classifier(), tmp_path / "fit", 3, X, y))
    before = resumed.predict_proba(X)
    with pytest.raises(ValueError, match="X has 100 rows, and the fit began with 178"):
        resumed.resume(X[:100], y[:100])
    np.testing.assert_array_equal(resumed.predict_proba(X), before)
    same_fit(classifier().fit(X, y), resumed.resume(X, y), X)
    with pytest.raises(ValueError, match="every must be at least 1, got 0"):
        Checkpoint(tmp_path / "fit", every=0)
    lbfgs = DenseNetRegressor(solver="lbfgs").set_callbacks(Checkpoint(tmp_path / "fit"))
    with pytest.raises(ValueError, match="Checkpoint needs solver='adam' or 'sgd'"):
        lbfgs.fit(X, y)


def test_a_fit_that_ended_resumes_to_itself(wine, tmp_path):
    X, y = wine
    whole = classifier().set_callbacks(Checkpoint(tmp_path / "fit", every=9)).fit(X, y)
    same_fit(whole, load(tmp_path / "fit").resume(X, y), X)
