"""Time of `predict`: one row at a time, and a million rows x 50 columns at once.

    python -m tests.benchmarks --only prediction --peers sklearn,onnxruntime

Each network was fitted on the dtype that it predicts for. "skdense, from_sklearn" and
onnxruntime, by skl2onnx, have taken the very network of scikit-learn's MLP; "skdense" has the
defaults, so it scales features, and a regressor the target.
"""

from functools import partial

import numpy as np

from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds, repeated
from tests.benchmarks.work import Work

WORKS = {
    "classification, hidden layer (100,)": Work(2_000, 50, (100,), 200, n_classes=2),
    "regression, hidden layers (256, 256)": Work(2_000, 50, (256, 256), 200),
}
N_ROWS, N_CALLS = 1_000_000, 500


def onnx_predict(mlp, work, dtype):
    """The MLP's `predict` in onnxruntime, which is asked for classes and not for probabilities."""
    from onnxruntime import InferenceSession
    from skl2onnx import to_onnx

    options = {id(mlp): {"zipmap": False}} if work.n_classes else None
    model = to_onnx(mlp, np.zeros((1, work.n_features), dtype), options=options)
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    name, wanted = session.get_inputs()[0].name, [session.get_outputs()[0].name]
    return lambda X: session.run(wanted, {name: X})


def predictors(work, dtype, peers):
    X, y = work.table(dtype)
    mlp = work.mlp(epochs=1).fit(X, y)
    own = work.dense_class(hidden_layer_sizes=work.hidden_layer_sizes, max_iter=1, random_state=0)
    own.set_params(dtype="auto")
    predict = {
        "skdense": own.fit(X, y).predict,
        "skdense, from_sklearn": work.dense_class.from_sklearn(mlp).predict,
    }
    if "sklearn" in peers:
        predict["MLP"] = mlp.predict
    if "onnxruntime" in peers:
        predict["onnxruntime"] = onnx_predict(mlp, work, dtype)
    return predict


def compare(predict, X, n_calls, rounds):
    """Microseconds for one row, and rows a second for all."""
    one = {name: repeated(partial(call, X[:1]), n_calls) for name, call in predict.items()}
    all_rows = {name: partial(call, X) for name, call in predict.items()}
    for call in predict.values():
        call(X[:1])  # what is imported or allocated once
    one, all_rows = least_seconds(one, rounds), least_seconds(all_rows, rounds)
    return {name: [one[name] / n_calls * 1e6, len(X) / all_rows[name]] for name in predict}


def measure(toy, rounds, peers):
    n_rows, n_calls = (2_000, 3) if toy else (N_ROWS, N_CALLS)
    for title, work in WORKS.items():
        table = Table(f"predict, {title}", ["us for 1 row", f"rows a second of {n_rows:,}"])
        for dtype in (np.float32, np.float64):
            X = np.random.default_rng(1).standard_normal((n_rows, work.n_features), dtype)
            predict = predictors(work, dtype, peers)
            for name, values in compare(predict, X, n_calls, rounds).items():
                table.rows[f"{name}, {np.dtype(dtype)}"] = values
        yield table
