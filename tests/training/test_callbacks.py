"""scikit-learn's callbacks; collected where it has them, from version 1.9 on."""

import pickle

import numpy as np
import pytest
from clocks import ticking
from plain import PlainClassifier, PlainRegressor
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdense import Checkpoint, DenseNetClassifier, load

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SOLVERS = pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])


class Recorder:
    """Writes down what it is told."""

    def __init__(self):
        self.events = []

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context, *, X=None, y=None, metadata=None):
        self.events.append(f"begin {context.task_name} {context.task_id}")

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None):
        self.events.append(f"end {context.task_name} {context.task_id}")


class Watcher(Recorder):
    """Looks at the fitted estimator after each epoch."""

    def __init__(self, look):
        super().__init__()
        self.look, self.seen = look, []

    def on_fit_task_end(
        self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None
    ):
        if context.task_name == "epoch":
            self.seen.append(self.look(fitted_estimator))


class StopAt(Recorder):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None):
        return context.task_name == "epoch" and context.task_id + 1 == self.number


class FailAt(Recorder):
    def __init__(self, number, error):
        super().__init__()
        self.number, self.error = number, error

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None):
        if context.task_name == "epoch" and context.task_id + 1 == self.number:
            raise self.error


@SOLVERS
def test_callbacks_are_told_of_the_fit_and_of_each_epoch(solver, wine):
    callback = Recorder()
    net = PlainClassifier(solver=solver, max_iter=2, random_state=0).set_callbacks(callback)
    net.fit(*wine)
    assert callback.events == [
        "setup",
        "begin fit 0",
        "begin epoch 0",
        "end epoch 0",
        "begin epoch 1",
        "end epoch 1",
        "end fit 0",
        "teardown",
    ]


@SOLVERS
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_callbacks_change_no_bit(cls, solver, wine):
    net = cls(solver=solver, max_iter=5, random_state=0, early_stopping=True, dropout=0)
    plain = net.fit(*wine).network_.params.copy()
    watched = clone(net).set_callbacks(Watcher(lambda fitted: fitted.predict(wine[0])))
    np.testing.assert_array_equal(watched.fit(*wine).network_.params, plain)


@SOLVERS
def test_a_callback_gets_an_estimator_as_if_training_had_ended_there(solver, wine):
    X, y = wine
    watcher = Watcher(lambda fitted: (fitted, fitted.predict_proba(X)))
    settings = {"solver": solver, "random_state": 0}
    net = PlainClassifier(max_iter=4, **settings).set_callbacks(watcher).fit(X, y)
    for n, (fitted, then) in enumerate(watcher.seen, 1):
        shorter = PlainClassifier(max_iter=n, **settings).fit(X, y)
        np.testing.assert_array_equal(then, shorter.predict_proba(X))
        # and it stays what it was while training goes on
        np.testing.assert_array_equal(fitted.predict_proba(X), then)
        assert fitted.loss_curve_ == shorter.loss_curve_ == net.loss_curve_[:n]
        assert fitted.n_iter_ == n


