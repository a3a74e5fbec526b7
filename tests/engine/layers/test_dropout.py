"""Dropout: what it masks, and at which strength."""

import numpy as np
import pytest
from layers import run
from plain import PlainClassifier
from scipy.sparse import csr_array

from skdense.engine import Dropout

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_dropout_keeps_the_mean_and_masks_the_gradient():
    layer, x = Dropout(0.3), np.ones((400, 500))
    frame = run(layer, x, in_place=False, rng=np.random.RandomState(0))
    assert set(np.unique(frame.out)) == {0.0, 2**16 / (2**16 - round(0.3 * 2**16))}
    assert abs((frame.out == 0).mean() - 0.3) < 0.005
    assert abs(frame.out.mean() - 1) < 0.01
    frame.d_out, frame.d_in = np.ones_like(x), np.empty_like(x)
    layer.backward(frame)
    np.testing.assert_array_equal(frame.d_in, frame.out)
    np.testing.assert_array_equal(run(layer, x, in_place=False).out, x)


@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_dropout_works_with_sparse_tables_and_early_stopping(container, wine):
    X, y = wine
    net = PlainClassifier(dropout=0.3, early_stopping=True, normalization="batch", max_iter=200)
    net.set_params(
        random_state=0,
        class_weight="balanced",
        ema_decay=0.5,
        n_iter_no_change=50,
        learning_rate_init=0.01,
    )
    assert net.fit(container(X), y, np.arange(178) % 2 + 1).score(container(X), y) > 0.9
