"""Every part of the engine is equal to its pickle."""

import pickle

import pytest
from losses import LOSSES

from skdense.engine import ACTIVATIONS, NORMALIZATIONS, OPTIMIZERS


@pytest.mark.parametrize(
    "part",
    [
        *ACTIVATIONS.values(),
        *NORMALIZATIONS.values(),
        *LOSSES.values(),
        *(make() for make in OPTIMIZERS.values()),
    ],
    ids=repr,
)
def test_parts_are_equal_to_their_pickles(part):
    assert pickle.loads(pickle.dumps(part)) == part
