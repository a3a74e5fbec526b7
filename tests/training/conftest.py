"""Tables for the tests of training."""

import time

import numpy as np
import pytest
from clocks import Clock
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.model_selection import train_test_split


@pytest.fixture
def numbers(rng):
    X = rng.standard_normal((150, 4))
    return X, X[:, 0] * X[:, 1] + np.sin(X[:, 2])


@pytest.fixture(scope="module")
def cancer():
    """X, X_val, y, y_val with labels of text."""
    X, y = load_breast_cancer(return_X_y=True)
    return train_test_split(X, np.array(["bad", "good"])[y], random_state=0)


@pytest.fixture(scope="module")
def diabetes():
    return train_test_split(*load_diabetes(return_X_y=True, scaled=False), random_state=0)


@pytest.fixture(scope="module")
def halves():
    """Rows to train on, and rows to validate on."""
    X, y = load_wine(return_X_y=True)
    return (X[::2], y[::2]), {"X_val": X[1::2], "y_val": y[1::2]}


@pytest.fixture
def clock(monkeypatch):
    """The clock of all that is measured."""
    own = Clock()
    monkeypatch.setattr(time, "perf_counter", own)
    return own


@pytest.fixture
def stepping(monkeypatch):
    """A clock that goes on by a hundredth of a second whenever it is read."""
    own = Clock()

    def read():
        own.tick(0.01)
        return own.now

    monkeypatch.setattr(time, "perf_counter", read)
    return own
