"""The plan of a training: its schedules at every step."""

import numpy as np
import pytest
from networks import FOREVER, data_for, small_network

from skdense.engine import (
    SCHEDULES,
    SGD,
    Adam,
    Constant,
    Custom,
    Plan,
    Progress,
    Schedule,
    SquaredError,
    Stopping,
    TrainState,
    WarmUp,
    train,
)
from skdense.engine.optim.plan import StepRates


def test_the_rates_of_a_step_follow_three_schedules():
    plan = Plan(
        batch_size=1,
        max_iter=1,
        learning_rate_init=0.1,
        weight_decay=0.5,
        schedule=Custom(lambda done: 1 - done),
        decay_schedule=Custom(lambda done: done),
        dropout_schedule=Custom(lambda done: 4 * done),
    )
    rates = plan.rates(Progress(fraction=0.2))
    assert rates == pytest.approx((0.08, 0.08 * 0.5 * 0.2, 0.8))
    assert isinstance(rates, StepRates)
    # at most in full
    assert plan.rates(Progress(fraction=0.5)).dropout == 1.0
    assert Plan(1, 1).rates(Progress()) == (0.001, 0.0, 1.0)


@pytest.mark.parametrize("optimizer", [Adam, SGD])
@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_reaches_every_optimizer(name, optimizer, rng):
    schedule, rates = SCHEDULES[name](), []

    class Watched(optimizer):
        def begin_step(self, state, learning_rate):
            rates.append(learning_rate)
            super().begin_step(state, learning_rate)

    plan = Plan(batch_size=10, max_iter=3, learning_rate_init=0.1, schedule=schedule)
    state = TrainState(small_network(rng), Watched(), rng)
    train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))
    expected = [
        0.1 * schedule(Progress(fraction=step / 12, n_seen=40 * (step // 4), n_steps=step))
        for step in range(12)
    ]
    np.testing.assert_allclose(rates, expected, rtol=1e-12)
    assert state.n_steps == 12


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf, None, "fast"])
def test_a_schedule_of_ones_own_has_to_return_a_rate(value, rng):
    class Wrong(Schedule):
        def __call__(self, progress):
            return value

    plan = Plan(batch_size=20, max_iter=1, schedule=Wrong())
    state = TrainState(small_network(rng), Adam(), rng)
    with pytest.raises(ValueError, match="learning_rate must return a number of at least 0"):
        train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))


def test_warm_up_by_steps_goes_on_over_a_stream(rng):
    rates = []

    class Watched(Adam):
        def begin_step(self, state, learning_rate):
            rates.append(learning_rate)
            super().begin_step(state, learning_rate)

    plan = Plan(batch_size=20, max_iter=1, learning_rate_init=1.0, schedule=WarmUp(5, Constant()))
    state = TrainState(small_network(rng), Watched(), rng)
    for _ in range(4):
        train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))
    np.testing.assert_allclose(rates, [0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1])


def test_a_schedule_is_asked_at_every_step_from_zero_on(rng):
    asked = []
    plan = Plan(batch_size=10, max_iter=3, schedule=Custom(lambda f: asked.append(f) or 1.0))
    state = TrainState(small_network(rng), Adam(), rng)
    train([state], data_for(rng), SquaredError(), plan, Stopping(**FOREVER))
    np.testing.assert_allclose(asked, np.arange(12) / 12)
