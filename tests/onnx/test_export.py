"""ONNX models predict as the estimators do, under ONNX Runtime."""

import sys
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest
from estimator_checks import CLASSIFIER, REGRESSOR
from plain import PlainClassifier, PlainRegressor
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

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
    Identity,
    LeakyRelu,
    LogLoss,
    Parametric,
    SoftmaxLogLoss,
    Tanh,
)
from skdense.onnx import _columns, _layers, _links, register_skl2onnx, to_onnx

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
# Of the recipe, what a quick fit leaves of it.
QUICK = {"hidden_layer_sizes": (12, 8), "max_iter": 5, "random_state": 0}


@pytest.fixture
def table(rng):
    """Columns of several sizes; one that is constant, one far from zero for its spread."""
    X = rng.normal(size=(200, 5)) * [1, 10, 0.1, 0, 3] + [0, 5, 0, 7, 3000]
    return X, np.sin(X[:, 0]) + 0.1 * X[:, 1]


@pytest.fixture
def flats(rng):
    """A raw table: numbers with and without holes, categories of few and of many levels."""
    n = 240
    frame = pd.DataFrame(
        {
            "area": rng.uniform(30, 150, n),
            "rooms": np.where(rng.uniform(size=n) < 0.2, np.nan, rng.randint(1, 6, n)),
            "balcony": pd.Categorical(rng.choice(["yes", "no"], n)),
            "district": pd.Categorical(rng.choice(["north", "south", "harbour"], n)),
            "street": pd.Categorical(rng.choice([f"street {i}" for i in range(20)], n)),
        }
    )
    frame.loc[::9, ["balcony", "street"]] = None
    return frame, 10 * frame["area"].to_numpy() + 50 * (frame["balcony"] == "yes").to_numpy()


def run(model, feed):
    """The outputs by name."""
    onnx.checker.check_model(model, full_check=True)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, feed), strict=True))


def as_inputs(frame, texts=()):
    """A tensor for each column; what is missing is a text that is no level."""
    return {
        name: frame[[name]].astype(object).fillna("").to_numpy()
        if name in texts
        else frame[[name]].to_numpy(np.float32)
        for name in frame
    }


def assert_same_classes(estimator, outputs, X):
    np.testing.assert_array_equal(outputs["label"], estimator.predict(X))
    expected = estimator.predict_proba(X)
    if isinstance(expected, list):
        for i, proba in enumerate(expected):
            np.testing.assert_allclose(outputs[f"probabilities_{i}"], proba, rtol=0, atol=1e-5)
    else:
        np.testing.assert_allclose(outputs["probabilities"], expected, rtol=0, atol=1e-5)


def assert_same_numbers(estimator, outputs, X, unit=1.0):
    expected = estimator.predict(X)
    variable = outputs["variable"].reshape(expected.shape)
    np.testing.assert_allclose(variable, expected, rtol=1e-6, atol=1e-5 * unit)
    if "std" in outputs:
        _, std = estimator.predict(X, return_std=True)
        np.testing.assert_allclose(outputs["std"].reshape(std.shape), std, atol=1e-5 * unit)


def check(estimator, X, unit=1.0, **how):
    """What ONNX Runtime says of a table without text is what the estimator says."""
    model = to_onnx(estimator, **how)
    (declared,) = model.graph.input
    kind = onnx.helper.tensor_dtype_to_np_dtype(declared.type.tensor_type.elem_type)
    X = X.astype(kind)
    outputs = run(model, {"X": X})
    if hasattr(estimator, "classes_"):
        assert_same_classes(estimator, outputs, X)
    else:
        assert_same_numbers(estimator, outputs, X, unit)
    return outputs


def quick(kind, settings):
    own = QUICK | settings
    return kind(**(own | {"max_iter": 20} if settings.get("solver") == "lbfgs" else own))


# Every documented setting.


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CLASSIFIER)
def test_each_setting_of_the_classifier(name, dtype, table):
    X, y = table
    classes = np.digitize(y, [0, 1] if name != "plain" else [0.5])
    if name.startswith("output_activation"):
        classes = (y > 0.5) + 0
    X = X.astype(dtype)
    check(quick(PlainClassifier, CLASSIFIER[name]).fit(X, classes), X)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", REGRESSOR)
