"""The loop of mini-batches: epochs, monitors, weights, divergence."""

import numpy as np
import pytest
from networks import FOREVER, data_for, small_network
from scipy import sparse

from skdense.engine import (
    SGD,
    Adam,
    Custom,
    Data,
    Dense,
    DivergenceError,
    Dropout,
    Monitor,
    Network,
    Plan,
    RegressionLoss,
    Relu,
    SquaredError,
    Stopping,
    Tanh,
    TrainState,
    minimize_lbfgs,
    train,
)


class Diary(Monitor):
    def __init__(self, last):
        self.lines, self.last = [], last

    def epoch_begins(self, number):
        self.lines.append(number)

    def epoch_ends(self, epoch):
        self.lines.append(epoch)
        return epoch.number == self.last


def test_a_monitor_is_told_of_each_epoch_and_may_end_the_training(rng):
    state, diary = TrainState(small_network(rng), Adam(), rng), Diary(last=2)
    plan, data = Plan(batch_size=10, max_iter=5), data_for(rng)
    epochs = train(
        [state], data, SquaredError(), plan, Stopping(**FOREVER), lambda: (0.5, 0.25), diary
    )
    assert diary.lines == [1, epochs[0], 2, epochs[1]]
    assert (epochs[1].validation_loss, epochs[1].score) == (0.5, 0.25)
    network, diary = small_network(rng), Diary(last=3)
    epochs, warning = minimize_lbfgs(network, data, SquaredError(), monitor=diary)
    assert diary.lines == [1, epochs[0], 2, epochs[1], 3, epochs[2]]
    assert warning is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_lowers_the_loss_in_its_dtype(rng, dtype):
    network, data = small_network(rng, dtype), data_for(rng, 200, dtype)
    state = TrainState(network, Adam(), rng)
    plan = Plan(batch_size=32, max_iter=60, learning_rate_init=0.02)
    epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER))
    assert epochs[-1].loss < 0.1 * epochs[0].loss
    assert network.params.dtype == dtype
    assert state.n_seen == 200 * 60


def test_a_generator_serves_as_source_of_randomness():
    losses = []
    for _ in range(2):
        rng = np.random.default_rng(5)
        network = Network([Dense(8), Relu(), Dropout(0.2), Dense(2)], 3)
        network.initialize(rng)
        data = data_for(np.random.RandomState(0))
        plan = Plan(batch_size=8, max_iter=4)
        stopping = Stopping(**FOREVER)
        epochs = train([TrainState(network, Adam(), rng)], data, SquaredError(), plan, stopping)
        losses.append([epoch.loss for epoch in epochs])
    assert losses[0] == losses[1]


def test_weight_decay_is_decoupled_from_the_gradient(rng):
    network = small_network(rng)
    start = network.params.copy()
    still = Data(np.zeros((4, 3)), network.forward(np.zeros((4, 3))))  # no gradient but decay
    plan = Plan(batch_size=4, max_iter=1, learning_rate_init=0.1, weight_decay=0.5)
    state = TrainState(network, SGD(momentum=0), rng)
    train([state], still, SquaredError(), plan, Stopping(**FOREVER))
    n = network.n_penalized
    np.testing.assert_allclose(network.params[:n], start[:n] * (1 - 0.1 * 0.5), rtol=1e-12)
    np.testing.assert_array_equal(network.params[n:], start[n:])


