"""Pipelines, by skl2onnx."""

import numpy as np
import pytest
from onnx_models import as_inputs, assert_same_classes, assert_same_numbers, quick, run
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_multilabel_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import skdense
from skdense.onnx import register_skl2onnx

pytestmark = [
    pytest.mark.whole,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


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
    X, y = flats[0].drop(columns=["rooms", "owner"]), flats[1] > 900
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
    with pytest.raises(ValueError, match="skl2onnx does not support a classifier with several"):
        convert(several, X[:1], options={"zipmap": False})
    plain = quick(skdense.DenseNetRegressor, {}).fit(X, y)
    with pytest.raises(ValueError, match="option return_std needs a loss that learns standard"):
        convert(plain, X[:1], options={id(plain): {"return_std": True}})
    with pytest.raises(ValueError, match="target_opset must be at least 17, got 15; increase it"):
        convert(plain, X[:1], target_opset=15)
    raw = quick(skdense.DenseNetRegressor, {}).fit(*flats)
    with pytest.raises(
        TypeError, match=r"columns \[2, 3, 4, 5\] must be text and all others numbers"
    ):
        convert(raw, X[:1])