def test_each_setting_of_the_regressor(name, dtype, table):
    X, y = table
    X, y = X.astype(dtype), np.exp(y)
    if name == "feature_scaling None":
        X = X[:, :2] / 10
    check(quick(PlainRegressor, REGRESSOR[name]).fit(X, y), X, y.std())


@pytest.mark.parametrize("scaling", COLUMNS)
@pytest.mark.parametrize("embedding", [None, *NUMERIC_EMBEDDINGS])
def test_each_scaling_and_embedding(scaling, embedding, table):
    X, y = table
    # without a scaling, columns of a spread that float32 leaves its digits
    X = (X if scaling else X[:, :2] / 10).astype(np.float32)
    settings = {"feature_scaling": scaling, "numeric_embedding": embedding, "input_scale": True}
    for parametrization in ("standard", "ntk"):
        net = quick(PlainRegressor, settings | {"parametrization": parametrization})
        check(net.set_params(initialization="data").fit(X, y), X, y.std())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("activation", [LeakyRelu(0.3), Parametric(Tanh()), Identity()])
def test_layers_given_as_objects(activation, dtype, table):
    X, y = table
    X = X.astype(dtype)
    check(quick(PlainRegressor, {"activation": activation}).fit(X, y), X, y.std())


def test_the_defaults(table, wine):
    X, y = table
    for X_any in (X, X.astype(np.float32)):
        regressor = skdense.DenseNetRegressor(max_iter=4, random_state=0).fit(X_any, y)
        check(regressor, X, y.std())
    classifier = skdense.DenseNetClassifier(max_iter=4, early_stopping=True, random_state=0)
    classifier.fit(*wine)
    assert classifier._model.sharpness != 1
    check(classifier, wine[0])
    check(classifier.fit(wine[0].astype(np.float32), wine[1]), wine[0])


def test_long_training(wine):
    check(skdense.DenseNetClassifier(random_state=0).fit(*wine), wine[0])


# Targets.

LABELS = {
    "integers": ([3, 5, 9], "int64"),
    "text": (["ash", "elm", "oak"], "object"),
    "objects of text": (np.array(["ash", "elm", "oak"], object), "object"),
    "truth values": ([False, True, True], "bool"),
    "floats": ([1.0, 2.0, 4.0], "float64"),
    "small integers": (np.array([3, 5, 9], np.uint8), "int64"),
}


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize("n_estimators", [1, 3])
def test_labels_of_each_type(name, n_estimators, table):
    labels, dtype = LABELS[name]
    X, y = table[0], np.asarray(labels)[np.digitize(table[1], [0, 1])]
    net = quick(PlainClassifier, {"n_estimators": n_estimators}).fit(X, y)
    assert check(net, X)["label"].dtype == dtype


