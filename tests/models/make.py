"""Writes the files of a release: `python tests/models/make.py`, once a release."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

import skdense
from skdense._files.container import FORMAT


def table():
    rng = np.random.RandomState(0)
    X = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60)})
    X.loc[::9, "a"] = np.nan
    return X.assign(kind=pd.Categorical(rng.choice([f"level {i}" for i in range(12)], 60)))


def make(folder):
    X = table()
    settings = {"random_state": 0, "max_iter": 3, "hidden_layer_sizes": (8, 8)}
    models = {
        "classifier": skdense.DenseNetClassifier(**settings).fit(X, (X["b"] > 0).astype(int)),
        "regressor": skdense.DenseNetRegressor(**settings).fit(X, X["b"]),
    }
    for kind, model in models.items():
        path = folder / f"{skdense.__version__}-format-{FORMAT}-{kind}.skdense"
        model.save(path)
        shown = {"X": X.astype({"kind": str}).to_dict("list"), "prediction": model.predict(X)}
        text = json.dumps(shown, default=np.ndarray.tolist)
        path.with_suffix(".json").write_text(text.replace("NaN", "null"))


if __name__ == "__main__":
    make(Path(__file__).parent)
