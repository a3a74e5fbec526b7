"""Settings that hold for all tests."""

import os
import re
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import settings
from sklearn.datasets import load_wine
from xdist.scheduler import LoadScopeScheduling

# the same examples each time: a failure on CI is a failure here
settings.register_profile("skdense", derandomize=True, deadline=None, max_examples=20)
settings.load_profile("skdense")

# what holds without them stands in project/test_package.py, for every version
collect_ignore = [] if find_spec("sklearn.callback") else ["training/test_callbacks.py"]
# the oldest versions that are tested are older than Dask can work with
collect_ignore += [] if find_spec("distributed") else ["dask"]
# pictures without a screen
os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config, items):
    """What is not marked as whole is fast; several workers begin with what takes long."""
    for item in items:
        if item.get_closest_marker("whole") is None:
            item.add_marker("fast")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("whole") is None)


class SingleTests(LoadScopeScheduling):
    """Hands out single tests, but together those that share what takes long to make."""

    def _split_scope(self, nodeid):
        path, _, test = nodeid.partition("::")
        # these share a cluster
        if path.endswith("/test_benchmarks.py") or "/dask/" in path:
            return path
        if path.endswith("/test_check_estimator.py"):
            # by the setting: "classifier, dropout" and "dropout" look at the same checks
            return re.split(", |-", test.partition("[")[2].rstrip("]"))[-1]
        return nodeid


def pytest_xdist_make_scheduler(config, log):
    return SingleTests(config, log)


@pytest.fixture(scope="session")
def wine():
    X, y = load_wine(return_X_y=True)
    X.flags.writeable = y.flags.writeable = False  # shared by all tests
    return X, y


@pytest.fixture
def rng():
    return np.random.RandomState(0)