def test_an_iteration_of_lbfgs_begins_before_it_is_done(wine):
    class Beginnings(Recorder):
        def on_fit_task_begin(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
            if context.task_name == "epoch":
                self.events.append(fitted_estimator.network_.params.copy())

    class Both(Beginnings):
        def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
            if context.task_name == "epoch":
                self.events.append(fitted_estimator.network_.params.copy())

    callback = Both()
    net = PlainClassifier(solver="lbfgs", max_iter=3, random_state=0)
    net.set_callbacks(callback).fit(*wine)
    vectors = [event for event in callback.events if isinstance(event, np.ndarray)]
    assert len(vectors) == 6
    np.testing.assert_array_equal(vectors[2], vectors[1])
    np.testing.assert_array_equal(vectors[4], vectors[3])
    assert not np.array_equal(vectors[0], vectors[1])


def test_with_early_stopping_that_estimator_is_the_best_so_far(wine):
    X, y = wine
    watcher = Watcher(lambda fitted: (fitted.score(X, y), fitted.best_validation_score_))
    net = PlainRegressor(early_stopping=True, learning_rate_init=0.05, random_state=0)
    net.set_callbacks(watcher).fit(X, y, X_val=X, y_val=y)
    assert np.ptp(net.validation_scores_[-10:]) > 0
    for (score, best), expected in zip(
        watcher.seen, np.maximum.accumulate(net.validation_scores_), strict=True
    ):
        assert score == pytest.approx(expected)
        assert best == expected


@SOLVERS
def test_a_callback_can_stop_the_training(solver, wine):
    settings = {"solver": solver, "random_state": 0}
    net = PlainClassifier(max_iter=50, **settings).set_callbacks(StopAt(3)).fit(*wine)
    expected = PlainClassifier(max_iter=3, **settings).fit(*wine)
    assert net.n_iter_ == 3
    assert not net.stopped_early_
    np.testing.assert_array_equal(net.network_.params, expected.network_.params)


def test_stopped_by_a_callback_no_warning_asks_for_more_epochs(wine, recwarn):
    PlainClassifier(max_iter=9, random_state=0).set_callbacks(StopAt(3)).fit(*wine)
    assert not recwarn.list


def test_a_stop_with_early_stopping_ends_with_the_best_epoch(wine):
    X, y = wine
    net = PlainClassifier(early_stopping=True, random_state=0, learning_rate_init=0.01)
    net.set_callbacks(StopAt(8)).fit(X, y, X_val=X, y_val=y)
    assert net.score(X, y) == pytest.approx(max(net.validation_scores_))


@pytest.mark.parametrize("error", [RuntimeError("no disk"), KeyboardInterrupt()])
@pytest.mark.parametrize("fitted_before", [False, True])
def test_an_error_in_a_callback_leaves_the_estimator_as_it_was(error, fitted_before, wine):
    net = PlainClassifier(max_iter=5, random_state=0)
    if fitted_before:
        net.fit(*wine)
    callback = FailAt(2, error)
    net.set_callbacks(callback)
    before = dict(vars(net))
    with pytest.raises(type(error)):
        net.fit(*wine)
    assert dict(vars(net)) == before
    assert callback.events.count("setup") == callback.events.count("teardown") == 1


@SOLVERS
def test_an_exhausted_iterator_in_a_callback_is_no_request_to_stop(solver, wine):
    net = PlainClassifier(solver=solver, max_iter=5).set_callbacks(FailAt(2, StopIteration()))
    with pytest.raises((StopIteration, RuntimeError)):
        net.fit(*wine)
    assert not hasattr(net, "network_")


def test_a_diverging_fit_tears_its_callbacks_down(wine):
    callback = Recorder()
    net = PlainClassifier(solver="sgd", alpha=1e10, learning_rate_init=1e20, random_state=0)
    with pytest.raises(ValueError, match="diverged"):
        net.set_callbacks(callback).fit(*wine)
    assert callback.events[-1] == "teardown"


def test_the_scoring_monitor_logs_a_score_an_epoch(wine):
    X, y = wine
    for weight in (None, np.arange(178) % 3):
        monitor = ScoringMonitor(scoring="neg_log_loss")
        net = PlainClassifier(max_iter=6, random_state=0).set_callbacks(monitor)
        net.fit(X, y, sample_weight=weight)
        log = monitor.get_logs().data
        scores = [entry["neg_log_loss"] for entry in log if entry["task_name"] == "epoch"]
        assert len(scores) == 6
        expected = -log_loss(y, net.predict_proba(X), sample_weight=weight)
        assert scores[-1] == pytest.approx(expected)


def test_the_progress_bar_shows_the_epochs(wine, capsys):
    net = PlainClassifier(max_iter=5, random_state=0).set_callbacks(ProgressBar())
    net.fit(*wine)
    shown = capsys.readouterr().out
    assert "PlainClassifier" in shown
    assert "100%" in shown


def test_a_pipeline_passes_callbacks_on(wine):
    monitor = ScoringMonitor(scoring="accuracy")
    net = PlainClassifier(max_iter=4, random_state=0).set_callbacks(monitor)
    make_pipeline(StandardScaler(), net).fit(*wine)
    assert sum(e["task_name"] == "epoch" for e in monitor.get_logs().data) == 4


@pytest.mark.whole
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_search_passes_callbacks_on(n_jobs, wine):
    monitor = ScoringMonitor(scoring="accuracy")
    net = PlainClassifier(max_iter=3, random_state=0).set_callbacks(monitor)
    search = GridSearchCV(net, {"alpha": [0.0, 1.0]}, cv=2, n_jobs=n_jobs)
    search.fit(*wine)
    n_logged = sum(
        entry["task_name"] == "epoch"
        for log in np.atleast_1d(monitor.get_logs(select="all"))
        for entry in log.data
    )
    # two settings on two folds, and the best one on all rows
    assert n_logged == (2 * 2 + 1) * 3


def test_callbacks_are_of_one_fit_and_leave_nothing_behind(wine):
    plain = PlainClassifier(max_iter=3, random_state=0).fit(*wine)
    net = clone(plain).set_callbacks(Recorder()).fit(*wine)
    assert set(vars(net)) - {"_skl_callbacks"} == set(vars(plain))
    net.set_callbacks()
    assert len(pickle.dumps(net)) == len(pickle.dumps(plain))
    with pytest.raises(TypeError, match="callbacks must be instances"):
        net.set_callbacks("progress")


class Clocked(Recorder):
    """Asks how long the fit still takes."""

    def on_fit_task_begin(self, estimator, context):
        self.events.append(estimator.remaining_seconds_)

    def on_fit_task_end(self, estimator, context):
        self.events.append(estimator.remaining_seconds_)


@pytest.mark.parametrize("max_seconds", [None, 60])
def test_callbacks_may_know_how_long_a_fit_still_takes(max_seconds, clock, wine):
    callback = Clocked()
    settings = {"max_iter": 3, "batch_size": 89, "learning_rate": "cosine"}
    net = PlainClassifier(solver=ticking(clock, 1.0), max_seconds=max_seconds, **settings)
    net.set_callbacks(callback).fit(*wine)
    # an epoch has two steps; without a budget nothing is known before the first one has ended
    first = None if max_seconds is None else 6
    assert callback.events[1:-1] == [first, first, 4, 4, 2, 2, 0, 0]
    assert not hasattr(net, "remaining_seconds_")


def test_a_fit_with_a_budget_resumes_with_its_plan(stepping, wine, tmp_path):
    path = tmp_path / "fit.skdense"
    net = DenseNetClassifier((8,), n_estimators=2, max_seconds=0.5, random_state=0)
    with pytest.warns(ConvergenceWarning, match="too short"):
        whole = clone(net).fit(*wine)
    crash = FailAt(5, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        net.set_callbacks(Checkpoint(path, every=3), crash).fit(*wine)
    stepping.tick(1000)
    resumed = load(path).resume(*wine)
    assert resumed.n_iter_ == whole.n_iter_ > 5
    assert resumed.resolved_params_ == whole.resolved_params_
    np.testing.assert_array_equal(resumed.predict_proba(wine[0]), whole.predict_proba(wine[0]))


def test_what_callbacks_know_of_time_is_gone_after_an_error(wine):
    net = PlainClassifier(max_iter=5).set_callbacks(FailAt(2, RuntimeError("no disk")))
    with pytest.raises(RuntimeError, match="no disk"):
        net.fit(*wine)
    assert not hasattr(net, "remaining_seconds_")


def test_a_stream_has_no_epochs_to_tell_of(wine):
    callback = Recorder()
    net = PlainClassifier(random_state=0).set_callbacks(callback)
    net.partial_fit(*wine, classes=[0, 1, 2])
    assert not callback.events
