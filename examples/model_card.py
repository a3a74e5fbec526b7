"""
How to write a model card
=========================

A model card says what a fitted model is, what it was trained on and how good it is. This example
writes one as text and HTML. The score on new rows has an interval from resampling them, the
coverage of ``predict_interval`` is checked on the same rows, and columns are listed by their
contributions.
"""

from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from skdense import DenseNetRegressor

N_SAMPLES = 200


def score_interval(estimator, X, y, seed=0):
    """The middle 90% of the scores of resampled rows."""
    rng = np.random.default_rng(seed)
    picked = rng.integers(len(X), size=(N_SAMPLES, len(X)))
    scores = [estimator.score(X.iloc[rows], y.iloc[rows]) for rows in picked]
    return np.quantile(scores, [0.05, 0.95])


def calibration(estimator, X, y):
    """The coverage of intervals for new rows, beside what was asked."""
    for coverage in (0.5, 0.8, 0.9, 0.95):
        low, high = estimator.predict_interval(X, coverage).T
        yield f"{coverage:.0%} intervals", f"contain {((low <= y) & (y <= high)).mean():.0%}"


def card(estimator, X, y, X_new, y_new):
    """Sections of a card: a title, and rows of two cells each."""
    n_missing = X.isna().sum().sum()
    low, high = score_interval(estimator, X_new, y_new)
    importances = pd.Series(estimator.feature_importances_, index=X.columns).nlargest(5)
    return {
        "Model": [
            ("kind", type(estimator).__name__),
            ("networks", f"{len(estimator.networks_)}, of {estimator.n_layers_ - 1} dense layers"),
            ("parameters", f"{sum(net.params.size for net in estimator.networks_):,}"),
            ("epochs", str(estimator.n_iter_)),
        ],
        "Trained on": [
            ("rows and columns", f"{len(X):,} and {X.shape[1]}"),
            ("missing cells", f"{n_missing:,} ({n_missing / X.size:.1%})"),
            ("target", f"{y.name}, from {y.min():g} to {y.max():g}, mean {y.mean():.0f}"),
            *[(name, read_as) for name, read_as in estimator.columns_.rows],
        ],
        f"On {len(X_new):,} new rows": [
            (
                "R2",
                f"{estimator.score(X_new, y_new):.3f} (90% of samples: {low:.3f} to {high:.3f})",
            ),
            *calibration(estimator, X_new, y_new),
        ],
        "Share of contributions": [(name, f"{size:.0%}") for name, size in importances.items()],
    }


def as_text(sections):
    """A card to print."""
    lines = []
    for title, rows in sections.items():
        lines += ["", title, "-" * len(title), *[f"{name:20} {value}" for name, value in rows]]
    return "\n".join(lines[1:])


def as_html(sections):
    """A card for a page."""
    tables = [
        pd.DataFrame(rows).to_html(header=False, index=False, border=0)
        for rows in sections.values()
    ]
    parts = [f"<h2>{title}</h2>\n{table}" for title, table in zip(sections, tables, strict=True)]
    return "<!doctype html>\n<meta charset='utf-8'>\n" + "\n".join(parts)


flats = pd.read_csv(Path(__file__).with_name("flats.csv"))
rent = flats.pop("rent")
flats, new, rent, rent_new = train_test_split(flats, rent, random_state=0)
regressor = DenseNetRegressor(random_state=0).fit(flats, rent)
sections = card(regressor, flats, rent, new, rent_new)
print(as_text(sections))
page = Path(gettempdir()) / "model_card.html"
page.write_text(as_html(sections), encoding="utf-8")
print(f"\nAs a page: {page}")
