"""Coverage and width of `predict_interval` and `predict_set` on real tables.

    python interval_coverage.py FOLDER... [--seeds 0 1 2] [--tables NAME...] [--loss gaussian]

Each folder has a `load.py` with `NAMES` and `load(name)`, which returns X, y and the task. Every
table is split at random: up to 3,000 rows, at most 60%, to fit, and up to 4,000 others to judge.
If MAPIE is installed, half of these calibrate its split conformal methods on the same fitted
estimator, and the other half judge it. One line of JSON for each table, seed and coverage, with
pairs of coverage and mean width, or number of classes.
"""

import argparse
import importlib.util
import json
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from skdense import DenseNetClassifier, DenseNetRegressor

COVERAGES = (0.8, 0.9, 0.95)
N_FIT, N_JUDGE = 3_000, 4_000


def loader_of(folder):
    """Return the module that loads the tables of a folder."""
    spec = importlib.util.spec_from_file_location(f"load_{folder.name}", folder / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def split(X, y, task, seed):
    """Return rows to fit and others."""
    n_fit = min(N_FIT, int(0.6 * len(X)))
    can_stratify = task != "regression" and y.value_counts().min() > 1
    strata = y if can_stratify else None
    X, others, y, y_others = train_test_split(
        X, y, train_size=n_fit, random_state=seed, stratify=strata
    )
    return X, y, others[:N_JUDGE], y_others[:N_JUDGE]


def judge_intervals(low, high, y):
    """Return coverage and mean width."""
    return float(((low <= y) & (y <= high)).mean()), float((high - low).mean())


def judge_sets(sets, classes, y):
    """Return coverage and mean number of classes."""
    right = np.array(y)[:, None] == classes
    return float((sets & right).any(axis=1).mean()), float(sets.sum(axis=1).mean())


def mapie_intervals(regressor, calibration, X, coverage):
    """Return the bounds of split conformal prediction, by other rows."""
    from mapie.regression import SplitConformalRegressor

    mapie = SplitConformalRegressor(regressor, confidence_level=coverage, prefit=True)
    _, bounds = mapie.conformalize(*calibration).predict_interval(X)
    return bounds[:, 0, 0], bounds[:, 1, 0]


def mapie_sets(classifier, calibration, X, coverage):
    """Return the sets of split conformal prediction, by other rows."""
    from mapie.classification import SplitConformalClassifier

    mapie = SplitConformalClassifier(
        classifier, confidence_level=coverage, prefit=True, conformity_score="lac"
    )
    return mapie.conformalize(*calibration).predict_set(X)[1][:, :, 0]


def measured(X, y, task, seed, loss, with_mapie):
    """Yield coverage and mean width (or size) of skdense, then of MAPIE, for each coverage."""
    X, y, X_others, y_others = split(X, y, task, seed)
    half = np.random.default_rng(seed).permutation(len(X_others))
    calibrate, judge = half[::2], half[1::2]
    calibration = X_others.iloc[calibrate], y_others.iloc[calibrate]
    # skdense needs no other rows: coverage is that of all of them, widths are compared on half
    X_new, y_new = X_others, y_others.to_numpy()
    if task == "regression":
        estimator = DenseNetRegressor(loss=loss, random_state=seed).fit(X, y)
    else:
        estimator = DenseNetClassifier(random_state=seed).fit(X, y)
    for coverage in COVERAGES:
        found = {"n_fit": len(X), "n_new": len(X_new), "coverage": coverage}
        if task == "regression":
            low, high = estimator.predict_interval(X_new, coverage).T
            found["skdense"] = judge_intervals(low, high, y_new)
            if with_mapie:
                low, high = mapie_intervals(estimator, calibration, X_new, coverage)
                found["mapie"] = judge_intervals(low[judge], high[judge], y_new[judge])
        else:
            sets = estimator.predict_set(X_new, coverage)
            found["skdense"] = judge_sets(sets, estimator.classes_, y_new)
            if with_mapie:
                sets = mapie_sets(estimator, calibration, X_new, coverage)
                found["mapie"] = judge_sets(sets[judge], estimator.classes_, y_new[judge])
        yield found


def main():
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--loss", default="squared_error")
    arguments = parser.parse_args()
    with_mapie = importlib.util.find_spec("mapie") is not None
    for folder in arguments.folders:
        module = loader_of(folder.resolve())
        for name in arguments.tables or module.NAMES:
            if name not in module.NAMES:
                continue
            table = module.load(name)
            for seed in arguments.seeds:
                report(name, seed, table, arguments.loss, with_mapie)


def report(name, seed, table, loss, with_mapie):
    """Print the lines of one fit."""
    try:
        for found in measured(*table, seed, loss, with_mapie):
            print(json.dumps({"table": name, "task": table[2], "seed": seed, **found}), flush=True)
    except ValueError as error:
        # too few rows held out, which the estimator says
        print(json.dumps({"table": name, "seed": seed, "refused": str(error)}), flush=True)


if __name__ == "__main__":
    main()
