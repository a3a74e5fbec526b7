"""Time of `predict`: one row at a time, and a million rows x 50 columns at once.

    python -m tests.benchmarks --only prediction --peers sklearn,onnxruntime

And of one row by ensembles of the defaults, as an array, as a DataFrame of numbers, and as one
with categories, beside scikit-learn's MLP and gradient boosting.

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
NO_WARNING = {"tol": 1e3, "n_iter_no_change": 100}


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


def served(toy):
    """Tables of numbers, and of numbers and categories, by what they are given as."""
    import pandas as pd

    rng, n_rows = np.random.default_rng(0), 100 if toy else 1_000
    X = rng.standard_normal((n_rows, 10))
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(10)])
    of_20 = pd.Categorical([f"level {i}" for i in rng.integers(0, 20, n_rows)])
    of_3 = pd.Categorical(rng.choice(["a", "b", "c"], n_rows))
    return {"array": X, "DataFrame": frame, "with categories": frame.assign(c=of_20, d=of_3)}


def servers(X, peers, *, has_categories):
    """What predicts one row of a table, by name; an MLP takes no categories."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.neural_network import MLPClassifier

    from skdense import DenseNetClassifier

    y = np.arange(len(X)) % 2
    models = {"skdense": DenseNetClassifier(max_iter=3, random_state=0, **NO_WARNING)}
    if "sklearn" in peers:
        models["HistGradientBoosting"] = HistGradientBoostingClassifier(max_iter=100)
        if not has_categories:
            models["MLP"] = MLPClassifier(max_iter=3, **NO_WARNING)
    return {name: partial(model.fit(X, y).predict_proba, X[:1]) for name, model in models.items()}


def compare_one_row(toy, rounds, peers):
    n_calls = 3 if toy else N_CALLS
    for given, X in served(toy).items():
        calls = servers(X, peers, has_categories=given == "with categories")
        for call in calls.values():
            call()  # what is imported or allocated once
        repeats = {name: repeated(call, n_calls) for name, call in calls.items()}
        for name, time in least_seconds(repeats, rounds).items():
            yield f"{name}, {given}", [time / n_calls * 1e6]


def measure(toy, rounds, peers):
    table = Table("predict_proba, the defaults", ["us for 1 row"])
    table.rows.update(compare_one_row(toy, rounds, peers))
    yield table
    n_rows, n_calls = (2_000, 3) if toy else (N_ROWS, N_CALLS)
    for title, work in WORKS.items():
        table = Table(f"predict, {title}", ["us for 1 row", f"rows a second of {n_rows:,}"])
        for dtype in (np.float32, np.float64):
            X = np.random.default_rng(1).standard_normal((n_rows, work.n_features), dtype)
            predict = predictors(work, dtype, peers)
            for name, values in compare(predict, X, n_calls, rounds).items():
                table.rows[f"{name}, {np.dtype(dtype)}"] = values
        yield table