def test_weight_decay_follows_a_schedule_of_its_own(rng):
    network = small_network(rng)
    start = network.params.copy()
    still = Data(np.zeros((4, 3)), network.forward(np.zeros((4, 3))))  # no gradient but decay
    decay = Custom(lambda done: done)
    plan = Plan(4, 2, learning_rate_init=0.1, weight_decay=0.5, decay_schedule=decay)
    state = TrainState(network, SGD(momentum=0), rng)
    train([state], still, SquaredError(), plan, Stopping(**FOREVER))
    n = network.n_penalized
    np.testing.assert_allclose(network.params[:n], start[:n] * (1 - 0.05 * 0.5), rtol=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_dropout_acts_at_the_strength_of_its_schedule(share):
    def params(rate, strength):
        rng = np.random.RandomState(0)
        network = Network([Dense(30), Tanh(), Dropout(rate), Dense(2)], 3)
        network.initialize(rng)
        schedule = Custom(lambda done: strength)
        plan = Plan(10, 3, shuffle=False, dropout_schedule=schedule)
        state, data = TrainState(network, Adam(), rng), data_for(np.random.RandomState(1))
        train([state], data, SquaredError(), plan, Stopping(**FOREVER))
        return network.params

    np.testing.assert_allclose(params(0.4, share), params(0.4 * share, 1.0), rtol=1e-9)
    assert not np.allclose(params(0.4, share), params(0.2 + 0.4 * share, 1.0))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_state_with_rows_trains_on_these_alone(container, shuffle):
    data, rows = data_for(np.random.RandomState(1)), np.arange(2, 40, 3)
    data.X[np.setdiff1d(range(40), rows)] = np.nan
    weight = np.where(np.isnan(data.X[:, 0]), 1e300, 1.0 + np.arange(40) % 4)
    all_rows = Data(container(data.X), data.y, weight)
    own = Data(container(data.X[rows]), data.y[rows], weight[rows])
    results = []
    for given, mine in ((all_rows, rows), (own, None)):
        rng = np.random.RandomState(0)
        state = TrainState(small_network(rng), Adam(), rng, rows=mine)
        plan = Plan(batch_size=5, max_iter=3, shuffle=shuffle)
        epochs = train([state], given, SquaredError(), plan, Stopping(**FOREVER))
        assert (state.n_seen, state.n_steps) == (39, 9)
        results.append((state.network.params, [epoch.loss for epoch in epochs]))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_several_states_train_as_each_alone():
    def states():
        for seed in range(4):
            rng = np.random.RandomState(seed)
            yield TrainState(small_network(rng), Adam(), rng, rows=np.arange(seed, 40))

    data, plan = data_for(np.random.RandomState(9)), Plan(batch_size=7, max_iter=3)
    together, alone = list(states()), list(states())
    epochs = train(together, data, SquaredError(), plan, Stopping(**FOREVER))
    apart = [train([s], data, SquaredError(), plan, Stopping(**FOREVER)) for s in alone]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one.network.params, other.network.params, rtol=1e-12)
        assert (one.n_seen, one.n_steps) == (other.n_seen, other.n_steps)
    losses = np.mean([[epoch.loss for epoch in own] for own in apart], axis=0)
    np.testing.assert_allclose([epoch.loss for epoch in epochs], losses, rtol=1e-12)


def test_moments_that_overflow_are_no_training(rng):
    # the steps would be zero from then on, without a word
    data = data_for(rng, dtype=np.float32)
    huge = Data((1e25 * data.X).astype(np.float32), data.y)
    network = Network([Dense(2)], 3, np.float32)
    network.initialize(rng)
    network.params *= 1e-25

    class Linear(RegressionLoss):
        def rows(self, raw, y, gradient_out):
            gradient_out[...] = 1
            return raw.sum(axis=1)

    state = TrainState(network, Adam(), rng)
    with pytest.raises(DivergenceError, match="epoch 1"):
        train([state], huge, Linear(), Plan(batch_size=10, max_iter=3), Stopping(**FOREVER))


def test_divergence_names_the_epoch(rng):
    plan = Plan(batch_size=10, max_iter=50, learning_rate_init=1e30)
    state = TrainState(small_network(rng), SGD(), rng)
    with pytest.raises(
        DivergenceError, match=r"diverged at epoch \d+: .* Lower learning_rate_init"
    ):
        train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))


def test_training_without_an_optimizer_says_so(rng):
    state = TrainState(small_network(rng), None, rng)
    with pytest.raises(TypeError, match="optimizer"):
        train([state], data_for(rng), SquaredError(), Plan(1, 1), Stopping(**FOREVER))


def test_the_size_of_the_weights_does_not_matter(rng):
    losses = []
    for weight in (None, np.ones(40), np.full(40, 100.0)):
        data = data_for(np.random.RandomState(1))
        data = Data(data.X, data.y, weight)
        state = TrainState(
            small_network(np.random.RandomState(0)), Adam(), np.random.RandomState(2)
        )
        plan = Plan(batch_size=7, max_iter=3)
        epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER))
        losses.append([epoch.loss for epoch in epochs])
        by_lbfgs, _ = minimize_lbfgs(state.network, data, SquaredError(), max_iter=2)
        losses[-1] += [epoch.loss for epoch in by_lbfgs]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    np.testing.assert_allclose(losses[2], losses[0], rtol=1e-9)
