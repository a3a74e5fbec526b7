"""Labels, probabilities and numbers of ONNX models are those of the estimators."""

import numpy as np
import pytest
from onnx_models import check, quick, run
from plain import PlainClassifier
from sklearn.datasets import load_iris, make_multilabel_classification

import skdense
from skdense.engine import REGRESSION_LOSSES
from skdense.onnx import to_onnx

pytestmark = [
    pytest.mark.whole,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]
LABELS = {
    "integers": ([3, 5, 9], "int64"),
    "text": (["ash", "elm", "oak"], "object"),
    "objects of text": (np.array(["ash", "elm", "oak"], object), "object"),
    "booleans": ([False, True, True], "bool"),
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
