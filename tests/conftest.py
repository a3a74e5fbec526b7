"""Settings that hold for all tests."""

import numpy as np
import pytest
from hypothesis import settings

# the same examples each time: a failure on CI is a failure here
settings.register_profile("skdense", derandomize=True, deadline=None, max_examples=20)
settings.load_profile("skdense")


@pytest.fixture
def rng():
    return np.random.RandomState(0)
