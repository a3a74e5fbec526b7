"""The study behind the defaults: error, log loss, AUC and time of settings on real tables.

    python docs/study/study.py --tables FOLDER [--settings NAME ...] [--seeds 0 1 2]
    python docs/study/study.py --print

FOLDER holds a load.py with `NAMES` and `load(name) -> (frame, target, task)`, the task being
"regression", "binary" or "multiclass". Each fit trains on at most 4,000 rows, is tested on at
most 5,000 others, and adds a line to results.jsonl beside this file. `--print` makes the tables.
"""

import argparse
import importlib.util
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skdense import DenseNetClassifier, DenseNetRegressor

RESULTS = Path(__file__).with_name("results.jsonl")
N_TRAIN, N_TEST = 4_000, 5_000
# Parameters by setting: of both estimators, of the classifier, of the regressor.
CURVE = {
    "default": ({}, {}, {}),
    "1 network": ({"n_estimators": 1}, {}, {}),
    "2 networks": ({"n_estimators": 2}, {}, {}),
    "8 networks": ({"n_estimators": 8}, {}, {}),
}
# One piece less, or another in its place: with the default's networks, and with two.
OF_FOUR = {
    'initialization="random"': ({"initialization": "random"}, {}, {}),
    'feature_scaling="standard"': ({"feature_scaling": "standard"}, {}, {}),
    "activation not parametric": ({}, {"activation": "selu"}, {"activation": "mish"}),
    "max_iter=64": ({"max_iter": 64}, {}, {}),
}
OF_TWO = {
    'numeric_embedding="pbld"': ({"numeric_embedding": "pbld"}, {}, {}),
    'numeric_embedding="piecewise_linear"': ({"numeric_embedding": "piecewise_linear"}, {}, {}),
    "numeric_embedding=None": ({"numeric_embedding": None}, {}, {}),
    'activation="relu"': ({"activation": "relu"}, {}, {}),
    'learning_rate="cosine"': ({"learning_rate": "cosine"}, {}, {}),
    "dropout=0, weight_decay=0": ({"dropout": 0.0, "weight_decay": 0.0}, {}, {}),
    "early_stopping=False": ({"early_stopping": False}, {}, {}),
    "label_smoothing=0": ({}, {"label_smoothing": 0.0}, {}),
    "temperature_scaling=False": ({}, {"temperature_scaling": False}, {}),
    "max_iter=32": ({"max_iter": 32}, {}, {}),
}
TWO = {"n_estimators": 2}
SETTINGS = CURVE | OF_FOUR
SETTINGS |= {f"2 networks, {name}": (both | TWO, *own) for name, (both, *own) in OF_TWO.items()}
MLP, CATBOOST = "scikit-learn MLP", "CatBoost"
PEERS = [MLP, CATBOOST]


def model_of(setting, task, seed, X):
    """Return what a setting fits to a table, or a peer at its defaults."""
    is_regression = task == "regression"
    if setting == MLP:
        mlp = MLPRegressor if is_regression else MLPClassifier
        return make_pipeline(prepared(), mlp(random_state=seed))
    if setting == CATBOOST:
        return catboost(is_regression, seed, X)
    both, clf, reg = SETTINGS[setting]
    if is_regression:
        return DenseNetRegressor(**both, **reg, random_state=seed)
    return DenseNetClassifier(**both, **clf, random_state=seed)


def prepared():
    """Return what scikit-learn's MLP needs of a table."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    flags = OneHotEncoder(handle_unknown="ignore", sparse_output=False, max_categories=64)
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (flags, make_column_selector(dtype_include="category")),
    )


def catboost(is_regression, seed, X):
    """CatBoost, on two threads."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    kind = CatBoostRegressor if is_regression else CatBoostClassifier
    categories = list(X.select_dtypes("category"))
    settings = {"verbose": 0, "thread_count": 2, "allow_writing_files": False}
    return kind(random_seed=seed, cat_features=categories, **settings)


def for_catboost(X):
    """Return a table whose categories have no missing values."""
    categories = {
        name: X[name].astype(object).fillna("missing").astype(str).astype("category")
        for name in X.select_dtypes("category")
    }
    return X.assign(**categories)


def split(X, y, task, seed):
    """Train and test rows of a table and its target."""
    n_train = min(N_TRAIN, int(0.8 * len(X)))
    n_test = min(N_TEST, len(X) - n_train)
    strata = None if task == "regression" else y
    return train_test_split(
        X, y, train_size=n_train, test_size=n_test, random_state=seed, stratify=strata
    )


