"""Time of a grid search over small networks, with one job and with two.

    python -m tests.benchmarks --only search

Six penalties, each with five folds of 2,000 rows x 20 columns, a hidden layer of 50, 101 epochs
(102 of the MLP). Two jobs are measured with joblib's workers running, and with them yet to be
started, so that their imports count as well.
"""

from joblib.externals.loky import get_reusable_executor
from sklearn.model_selection import GridSearchCV

from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds
from tests.benchmarks.work import Work

WORK = Work(2_000, 20, (50,), 100, n_classes=2)
ALPHAS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
# patience ends each fit after the same epochs: no worker warns that it has not converged
PATIENCE = {"tol": 1e3, "n_iter_no_change": 100}
MAX_ITER = 200


def searches(estimator, X, y, alphas, n_splits):
    """Functions that search, by what runs them."""

    def search(n_jobs):
        grid = GridSearchCV(estimator, {"alpha": alphas}, cv=n_splits, n_jobs=n_jobs, refit=False)
        return grid.fit(X, y)

    def start_and_search():
        get_reusable_executor().shutdown(wait=True)
        search(2)

    # the workers that are started run for what follows
    return {"started": start_and_search, "running": lambda: search(2), "one": lambda: search(1)}


def compare(estimator, X, y, alphas, n_splits, rounds):
    """Seconds of one job, of two and of two with their start, and how many times as fast."""
    times = least_seconds(searches(estimator, X, y, alphas, n_splits), rounds)
    one, running, started = times["one"], times["running"], times["started"]
    return [one, running, one / running, started, one / started]


def measure(toy, rounds, peers):
    work, alphas, n_splits = (WORK.toy(), ALPHAS[:2], 2) if toy else (WORK, ALPHAS, 5)
    X, y = work.table()
    estimators = {"skdense": work.dense(MAX_ITER, **PATIENCE)}
    if "sklearn" in peers:
        estimators["MLP"] = work.mlp(MAX_ITER, **PATIENCE)
    fast = "times as fast"
    columns = ["1 job, s", "2 jobs, s", fast, "2 jobs with their start, s", fast]
    table = Table(f"A grid search of {len(alphas) * n_splits} fits", columns)
    for name, estimator in estimators.items():
        table.rows[name] = compare(estimator, X, y, alphas, n_splits, rounds)
    yield table