@pytest.mark.parametrize("settings", [{}, {"output_activation": "logistic"}, {"loss": "focal"}])
@pytest.mark.parametrize("n_estimators", [1, 3])
def test_several_classes(settings, n_estimators):
    X, y = load_iris(return_X_y=True)
    net = quick(skdense.DenseNetClassifier, settings | {"n_estimators": n_estimators})
    outputs = check(net.fit(X, y), X)
    np.testing.assert_allclose(outputs["probabilities"].sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("output_activation", [None, "softmax", "logistic"])
@pytest.mark.parametrize("n_estimators", [1, 3])
def test_two_classes(output_activation, n_estimators, table):
    X, y = table[0], table[1] > 0.5
    settings = {"output_activation": output_activation, "n_estimators": n_estimators}
    check(quick(skdense.DenseNetClassifier, settings).fit(X, y), X)


@pytest.mark.parametrize("n_estimators", [1, 3])
def test_labels_any_number_a_row(n_estimators):
    X, y = make_multilabel_classification(100, 6, n_classes=4, random_state=0)
    net = quick(PlainClassifier, {"n_estimators": n_estimators}).fit(X, y)
    assert check(net, X)["label"].shape == y.shape


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("n_estimators", [1, 3])
def test_several_outputs_of_classes(text, n_estimators, table):
    X, y = table
    y = np.column_stack([np.digitize(y, [0, 1]), np.digitize(X[:, 1], [0, 5, 9])])
    y = y.astype(str) if text else y
    net = quick(PlainClassifier, {"n_estimators": n_estimators}).fit(X, y)
    outputs = check(net, X)
    assert list(outputs) == ["label", "probabilities_0", "probabilities_1"]


@pytest.mark.parametrize("loss", [*REGRESSION_LOSSES, "several quantiles"])
@pytest.mark.parametrize("n_estimators", [1, 3])
@pytest.mark.parametrize("n_outputs", [None, 1, 2])
def test_losses_of_numbers(loss, n_estimators, n_outputs, table):
    X, y = table
    y = np.exp(y) if n_outputs is None else np.exp(np.column_stack([y, X[:, 0]]))[:, :n_outputs]
    settings = {"loss": loss, "n_estimators": n_estimators}
    if loss == "several quantiles":
        settings |= {"loss": "quantile", "quantile": (0.05, 0.3, 0.5, 0.9)}
    net = quick(skdense.DenseNetRegressor, settings).fit(X, y)
    outputs = check(net, X, y.std())
    assert ("std" in outputs) == (loss == "gaussian")
    if loss == "several quantiles":
        assert (np.diff(outputs["variable"], axis=-1) >= 0).all()


def test_a_single_row_and_none(table):
    X, y = table
    model = to_onnx(quick(skdense.DenseNetRegressor, {}).fit(X, y))
    for n in (1, 0):
        assert run(model, {"X": X[:n].astype(np.float32)})["variable"].shape == (n, 1)


# Units.


def test_large_numbers_keep_their_digits(rng):
    X = rng.normal([1e7, 0], size=(200, 2))
    y = X[:, 0] + X[:, 1] ** 2 + 1e8
    net = quick(skdense.DenseNetRegressor, {"dtype": "float32"}).fit(X, y)
    outputs = run(to_onnx(net, dtype="float64"), {"X": X})
    error = outputs["variable"][:, 0] - net.predict(X)
    assert np.abs(error).max() < 1e-5 * y.std()


def test_a_float32_table_far_from_zero(rng):
    X = (rng.normal(size=(200, 2)) * [100, 1] + [1e5, 0]).astype(np.float32)
    y = X[:, 0] + 100 * X[:, 1] ** 2 - 1e5
    for scaling in ("robust", "standard"):
        net = quick(skdense.DenseNetRegressor, {"feature_scaling": scaling}).fit(X, y)
        check(net, X, y.std())


def test_what_a_sparse_table_taught(rng):
    X = sparse.random(200, 12, density=0.3, random_state=rng, format="csr")
    y = np.asarray(X.sum(axis=1)).ravel()
    for scaling in COLUMNS:
        net = quick(skdense.DenseNetRegressor, {"feature_scaling": scaling}).fit(X, y)
        check(net, X.toarray(), y.std())


# Raw tables.


@pytest.mark.parametrize("scaling", COLUMNS)
def test_holes(scaling, table):
    X, y = table[0] / 10, table[1]
    X[::3, 1] = X[::4, 4] = np.nan
    net = quick(skdense.DenseNetRegressor, {"feature_scaling": scaling}).fit(X, y)
    # also where fit saw none
    X[::5] = np.nan
    check(net, X, y.std())


@pytest.mark.parametrize("scaling", COLUMNS)
def test_a_raw_table_with_text(scaling, flats):
    X, y = flats
    settings = {"feature_scaling": scaling, "n_estimators": 2}
    net = quick(skdense.DenseNetRegressor, settings).fit(X, y)
    new = X.astype({"balcony": object, "district": object, "street": object})
    new.loc[::4, "street"] = "a new one"
    new.loc[::5, ["district", "rooms", "area"]] = None
    new = new.astype({"area": np.float32, "rooms": np.float32})
    feed = as_inputs(new, ["balcony", "district", "street"])
    outputs = run(to_onnx(net), feed)
    assert_same_numbers(net, outputs, new, y.std())


@pytest.mark.parametrize("columns", [["street"], ["district"], ["area", "street"], ["balcony"]])
def test_columns_of_a_raw_table_alone(columns, flats):
    X, y = flats[0][columns], np.where(flats[1] > 900, "dear", "cheap")
    net = quick(skdense.DenseNetClassifier, {}).fit(X, y)
    feed = as_inputs(X, {"street", "district", "balcony"})
    assert_same_classes(net, run(to_onnx(net), feed), X)


def test_categories_that_are_numbers(rng):
    X = np.column_stack(
        [rng.normal(size=200), rng.randint(0, 2, 200), rng.choice([0.1, 7.5, 9], 200),
         rng.randint(100, 130, 200), np.full(200, np.nan)]
    )  # fmt: skip
    y = X[:, 0] + X[:, 1] + X[:, 2] / 9
    X[::7, 1:4] = np.nan
    net = quick(skdense.DenseNetRegressor, {"categorical_features": [1, 2, 3, 4]}).fit(X, y)
    X[::5, 1:] = 77
    outputs = run(to_onnx(net), {"X": X.astype(np.float32)})
    # the estimator is asked in float64, as to it 0.1 in float32 is not what fit saw
    np.testing.assert_allclose(outputs["variable"][:, 0], net.predict(X), atol=1e-5 * y.std())
    check(net, X, y.std(), dtype="float64")


def test_text_without_names(rng):
    X = np.empty((100, 2), object)
    X[:, 0], X[:, 1] = rng.normal(size=100).astype(np.float32), rng.choice(list("abc"), 100)
    net = quick(skdense.DenseNetRegressor, {"categorical_features": [1]}).fit(X, X[:, 0])
    feed = {"x0": X[:, :1].astype(np.float32), "x1": X[:, 1:]}
    assert_same_numbers(net, run(to_onnx(net, dtype="float32"), feed), X)


# What has a form.


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
    with pytest.raises(TypeError, match="classes of dtype uint64 .* have no ONNX form; make them"):
        to_onnx(net)


def test_classes_of_several_types_are_refused(table):
    X, y = table
    net = quick(PlainClassifier, {})
    net.fit(X, np.column_stack([np.digitize(y, [0, 1]), np.digitize(X[:, 1], [0, 9])]))
    net._model.target.classes[1] = np.array(["a", "b", "c"])
    with pytest.raises(TypeError, match="types int64, string, and a label in ONNX has one type"):
        to_onnx(net)


def test_categories_without_a_form_are_refused(table):
    days = pd.Categorical([date(2020, 1, 1 + i % 3) for i in range(200)])
    X = pd.DataFrame({"a": table[0][:, 0], "day": days})
    net = quick(skdense.DenseNetRegressor, {}).fit(X, table[1])
    with pytest.raises(TypeError, match="categories of column 1 are of type date, which ONNX"):
        to_onnx(net)


def test_categories_that_float32_cannot_tell_apart(rng):
    X = np.column_stack([rng.normal(size=200), 2**25 + rng.randint(0, 3, 200)])
    settings = {"categorical_features": [1], "dtype": "float32"}
    net = quick(skdense.DenseNetRegressor, settings).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="numbers that float32 cannot tell apart; call to_onnx"):
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
    with pytest.raises(TypeError, match="got StandardScaler; convert a pipeline by skl2onnx"):
        to_onnx(StandardScaler())
    with pytest.raises(ValueError, match="dtype must be 'float32', 'float64' or None, got 'f2'"):
        to_onnx(quick(PlainRegressor, {}).fit(*table), dtype="f2")


