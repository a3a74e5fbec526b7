"""Rules are frozen; what they carry from step to step is a state of its own."""

import pickle
from copy import deepcopy
from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest

from skdense._files.codec import Decoder, Encoder
from skdense._files.upgrade import upgraded
from skdense.engine import (
    OPTIMIZERS,
    SGD,
    Adam,
    Data,
    Dense,
    Network,
    Optimizer,
    OptimizerState,
    Plan,
    SquaredError,
    Stopping,
    TrainState,
    train,
)

FOREVER = {"patience": np.inf, "tol": 0.0}


def train_epochs(state, n=2, **plan):
    X = np.random.RandomState(1).standard_normal((40, 3))
    plan = Plan(batch_size=10, max_iter=n, learning_rate_init=0.1, **plan)
    train([state], Data(X, X[:, :2] ** 2), SquaredError(), plan, Stopping(**FOREVER))


def new_state(optimizer, n_units=2):
    network = Network([Dense(n_units), Dense(2)], 3)
    network.initialize(np.random.RandomState(0))
    return TrainState(network, optimizer, np.random.RandomState(0))


@pytest.mark.parametrize("make", OPTIMIZERS.values())
def test_a_rule_is_frozen_and_hashable(make):
    rule = make()
    assert rule == make()
    assert hash(rule) == hash(make())
    with pytest.raises(FrozenInstanceError):
        rule.n_steps = 1
    before = vars(rule).copy()
    train_epochs(new_state(rule))
    assert vars(rule) == before


@pytest.mark.parametrize("make", OPTIMIZERS.values())
def test_networks_share_a_rule_and_no_state(make):
    rule = make()
    states = [new_state(rule), new_state(rule)]
    for state in states:
        train_epochs(state)
    np.testing.assert_array_equal(states[0].network.params, states[1].network.params)
    for one, other in zip(*(state.optimizer_state.moments for state in states), strict=True):
        assert not np.shares_memory(one, other)


def through_a_file(state):
    encoder = Encoder()
    value = encoder.encode(state, "state")
    return Decoder(encoder.objects, encoder.arrays).decode(value)


@pytest.mark.parametrize("make", OPTIMIZERS.values())
@pytest.mark.parametrize(
    "copier", [deepcopy, lambda s: pickle.loads(pickle.dumps(s)), through_a_file]
)
def test_a_state_survives_copies_and_files(make, copier):
    state = new_state(make())
    train_epochs(state)
    copy = copier(state)
    assert copy.optimizer_state.n_steps == state.optimizer_state.n_steps == 8
    for one in (state, copy):
        train_epochs(one)
    np.testing.assert_array_equal(copy.network.params, state.network.params)


def test_a_state_of_another_size_begins_anew():
    state, other = new_state(Adam()), new_state(Adam(), n_units=5)
    train_epochs(other)
    state.optimizer_state = other.optimizer_state
    assert not other.optimizer_state.fits(state.network.params)
    train_epochs(state)
    assert state.optimizer_state.n_steps == 8
    assert state.optimizer_state.fits(state.network.params)


def test_a_rule_of_ones_own_needs_a_step_alone():
    @dataclass(frozen=True)
    class Plain(Optimizer):
        def step(self, state, grads, part):
            grads[part] *= state.scalars[0]

    state, sgd = new_state(Plain()), new_state(SGD(momentum=0, nesterov=False))
    for one in (state, sgd):
        train_epochs(one)
    np.testing.assert_array_equal(state.network.params, sgd.network.params)
    assert state.optimizer_state.moments == ()
    assert state.optimizer_state.n_steps == 8


@pytest.mark.parametrize("name", ["Adam", "SGD"])
def test_states_of_earlier_files_are_taken_apart(name):
    vectors = {"Adam": ("first", "second"), "SGD": ("velocity",)}[name]
    old = {vector: np.full(3, float(i)) for i, vector in enumerate(vectors)}
    counted = {"n_steps": 5} if name == "Adam" else {}
    optimizer = object.__new__({"Adam": Adam, "SGD": SGD}[name])
    vars(optimizer).update(upgraded(name, {"momentum": 0.5} | old | counted))
    state = upgraded("TrainState", {"optimizer": optimizer, "n_seen": 7})
    assert vars(optimizer) == {"momentum": 0.5}
    assert state["n_seen"] == 7
    carried = state["optimizer_state"]
    assert isinstance(carried, OptimizerState)
    assert carried.n_steps == (5 if name == "Adam" else 0)
    np.testing.assert_array_equal(carried.moments, list(old.values()))


def test_an_optimizer_of_an_earlier_file_that_never_trained_has_no_state():
    empty = {"beta_1": 0.9, "n_steps": 0, "first": np.empty(0), "second": np.empty(0)}
    assert upgraded("Adam", empty) == {"beta_1": 0.9}
    optimizer = Adam()
    assert upgraded("TrainState", {"optimizer": optimizer})["optimizer_state"] is None
    assert upgraded("TrainState", {"optimizer": None})["optimizer_state"] is None


def test_what_has_not_changed_stays_as_it_is():
    state = {"optimizer": Adam(), "optimizer_state": None}
    assert upgraded("TrainState", state) is state
    assert upgraded("Dense", {"n_units": 3}) == {"n_units": 3}
    assert upgraded("Adam", {"beta_1": 0.9}) == {"beta_1": 0.9}
