"""ONNX models under ONNX Runtime, beside the estimators that they come from."""

import numpy as np
import pytest

from skdense.onnx import to_onnx

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
# Of the recipe, what a quick fit leaves of it.
QUICK = {"hidden_layer_sizes": (12, 8), "max_iter": 5, "random_state": 0}


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