@pytest.mark.parametrize("package", ["onnx", "skl2onnx"])
def test_a_package_that_is_missing(package, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    ask = register_skl2onnx if package == "skl2onnx" else lambda: to_onnx(None)
    with pytest.raises(ImportError, match=rf"needs the package {package}; .*skdense\[onnx\]"):
        ask()


# Pipelines, by skl2onnx.


@pytest.fixture
def convert():
    skl2onnx = pytest.importorskip("skl2onnx")
    register_skl2onnx()
    register_skl2onnx()  # which does no harm
    return skl2onnx.to_onnx


def check_pipeline(convert, pipeline, X, feed=None, **how):
    """A pipeline, or an estimator, of any table; the first row tells the types."""
    model = convert(pipeline, X[:1], **how)
    outputs = run(model, {"X": X} if feed is None else feed)
    if hasattr(pipeline, "classes_"):
        assert_same_classes(pipeline, outputs, X)
    else:
        assert_same_numbers(pipeline, outputs, X, 10)
    return outputs


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pipeline_of_numbers(dtype, table, convert):
    X, y = table[0].astype(dtype), table[1]
    for settings in ({}, {"loss": "gaussian", "n_estimators": 2}):
        net = quick(skdense.DenseNetRegressor, settings)
        outputs = check_pipeline(convert, make_pipeline(StandardScaler(), net).fit(X, y), X)
        assert outputs["variable"].dtype == dtype


def test_standard_deviations_of_a_pipeline(table, convert):
    X, y = table[0].astype(np.float32), table[1]
    net = quick(skdense.DenseNetRegressor, {"loss": "gaussian"})
    pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
    outputs = check_pipeline(convert, pipeline, X, options={id(net): {"return_std": True}})
    assert list(outputs) == ["variable", "std"]


@pytest.mark.parametrize(
    "labels", [[0, 1, 2], ["ash", "elm", "oak"], [False, True, True], [1.0, 2.0, 2.0]]
)
def test_a_pipeline_of_classes(labels, table, convert):
    X, y = table[0].astype(np.float32), np.asarray(labels)[np.digitize(table[1], [0, 1])]
    net = quick(skdense.DenseNetClassifier, {"n_estimators": 2})
    pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
    check_pipeline(convert, pipeline, X, options={"zipmap": False})
    outputs = run(convert(pipeline, X[:1]), {"X": X})
    first = outputs["output_probability"][0]
    expected = dict(zip(pipeline.classes_.tolist(), pipeline.predict_proba(X[:1])[0], strict=True))
    assert first == pytest.approx(expected, abs=1e-5)
    by_column = run(convert(pipeline, X[:1], options={"zipmap": "columns"}), {"X": X})
    assert len(by_column) == 1 + len(pipeline.classes_)


def test_positions_in_the_place_of_classes(table, convert):
    X, y = table[0].astype(np.float32), np.where(table[1] > 0.5, "yes", "no")
    net = quick(skdense.DenseNetClassifier, {}).fit(X, y)
    options = {id(net): {"nocl": True, "zipmap": False}}
    outputs = run(convert(net, X[:1], options=options), {"X": X})
    np.testing.assert_array_equal(net.classes_[outputs["label"]], net.predict(X))


def test_labels_any_number_a_row_in_a_pipeline(convert):
    X, y = make_multilabel_classification(100, 6, n_classes=4, random_state=0)
    X = X.astype(np.float32)
    pipeline = make_pipeline(StandardScaler(), quick(skdense.DenseNetClassifier, {})).fit(X, y)
    check_pipeline(convert, pipeline, X, options={"zipmap": False})


def test_encoders_of_columns_in_front(flats, convert):
    X, y = flats[0].drop(columns=["rooms"]), flats[1] > 900
    texts = ["balcony", "district", "street"]
    X = X.astype(dict.fromkeys(texts, object)).fillna("none").astype({"area": np.float32})
    encode = ColumnTransformer(
        [("numbers", StandardScaler(), ["area"]), ("texts", OneHotEncoder(), texts)],
        sparse_threshold=0,
    )
    pipeline = make_pipeline(encode, quick(skdense.DenseNetClassifier, {})).fit(X, y)
    feed = as_inputs(X, texts)
    check_pipeline(convert, pipeline, X, feed, options={"zipmap": False})


def test_a_raw_table_as_it_is(flats, convert):
    X, y = flats[0][["area", "district", "street"]], flats[1]
    texts = ["district", "street"]
    X = X.astype({"area": np.float32, "district": object, "street": object})
    X = X.fillna({"street": "none"}).assign(floor=np.arange(len(X)) % 5)
    net = quick(skdense.DenseNetRegressor, {"categorical_features": texts}).fit(X, y)
    feed = {**as_inputs(X, texts), "floor": X[["floor"]].to_numpy()}
    check_pipeline(convert, net, X, feed)


def test_what_skl2onnx_cannot_hold(table, flats, convert):
    X, y = table
    several = quick(skdense.DenseNetClassifier, {})
    several.fit(X, np.column_stack([np.digitize(y, [0, 1]), np.digitize(X[:, 1], [0, 9])]))
    with pytest.raises(ValueError, match="skl2onnx has no form of a classifier of several out"):
        convert(several, X[:1], options={"zipmap": False})
    plain = quick(skdense.DenseNetRegressor, {}).fit(X, y)
    with pytest.raises(ValueError, match="option return_std needs a loss that learns standard"):
        convert(plain, X[:1], options={id(plain): {"return_std": True}})
    with pytest.raises(ValueError, match="target_opset of skl2onnx is 15, and skdense needs 17"):
        convert(plain, X[:1], target_opset=15)
    raw = quick(skdense.DenseNetRegressor, {}).fit(*flats)
    with pytest.raises(TypeError, match=r"columns \[2, 3, 4\] of the network are text, and all"):
        convert(raw, X[:1])
