"""Every part of the engine has a form in ONNX; what has none is refused."""

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from onnx_models import check, quick
from plain import PlainClassifier, PlainRegressor
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

import skdense
from skdense._columns.scaled import COLUMNS
from skdense.engine import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    NORMALIZATIONS,
    NUMERIC_EMBEDDINGS,
    REGRESSION_LOSSES,
    Gaussian,
    Huber,
    LogLoss,
    Parametric,
    SoftmaxLogLoss,
    Tanh,
)
from skdense.onnx import _columns, _layers, _links, register_skl2onnx, to_onnx

pytestmark = [
    pytest.mark.whole,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


def test_every_part_of_the_engine_has_a_form():
    for layer in [*ACTIVATIONS.values(), *NORMALIZATIONS.values()]:
        assert type(layer) in _layers.LAYERS, layer
    for kind in NUMERIC_EMBEDDINGS.values():
        assert kind in _layers.LAYERS, kind
    for columns in COLUMNS.values():
        assert columns in _columns.SCALINGS, columns
    for loss in REGRESSION_LOSSES.values():
        assert type(loss).inverse_link in _links.LINKS, loss
        assert type(loss).join in _links.MEANS, loss
        assert type(loss).std in _links.STDS, loss
    for of in CLASSIFICATION_LOSSES.values():
        for loss in (of.logistic(), of.softmax((3,))):
            assert type(loss).inverse_link in _links.LINKS, loss
            assert type(loss).log_inverse_link in _links.LOG_LINKS, loss
            assert type(loss).join in _links.JOINS, loss


@dataclass(frozen=True)
class Sine(Tanh):
    def evaluate(self, z, out, slope, spare):
        np.cos(z, out=slope)
        np.sin(z, out=out)


@dataclass(frozen=True)
class Asymmetric(Huber):
    def rows(self, raw, y, gradient_out):
        losses = super().rows(raw, y, gradient_out)
        gradient_out *= 2
        return 2 * losses


@dataclass(frozen=True)
class Doubled(Huber):
    def inverse_link(self, raw):
        return 2 * raw


@dataclass(frozen=True)
class MedianOfNetworks(Huber):
    def join(self, raws):
        return np.median(raws, axis=0)


@dataclass(frozen=True)
class Wide(Gaussian):
    def std(self, raw):
        return 2 * super().std(raw)


@dataclass(frozen=True)
class Sharp(SoftmaxLogLoss):
    def inverse_link(self, raw):
        return super().inverse_link(2 * raw)


@dataclass(frozen=True)
class SharpLoss(LogLoss):
    def softmax(self, n_classes, label_smoothing=0.0):
        return Sharp(n_classes, label_smoothing)


def test_a_loss_of_ones_own_that_keeps_the_link(table):
    X, y = table
    for n_estimators in (1, 2):
        settings = {"loss": Asymmetric(), "n_estimators": n_estimators}
        check(quick(skdense.DenseNetRegressor, settings).fit(X, y), X, y.std())


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"activation": Sine()}, r"the layer Sine\(\)"),
        ({"activation": Parametric(Sine())}, r"the activation Sine\(\)"),
        ({"loss": Doubled()}, "the inverse link of the loss Doubled"),
        ({"loss": MedianOfNetworks(), "n_estimators": 2}, "the join of the loss MedianOf"),
        ({"loss": Wide()}, "the standard deviation of the loss Wide"),
    ],
)
def test_what_is_ones_own_is_refused(settings, named, table):
    net = quick(PlainRegressor, settings).fit(*table)
    with pytest.raises(ValueError, match=f"^{named}.* has no ONNX form; use what skdense.engine"):
        to_onnx(net)


def test_a_link_of_classes_of_ones_own_is_refused(wine):
    net = quick(PlainClassifier, {"loss": SharpLoss()}).fit(*wine)
    with pytest.raises(ValueError, match="the inverse link of the loss Sharp.* has no ONNX form"):
        to_onnx(net)


def test_classes_without_a_form_are_refused(table):
    y = np.array([2**63 + 1, 2**63 + 2], np.uint64)[(table[1] > 0.5) + 0]
    net = quick(PlainClassifier, {}).fit(table[0], y)
    with pytest.raises(
        TypeError, match="classes of dtype uint64 .* not supported by ONNX; convert"
    ):
        to_onnx(net)


def test_classes_of_several_types_are_refused(table):
    X, y = table
    net = quick(PlainClassifier, {})
    net.fit(X, np.column_stack([np.digitize(y, [0, 1]), np.digitize(X[:, 1], [0, 9])]))
    net._predictor.target.classes[1] = np.array(["a", "b", "c"])
    with pytest.raises(TypeError, match="types int64, string, but a label in ONNX has only"):
        to_onnx(net)


def test_the_calendar_of_a_time_zone_is_refused(table):
    days = pd.date_range("2024", periods=200, tz="Europe/Berlin")
    X = pd.DataFrame({"a": table[0][:, 0], "when": days})
    net = quick(skdense.DenseNetRegressor, {}).fit(X, table[1])
    with pytest.raises(TypeError, match="column 'when' holds dates in Europe/Berlin, .*; turn"):
        to_onnx(net)
    X["when"] = X["when"].dt.tz_localize(None)
    to_onnx(quick(skdense.DenseNetRegressor, {}).fit(X, table[1]))


def test_categories_that_float32_cannot_tell_apart(rng):
    X = np.column_stack([rng.normal(size=200), 2**25 + rng.randint(0, 3, 200)])
    settings = {"categorical_features": [1], "dtype": "float32"}
    net = quick(skdense.DenseNetRegressor, settings).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="numbers that float32 cannot distinguish; call to_onnx"):
        to_onnx(net)
    check(net, X, dtype="float64")


@pytest.mark.parametrize("name", ["label", "probabilities", "variable"])
def test_a_column_with_the_name_of_an_output(name, flats):
    X, y = flats[0][["street"]].set_axis([name], axis=1), flats[1]
    kind, y = (
        (skdense.DenseNetRegressor, y)
        if name == "variable"
        else (skdense.DenseNetClassifier, y > 900)
    )
    with pytest.raises(ValueError, match=f"a column named '{name}', .* rename the column"):
        to_onnx(quick(kind, {}).fit(X, y))


def test_what_to_onnx_does_not_take(table):
    with pytest.raises(NotFittedError):
        to_onnx(skdense.DenseNetRegressor())
    with pytest.raises(TypeError, match="got StandardScaler; convert a pipeline with skl2on"):
        to_onnx(StandardScaler())
    with pytest.raises(ValueError, match="dtype must be 'float32', 'float64' or None, got 'f2'"):
        to_onnx(quick(PlainRegressor, {}).fit(*table), dtype="f2")


@pytest.mark.parametrize("package", ["onnx", "skl2onnx"])
def test_a_package_that_is_missing(package, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    ask = register_skl2onnx if package == "skl2onnx" else lambda: to_onnx(None)
    with pytest.raises(ImportError, match=rf"needs a package .*{package}.*skdense\[onnx\]"):
        ask()
