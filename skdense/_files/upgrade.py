"""Bring what files of earlier versions hold into today's form."""

from collections.abc import Callable
from typing import Any

from skdense.engine import OptimizerState

State = dict[str, Any]


def upgraded(name: str, state: State) -> State:
    """Return the state of an object of the class `name` as that class has it today."""
    upgrade = UPGRADES.get(name)
    return state if upgrade is None else upgrade(state)


# Until November 2026 optimizers held their own state. Where one has trained, it keeps it under
# MOVING until the TrainState that holds the optimizer takes it over.
MOVING = "_state_of_earlier_version"


def _adam(state: State) -> State:
    return _apart(state, "first", "second")


def _sgd(state: State) -> State:
    return _apart(state, "velocity")


def _apart(state: State, *moments: str) -> State:
    if moments[0] not in state:
        return state
    state = state.copy()
    vectors = tuple(state.pop(name) for name in moments)
    n_steps = state.pop("n_steps", 0)
    if vectors[0].size:
        state[MOVING] = OptimizerState(vectors, n_steps)
    return state


def _train_state(state: State) -> State:
    if "optimizer_state" in state:
        return state
    optimizer = state["optimizer"]
    moved = None if optimizer is None else optimizer.__dict__.pop(MOVING, None)
    return state | {"optimizer_state": moved}


# One function for each class whose attributes have changed.
UPGRADES: dict[str, Callable[[State], State]] = {
    "Adam": _adam,
    "SGD": _sgd,
    "TrainState": _train_state,
}
