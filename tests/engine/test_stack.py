"""Networks side by side predict what each of them does alone."""

import pickle
from copy import deepcopy
from threading import Barrier, Thread

import numpy as np
import pytest

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense.engine import (
    Block,
    CategoryEmbedding,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    NTKDense,
    Parametric,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Relu,
    Scale,
    Silu,
    forward_all,
)
from skdense.engine.stack import MOST_VALUES, Stack

N_CODES, N_NUMBERS = (9, 12), 4


def layers(numeric_embedding, *, block=None):
    blocks = [] if block is None else [Block(block, 3, 2, N_NUMBERS - 2)]
    codes = CategoryEmbedding(N_CODES, n_units=3)
    hidden = [Scale(), NTKDense(16), Parametric(Silu()), Dropout(0.2), Dense(8), Relu()]
    return [*blocks, codes, numeric_embedding, *hidden, Dense(2)]


PERIODIC, PIECEWISE = PeriodicEmbedding(N_NUMBERS), PiecewiseLinearEmbedding(N_NUMBERS)
KINDS = {
    "one": [layers(PERIODIC)],
    "equal": [layers(PERIODIC)] * 3,
    "alternating": [layers(PERIODIC), layers(PIECEWISE)] * 2,
    "blocks": [layers(PIECEWISE, block=i) for i in range(3)],
}


def networks(kind, dtype=np.float64):
    n_in = N_NUMBERS + len(N_CODES) + (4 if kind == "blocks" else 0)
    made = [Network(own, n_in, dtype) for own in KINDS[kind]]
    for i, network in enumerate(made):
        network.initialize(np.random.RandomState(i))
    return made


def rows(network, n_rows):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_rows, network.widths[0]))
    # the next two after the levels are a missing and an unknown one
    X[:, -2:] = rng.integers(0, np.array(N_CODES) + 2, (n_rows, 2))
    X[0, -1] = N_CODES[-1] + 1
    return X.astype(network.params.dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_rows", [1, 5])
def test_side_by_side_as_alone(kind, n_rows, dtype):
    nets = networks(kind, dtype)
    X, stack = rows(nets[0], n_rows), Stack.of(nets)
    assert stack.takes(X)
    expected = forward_all(nets, X)
    for _ in range(2):  # the second time in the buffers of the first
        out = stack.forward(X)
        assert out.dtype == dtype
        np.testing.assert_allclose(out, expected, rtol=1e-5 if dtype == np.float32 else 1e-12)


def test_tables_of_other_lengths_in_turn():
    nets = networks("alternating")
    X, stack = rows(nets[0], 6), Stack.of(nets)
    expected = forward_all(nets, X)
    for n_rows in (1, 6, 2, 1):
        np.testing.assert_allclose(stack.forward(X[:n_rows]), expected[:, :n_rows], rtol=1e-12)


def test_a_result_is_not_overwritten():
    nets = networks("equal")
    X, stack = rows(nets[0], 2), Stack.of(nets)
    first = stack.forward(X[:1])
    kept = first.copy()
    stack.forward(X[1:])
    np.testing.assert_array_equal(first, kept)


def test_what_is_not_stacked():
    assert Stack.of(networks("equal") + networks("blocks")) is None  # of other widths
    assert Stack.of([Network([Dense(3), LayerNorm()], 2)]) is None
    assert Stack.of([Network([Dense(3_000)], 1_000)]) is None  # too large
    nets = networks("one")
    many = np.zeros((MOST_VALUES, nets[0].widths[0]))
    assert not Stack.of(nets).takes(many)


def fitted(kind):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 3))
    model = kind(max_iter=2, random_state=0, tol=1e3, n_iter_no_change=10)
    return model.fit(X, np.arange(60) % 2), X


@pytest.mark.parametrize("kind", [DenseNetClassifier, DenseNetRegressor])
def test_an_estimator_predicts_a_row_as_among_many(kind):
    model, X = fitted(kind)
    assert model._predictor.stack.takes(X[:1])
    many = np.tile(X, (60, 1))
    assert not model._predictor.stack.takes(many)
    predict = getattr(model, "predict_proba", model.predict)
    np.testing.assert_allclose(predict(X[:1]), predict(many)[:1], rtol=1e-4)


def test_buffers_are_neither_copied_nor_pickled():
    model, X = fitted(DenseNetRegressor)
    before = pickle.dumps(model)
    expected = model.predict(X[:1])
    assert pickle.dumps(model) == before
    assert "stack" not in vars(deepcopy(model)._predictor)
    np.testing.assert_array_equal(pickle.loads(before).predict(X[:1]), expected)


def test_more_training_shows_in_a_prediction():
    model, X = fitted(DenseNetRegressor)
    model.predict(X[:1])
    model.partial_fit(X, np.arange(60) % 2)
    fresh = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.predict(X[:1]), fresh.predict(X[:1]))


def test_threads_share_a_stack():
    nets = networks("alternating")
    X, stack, n_threads = rows(nets[0], 40), Stack.of(nets), 4
    expected = [stack.forward(X[i : i + 1]) for i in range(40)]
    start, wrong = Barrier(n_threads), []

    def predict(rank):
        start.wait()
        for i in range(400):
            row = (rank + i) % 40
            if (stack.forward(X[row : row + 1]) != expected[row]).any():
                wrong.append(row)

    threads = [Thread(target=predict, args=(rank,)) for rank in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert 1 <= len(stack._free) <= n_threads