def measured(setting, X, y, task, seed):
    """Error, log loss, AUC and seconds of one fit."""
    X = for_catboost(X) if setting == CATBOOST else X
    X_train, X_test, y_train, y_test = split(X, y, task, seed)
    model, start = model_of(setting, task, seed, X), time.perf_counter()
    model.fit(X_train, y_train)
    seconds = round(time.perf_counter() - start, 3)
    prediction = np.ravel(model.predict(X_test))
    if task == "regression":
        error = np.sqrt(np.mean((prediction - y_test) ** 2)) / np.std(y_test)
        return {"error": round(float(error), 5), "seconds": seconds}
    # CatBoost does not sort its classes
    order = np.argsort(model.classes_)
    classes, proba = model.classes_[order], model.predict_proba(X_test)[:, order].astype(float)
    proba /= proba.sum(axis=1, keepdims=True)
    score = proba[:, 1] if proba.shape[1] == 2 else proba
    auc = roc_auc_score(y_test, score, multi_class="ovr", labels=classes)
    return {
        "error": round(float(np.mean(prediction != y_test)), 5),
        "log_loss": round(float(log_loss(y_test, proba, labels=classes)), 5),
        "auc": round(float(auc), 5),
        "seconds": seconds,
    }


def run(tables, settings, seeds, out):
    """Measure settings on tables, a line each."""
    for name in tables.NAMES:
        X, y, task = tables.load(name)
        for setting in settings:
            for seed in seeds:
                line = {"setting": setting, "data": name, "task": task, "seed": seed}
                line |= measured(setting, X, y.to_numpy(), task, seed)
                with out.open("a") as file:
                    file.write(json.dumps(line) + "\n")


def loader(folder):
    """Return the module load.py of a folder."""
    spec = importlib.util.spec_from_file_location("load", Path(folder) / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def means(lines, metric):
    """Mean over the seeds, by setting and table."""
    found = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if metric in line:
            found[line["setting"]][line["data"]].append(line[metric])
    return {
        setting: {data: float(np.mean(values)) for data, values in tables.items()}
        for setting, tables in found.items()
    }


def ratio(mine, base):
    """Geometric mean of the ratios over all tables."""
    return float(np.exp(np.mean([np.log(mine[data] / base[data]) for data in mine])))


def print_settings(lines, names, base):
    """Return a table of settings: errors and log losses over the base's, AUC, seconds."""
    errors, losses, aucs, seconds = (
        means(lines, metric) for metric in ("error", "log_loss", "auc", "seconds")
    )
    kinds = {line["data"]: line["task"] == "regression" for line in lines}
    errors_of = "error | error, classification | error, regression"
    print(f"| setting | {errors_of} | log loss | AUC | fit time, seconds |")
    print("|---|---|---|---|---|---|---|")
    for name in (name for name in names if name in errors):
        parts = [
            {data: value for data, value in errors[name].items() if kinds[data] == kind}
            for kind in (False, True)
        ]
        figures = [ratio(one, errors[base]) for one in (errors[name], *parts)]
        figures += [ratio(losses[name], losses[base]), np.mean(list(aucs[name].values()))]
        cells = " | ".join(f"{figure:.3f}" for figure in figures)
        print(f"| {name} | {cells} | {sum(seconds[name].values()):.0f} |")


def print_tables(lines, names):
    """Return a table of the errors of settings on each of the tables."""
    errors = means(lines, "error")
    names = [name for name in names if name in errors]
    print("| table | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for data in errors[names[0]]:
        print(f"| {data} | " + " | ".join(f"{errors[name][data]:.4f}" for name in names) + " |")


def main(arguments):
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", help="folder of load.py")
    parser.add_argument("--settings", nargs="+", default=[*PEERS, *SETTINGS])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--print", action="store_true", dest="prints")
    given = parser.parse_args(arguments)
    if given.tables:
        run(loader(given.tables), given.settings, given.seeds, given.out)
    if given.prints:
        # but for the one that names machine and versions
        read = map(json.loads, given.out.read_text().splitlines())
        lines = [line for line in read if "setting" in line]
        print_settings(lines, [*PEERS, *SETTINGS], MLP)
        print_tables(lines, [*PEERS, *CURVE])


if __name__ == "__main__":
    main(sys.argv[1:])
