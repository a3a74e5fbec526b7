"""The one way from given tables to fitted attributes."""

import numpy as np
import pandas as pd
import pytest
from plain import PlainClassifier
from sklearn.metrics import accuracy_score, make_scorer

import skdense
from skdense._columns.base import Columns
from skdense._files import container
from skdense._table.kinds.categories import Categories
from skdense._target.labels import Multiclass
from skdense.engine import LogLoss


@pytest.fixture
def table(rng):
    X = rng.standard_normal((300, 4))
    return X, np.digitize(X[:, 0] * X[:, 1], [-0.5, 0.5])


def saved_in_the_middle(path, X, y, **settings):
    pytest.importorskip("sklearn.callback")

    class Interrupt(skdense.Checkpoint):
        def on_fit_task_end(self, estimator, context):
            super().on_fit_task_end(estimator, context)
            if context.task_name == "epoch":
                raise KeyboardInterrupt

    net = skdense.DenseNetClassifier((8,), max_iter=4, random_state=0, **settings)
    with pytest.raises(KeyboardInterrupt):
        net.set_callbacks(Interrupt(path, every=1)).fit(X, y)
    return skdense.load(path)


# each would change the result of a fit that began with it
OTHERS = {
    "alpha": 10.0,
    "class_weight": {0: 9.0, 1: 1.0, 2: 1.0},
    "scoring": make_scorer(lambda y, prediction: -accuracy_score(y, prediction)),
    "early_stopping": False,
    "validation_fraction": 0.5,
    "temperature_scaling": False,
    "n_iter_no_change": 1,
    "max_iter": 1,
    "learning_rate_init": 1.0,
    "warm_start": True,
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_fit_is_resumed_by_the_settings_that_it_began_with(name, table, tmp_path):
    X, y = table
    path = tmp_path / "fit.skdense"
    expected = saved_in_the_middle(path, X, y).resume(X, y)
    other = skdense.load(path).set_params(**{name: OTHERS[name]}).resume(X, y)
    np.testing.assert_array_equal(other.predict_proba(X), expected.predict_proba(X))
    assert other.validation_scores_ == expected.validation_scores_
    assert other.n_iter_ == expected.n_iter_ == 4
    assert (other._trainer.splits is None) == (expected._trainer.splits is None)


def watch(monkeypatch, cls, name):
    calls, method = [], getattr(cls, name)

    def watched(self, *args, **how):
        calls.append(args[0])
        return method(self, *args, **how)

    monkeypatch.setattr(cls, name, watched)
    return calls


@pytest.mark.parametrize("is_given", [False, True])
def test_each_table_becomes_a_matrix_and_codes_once(is_given, table, monkeypatch):
    X, y = table
    val = {"X_val": X[:50], "y_val": y[:50]} if is_given else {}
    transformed = watch(monkeypatch, Columns, "matrix")
    encoded = watch(monkeypatch, Multiclass, "encode")
    skdense.DenseNetClassifier((8,), max_iter=2, random_state=0).fit(X, y, **val)
    sizes = [300, 50] if is_given else [300]
    assert [len(rows) for rows in transformed] == sizes
    assert [len(rows) for rows in encoded] == sizes


def test_a_column_of_categories_is_read_once(table, monkeypatch):
    X, y = table
    read = watch(monkeypatch, Categories, "read")
    frame = pd.DataFrame(X, columns=list("abcd")).assign(e=pd.Categorical(list("uvw") * 100))
    net = skdense.DenseNetClassifier((8,), max_iter=2, random_state=0).fit(frame, y)
    assert [column.label for column in read] == ["'e'"]
    net.predict(frame[:10])
    assert [len(column) for column in read] == [300, 10]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_rows_are_held_out_of_those_that_weigh_something(table):
    X, y = table
    settings = {"early_stopping": True, "warm_start": True, "random_state": 0, "max_iter": 2}
    net = PlainClassifier((8,), class_weight={0: 0.0, 1: 1.0, 2: 1.0}, **settings).fit(X, y)
    n_rows = np.count_nonzero(y)
    ((kept, held_out),) = net._trainer.splits
    np.testing.assert_array_equal(np.sort(np.append(kept, held_out)), np.arange(n_rows))
    assert net.t_ == 2 * len(kept)


def test_auto_counts_only_rows_that_have_a_weight(rng):
    X = rng.standard_normal((250, 4))
    y = np.r_[np.zeros(200, int), np.ones(25, int), np.full(25, 2)]
    net = skdense.DenseNetClassifier((8,), max_iter=2, class_weight={0: 0.0, 1: 1.0, 2: 1.0})
    resolved = net.fit(X, y).resolved_params_
    # fewer than 100 rows: as few as there are, none can be held out
    assert resolved["early_stopping"] is False
    assert resolved["dropout"] == 0.0


def test_many_classes_leave_no_room_for_rows_that_are_not_held_out(rng):
    X, y = rng.standard_normal((300, 4)), np.arange(300) % 40
    resolved = skdense.DenseNetClassifier((8,), max_iter=2).fit(X, y).resolved_params_
    assert resolved["early_stopping"] is False
    assert resolved["batch_size"] == 60


def test_a_stream_that_goes_on_from_a_checkpoint_is_saved_with_its_batches(table, tmp_path):
    X, y = table
    path = tmp_path / "fit.skdense"
    net = saved_in_the_middle(path, X, y, learning_rate="constant", early_stopping=False)
    net.partial_fit(X, y)
    net.save(path, training_state=True)
    loaded = skdense.load(path)
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    assert not hasattr(loaded, "_fit_state")


def test_a_checkpoint_saved_without_training_state_is_a_plain_model(table, tmp_path):
    X, y = table
    path = tmp_path / "fit.skdense"
    net = saved_in_the_middle(path, X, y)
    net.save(path)
    loaded = skdense.load(path)
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    with pytest.raises(ValueError, match="resume needs an estimator loaded from a file"):
        loaded.resume(X, y)


def test_a_fit_in_progress_of_an_older_version_says_who_can_resume_it(tmp_path):
    path = tmp_path / "old.skdense"
    header = {"skdense": "0.1.0.dev0", "estimator": "DenseNetClassifier", "objects": []}
    container.write(path, {**header, "state": {"_paused": {"object": 0}}}, [])
    with pytest.raises(ValueError, match=r"an early 0\.1\.0\.dev0, and only that version can"):
        skdense.load(path)


def test_log_loss_is_what_calibrates_whatever_trains():
    target = Multiclass([np.arange(3)], skdense.engine.Focal())
    assert target.calibration_loss(0.1) == Multiclass([np.arange(3)], LogLoss(), 0.1).loss
