"""The picture of the losses shows what the estimators recorded."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer

from skdense import DenseNetClassifier, DenseNetRegressor, LossCurveDisplay

matplotlib = pytest.importorskip("matplotlib")
plt = pytest.importorskip("matplotlib.pyplot")
SMALL = {"hidden_layer_sizes": (8,), "n_estimators": 1, "random_state": 0}


@pytest.fixture(autouse=True)
def figures():
    before = matplotlib.get_backend()
    plt.switch_backend("Agg")
    plt.close("all")  # what other tests have drawn
    yield
    plt.close("all")
    plt.switch_backend(before)


@pytest.fixture(scope="module")
def watched(wine):
    """Early stopping kept an epoch that is not the last."""
    net = DenseNetClassifier(
        **SMALL, early_stopping=True, learning_rate="constant", n_iter_no_change=3
    )
    return net.fit(*wine)


@pytest.fixture(scope="module")
def unwatched(wine):
    return DenseNetClassifier(**SMALL, early_stopping=False, max_iter=5).fit(*wine)


def labels(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_lines_are_the_curves_and_a_dot_is_the_epoch_kept(watched):
    display = LossCurveDisplay.from_estimator(watched)
    (line,), (dashed,), (dot,) = display.lines_, display.validation_lines_, display.kept_
    best = watched.best_iter_
    assert best < watched.n_iter_
    for drawn, curve in ((line, watched.loss_curve_), (dashed, watched.validation_loss_curve_)):
        np.testing.assert_array_equal(drawn.get_xdata(), np.arange(1, watched.n_iter_ + 1))
        np.testing.assert_array_equal(drawn.get_ydata(), curve)
    assert dot.get_xydata().tolist() == [[best, watched.validation_loss_curve_[best - 1]]]
    assert len({drawn.get_color() for drawn in (line, dashed, dot)}) == 1
    assert line.get_linestyle() != dashed.get_linestyle()
    assert labels(display) == ["training", f"validation (kept: {best})"]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("Epoch", "Loss")
    assert display.figure_ is display.ax_.figure


def test_without_early_stopping_no_epoch_was_chosen(wine, unwatched):
    display = LossCurveDisplay.from_estimator(unwatched, name="net")
    assert display.validation_lines_ == display.kept_ == [None]
    assert len(display.ax_.lines) == 1
    assert labels(display) == ["net, training"]
    X, y = wine
    given = DenseNetClassifier(**SMALL, early_stopping=False, max_iter=5).fit(
        X, y, X_val=X, y_val=y
    )
    display = LossCurveDisplay.from_estimator(given)
    assert display.kept_ == [None]
    assert labels(display) == ["training", "validation"]


def test_several_estimators_share_a_picture_and_have_a_color_each(watched, unwatched):
    display = LossCurveDisplay.from_estimators({"one": watched, "other": unwatched})
    assert [len(line.get_ydata()) for line in display.lines_] == [watched.n_iter_, 5]
    assert len({line.get_color() for line in display.lines_}) == 2
    validation = f"one, validation (kept: {watched.best_iter_})"
    assert labels(display) == ["one, training", validation, "other, training"]
    listed = LossCurveDisplay.from_estimators([watched, unwatched], names=["one", "other"])
    assert labels(listed) == labels(display)
    assert listed.ax_ is not display.ax_
    numbered = LossCurveDisplay.from_estimators((unwatched, unwatched))
    assert labels(numbered) == ["DenseNetClassifier 1, training", "DenseNetClassifier 2, training"]


def test_axes_are_reused(watched, unwatched):
    figure, (left, right) = plt.subplots(1, 2)
    first = LossCurveDisplay.from_estimator(watched, name="one", ax=left)
    second = LossCurveDisplay.from_estimator(unwatched, name="other", ax=left)
    assert first.ax_ is second.ax_ is left
    assert first.figure_ is figure
    assert first.lines_[0].get_color() != second.lines_[0].get_color()
    assert labels(second)[-1] == "other, training"
    assert second.plot(right, names=["renamed"]) is second
    assert second.ax_ is right
    assert labels(second) == ["renamed, training"]
    assert len(right.lines) == 1
    assert len(plt.get_fignums()) == 1


def test_style_is_passed_on(watched):
    display = LossCurveDisplay.from_estimator(watched, c="red", lw=3)
    for line in (*display.lines_, *display.validation_lines_):
        assert (line.get_color(), line.get_linewidth()) == ("red", 3)
    assert display.kept_[0].get_color() == "red"


def test_lbfgs_has_iterations(wine, unwatched):
    lbfgs = DenseNetClassifier(**SMALL, solver="lbfgs", alpha=1, tol=0.1).fit(*wine)
    display = LossCurveDisplay.from_estimator(lbfgs)
    assert display.ax_.get_xlabel() == "Iteration"
    assert display.lines_[0].get_ydata().tolist() == lbfgs.loss_curve_
    both = LossCurveDisplay.from_estimators([lbfgs, unwatched])
    assert both.ax_.get_xlabel() == "Epoch or iteration"


def test_the_epoch_of_a_stream_is_a_point(wine):
    X, y = wine
    stream = DenseNetRegressor(**SMALL).partial_fit(X, y)
    display = LossCurveDisplay.from_estimator(stream)
    assert display.lines_[0].get_xydata().tolist() == [[1, stream.loss_]]
    assert display.lines_[0].get_marker() == "."


def test_a_pipeline_shows_its_last_step(wine, watched):
    pipeline = make_pipeline(PowerTransformer(), make_pipeline("passthrough", watched))
    display = LossCurveDisplay.from_estimator(pipeline)
    assert display.lines_[0].get_ydata().tolist() == watched.loss_curve_


def test_an_adopted_mlp_shows_the_mlps_curve(wine):
    mlp = MLPRegressor(
        hidden_layer_sizes=(4,), early_stopping=True, tol=0.1, n_iter_no_change=2, random_state=0
    )
    net = DenseNetRegressor.from_sklearn(mlp.fit(*wine))
    display = LossCurveDisplay.from_estimator(net)
    assert display.lines_[0].get_ydata().tolist() == mlp.loss_curve_
    assert display.kept_ == [None]


def test_what_is_not_fitted_is_refused(watched):
    for net in (DenseNetClassifier(), make_pipeline(DenseNetRegressor())):
        with pytest.raises(NotFittedError):
            LossCurveDisplay.from_estimator(net)
        with pytest.raises(NotFittedError):
            LossCurveDisplay.from_estimators([watched, net])
    assert not plt.get_fignums()


def test_what_cannot_be_drawn_is_refused_in_a_sentence(watched):
    with pytest.raises(TypeError, match=r"a Pipeline that ends in one, got Ridge\."):
        LossCurveDisplay.from_estimator(Ridge())
    with pytest.raises(ValueError, match=r"names must have 2 entries, one for each .*, got 1\."):
        LossCurveDisplay.from_estimators([watched, watched], names=["one"])
    with pytest.raises(ValueError, match=r"estimators is empty; pass at least one\."):
        LossCurveDisplay.from_estimators([])
    assert not plt.get_fignums()


def test_without_matplotlib_a_sentence_says_what_to_install(watched, monkeypatch):
    display = LossCurveDisplay(loss_curves=[[2.0, 1.0]])
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    message = r"^LossCurveDisplay needs a package .*matplotlib.*`pip install \"skdense\[plot\]\"`"
    with pytest.raises(ImportError, match=message):
        LossCurveDisplay.from_estimator(watched)
    with pytest.raises(ImportError, match=message):
        display.plot()


def test_matplotlib_waits_until_something_is_drawn():
    code = "import sys, skdense._estimators.display; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_can_be_made_of_numbers_alone():
    display = LossCurveDisplay(
        loss_curves=[[3.0, 2.0, 1.0]], validation_loss_curves=[[3.0, 1.5, 2.0]], kept_iters=[2]
    ).plot()
    assert display.kept_[0].get_xydata().tolist() == [[2, 1.5]]
    assert display.lines_[0].get_ydata().tolist() == [3, 2, 1]
