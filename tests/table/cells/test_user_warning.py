"""A message is reported once for each line of the user, whatever scikit-learn does to filters."""

import re
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score

from skdense import DenseNetRegressor
from skdense._table.cells.user_warning import warn_user

N_ROWS = 60


def left_out(name):
    """A table with a column that is left out; each test has one of its own."""
    return pd.DataFrame({"x": np.arange(N_ROWS), name: [f"text {i}" for i in range(N_ROWS)]})


def network():
    return DenseNetRegressor((2,), n_estimators=1, max_iter=1, random_state=0)


def reported(act, *filters):
    with warnings.catch_warnings(record=True) as caught:
        warnings.resetwarnings()
        warnings.simplefilter("ignore", ConvergenceWarning)
        for one in filters:
            warnings.filterwarnings(**one)
        act()
    return [str(one.message) for one in caught]


def test_cross_validation_reports_a_column_once():
    X, y = left_out("of folds"), np.arange(N_ROWS)
    (message,) = reported(lambda: cross_val_score(network(), X, y, cv=4))
    assert message.startswith("X is used without 'of folds', as")
    assert re.search(r"\d", message) is None


def test_each_line_is_told():
    X, y = left_out("of lines"), np.arange(N_ROWS)

    def act():
        for _ in range(2):
            network().fit(X, y)
        network().fit(X, y)

    assert len(reported(act)) == 2


def warn_twice(message):
    for _ in range(2):
        warn_user(message)


@pytest.mark.parametrize(
    ("how", "n"),
    [
        ({"action": "always"}, 2),
        ({"action": "ignore"}, 0),
        ({"action": "default"}, 1),
        ({"action": "always", "message": "X .* here"}, 2),
        ({"action": "always", "message": "other"}, 1),
        ({"action": "always", "category": DeprecationWarning}, 1),
        ({"action": "always", "category": Warning}, 2),
        ({"action": "always", "module": re.escape(__name__)}, 2),
        ({"action": "always", "module": "another"}, 1),
        ({"action": "always", "lineno": 10_000}, 1),
    ],
    ids=str,
)
def test_filters_are_heeded(how, n):
    message = f"X is heeded here: {how}"
    assert reported(lambda: warn_twice(message), how) == [message] * n


def test_an_error_is_raised_each_time():
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning, match="each time"):
                warn_user("each time")


def test_what_was_ignored_is_reported_later():
    def act():
        for action in ("ignore", "default"):
            warnings.simplefilter(action)
            warn_user("ignored at first")

    assert len(reported(act)) == 1


@pytest.mark.parametrize(("option", "n"), [("default", 1), ("always", 2)])
def test_options_of_the_interpreter_are_heeded(option, n):
    code = (
        "from skdense._table.cells.user_warning import warn_user\n"
        "import warnings\n"
        "for _ in range(2):\n"
        "    warn_user('told by an option')\n"
        "    with warnings.catch_warnings(): warnings.simplefilter('ignore')\n"
    )
    how = [sys.executable, "-W", option, "-c", code]
    done = subprocess.run(how, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr.count("told by an option") == n
